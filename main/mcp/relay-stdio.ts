import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** For clients that start their MCP servers as programs: hands every message between stdin and stdout and the running JARVIS, until either side ends. */
export async function relayStdio(running: { origin: string; token: string }, signal: AbortSignal): Promise<void> {
  const outside = new StdioServerTransport();
  const host = new StreamableHTTPClientTransport(new URL('/mcp', running.origin), {
    requestInit: { headers: { authorization: `Bearer ${running.token}` } },
  });
  const ended = Promise.withResolvers<void>();
  const stop = (): void => ended.resolve();
  outside.onclose = stop;
  host.onclose = stop;
  process.stdin.on('end', stop);
  signal.addEventListener('abort', stop, { once: true });
  outside.onmessage = (message) => {
    host.send(message).catch((error: unknown) => {
      const failed = unanswered(message, error);
      if (failed !== undefined) void outside.send(failed);
    });
  };
  host.onmessage = (message) => void outside.send(message);
  await host.start();
  await outside.start();
  if (signal.aborted) stop();
  await ended.promise;
  await Promise.all([host.close(), outside.close()]);
}

/** A request must not wait for ever for an answer that cannot come. */
function unanswered(message: JSONRPCMessage, error: unknown): JSONRPCMessage | undefined {
  if (!('method' in message) || !('id' in message)) return undefined;
  const reason = error instanceof Error ? error.message : String(error);
  return { jsonrpc: '2.0', id: message.id, error: { code: -32_000, message: `JARVIS cannot be reached: ${reason}` } };
}
