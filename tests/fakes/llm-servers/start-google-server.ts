import { googleWire } from './google-wire.ts';
import { type LlmServer, startLlmServer } from './llm-server.ts';

/** Google's generative language API on loopback. */
export async function startGoogleServer(): Promise<LlmServer> {
  const server = await startLlmServer([googleWire]);
  const described = (name: string, supportedGenerationMethods: string[]) => ({
    name: `models/${name}`,
    version: '001',
    displayName: name,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 8192,
    supportedGenerationMethods,
  });
  server.serve('/v1beta/models', {
    models: [described('gemini-2.5-flash', ['generateContent', 'countTokens']), described('gemini-embedding-001', ['embedContent'])],
  });
  return server;
}
