import { type LlmServer, startLlmServer } from './llm-server.ts';
import { openAiChatWire } from './openai-chat-wire.ts';

/** A server as llama.cpp's: chat completions alone, errors with a number as code, thinking in `reasoning_content`, `/props`. */
export async function startCompatibleServer(): Promise<LlmServer> {
  const server = await startLlmServer([
    {
      ...openAiChatWire,
      failure: (status, type, message) => ({ error: { code: status, message, type: type ?? TYPES[status] ?? 'invalid_request_error' } }),
    },
  ]);
  server.serve('/v1/models', {
    object: 'list',
    data: [
      {
        id: 'qwen3-8b-q4_k_m.gguf',
        object: 'model',
        created: 1_735_142_223,
        owned_by: 'llamacpp',
        meta: { vocab_type: 2, n_vocab: 151_936, n_ctx_train: 40_960, n_embd: 4096, n_params: 8_190_735_360, size: 5_021_850_112 },
      },
    ],
  });
  server.serve('/props', { default_generation_settings: { n_ctx: 16_384 }, total_slots: 1, modalities: { vision: false, audio: false } });
  return server;
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  500: 'server_error',
  501: 'not_supported_error',
  503: 'unavailable_error',
};
