import { type LlmServer, startLlmServer } from './llm-server.ts';
import { ollamaWire } from './ollama-wire.ts';

/** Ollama on loopback. */
export async function startOllamaServer(): Promise<LlmServer> {
  const server = await startLlmServer([ollamaWire]);
  server.serve('/api/version', { version: '0.13.1' });
  server.serve('/api/tags', {
    models: [
      {
        name: 'llama3.2:latest',
        model: 'llama3.2:latest',
        modified_at: '2026-05-04T17:37:44.706015396-07:00',
        size: 2_019_393_189,
        digest: 'a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72',
        details: { format: 'gguf', family: 'llama', families: ['llama'], parameter_size: '3.2B', quantization_level: 'Q4_K_M' },
      },
    ],
  });
  server.serve('/api/show', {
    parameters: 'stop                           "<|eot_id|>"',
    capabilities: ['completion', 'tools'],
    model_info: { 'general.architecture': 'llama', 'llama.context_length': 131_072, 'llama.embedding_length': 3072 },
  });
  return server;
}
