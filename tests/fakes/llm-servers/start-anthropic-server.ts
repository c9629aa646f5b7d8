import { anthropicWire } from './anthropic-wire.ts';
import { type LlmServer, startLlmServer } from './llm-server.ts';

/** Anthropic on loopback. */
export async function startAnthropicServer(): Promise<LlmServer> {
  const server = await startLlmServer([anthropicWire]);
  server.serve('/v1/models', {
    data: [
      {
        type: 'model',
        id: 'claude-sonnet-4-5',
        display_name: 'Claude Sonnet 4.5',
        created_at: '2025-09-29T00:00:00Z',
        max_input_tokens: 200_000,
        max_tokens: 64_000,
        capabilities: { image_input: { supported: true } },
      },
    ],
    first_id: 'claude-sonnet-4-5',
    has_more: false,
    last_id: 'claude-sonnet-4-5',
  });
  return server;
}
