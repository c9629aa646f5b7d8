import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { McpServerSettings } from '../../contract/mcp.ts';
import { type CallResult, CallResultSchema, type OfferedTool, OfferedToolSchema } from './mcp-tool.ts';

export interface McpLinkOptions {
  settings: McpServerSettings;
  version: string;
  /** The value behind a name; rejects with words when there is none. */
  secret(name: string): Promise<string>;
  /** The server offers something else than before. */
  onChanged(): void;
  onClosed(): void;
}

/** One session with a server. Ended by `close`, or by the server, which `onClosed` tells. */
export interface McpLink {
  /** Everything it offers, and the names of what it offers in a shape that is none. */
  tools(signal: AbortSignal): Promise<{ offered: OfferedTool[]; malformed: string[] }>;
  call(name: string, input: unknown, signal: AbortSignal): Promise<CallResult>;
  close(): Promise<void>;
}

/** Pages of a list, and tools altogether: a server cannot fill the memory. */
const MOST_PAGES = 20;
export const MOST_TOOLS = 500;
const CONNECT_MS = 30_000;

/** Starts or calls the server and greets it. Rejects when it does not answer as one. */
export async function openMcpLink(options: McpLinkOptions, signal: AbortSignal): Promise<McpLink> {
  const client = new Client({ name: 'jarvis', version: options.version }, { capabilities: {} });
  const transport = await transportTo(options);
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => options.onChanged());
  client.onclose = () => options.onClosed();
  try {
    await client.connect(transport, { signal, timeout: CONNECT_MS });
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    async tools(stop) {
      const offered: OfferedTool[] = [];
      const malformed: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES && offered.length < MOST_TOOLS; page += 1) {
        const listed = await client.listTools(cursor === undefined ? {} : { cursor }, { signal: stop });
        for (const tool of listed.tools) {
          const parsed = OfferedToolSchema.safeParse(tool);
          if (parsed.success) offered.push(parsed.data);
          else malformed.push(String(tool.name).slice(0, 80));
        }
        cursor = listed.nextCursor;
        if (cursor === undefined) break;
      }
      return { offered: offered.slice(0, MOST_TOOLS), malformed };
    },
    async call(name, input, stop) {
      const given: Record<string, unknown> = typeof input === 'object' && input !== null ? { ...input } : {};
      return CallResultSchema.parse(await client.callTool({ name, arguments: given }, undefined, { signal: stop }));
    },
    close: () => client.close(),
  };
}

async function transportTo({ settings, secret }: McpLinkOptions): Promise<Transport> {
  const { transport } = settings;
  const redeemed = async (values: Record<string, string | { secret: string }>): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(values).map(
          async ([name, value]) => [name, typeof value === 'string' ? value : await secret(value.secret)] as const,
        ),
      ),
    );
  if (transport.type === 'http') {
    const http = new StreamableHTTPClientTransport(new URL(transport.url), { requestInit: { headers: await redeemed(transport.headers) } });
    // Its own types disagree about an optional session id where undefined is told apart from absent.
    return http as Transport;
  }
  const env = { ...getDefaultEnvironment(), ...(await redeemed(transport.env)) };
  return new StdioClientTransport({ command: transport.command, args: transport.args, env, stderr: 'ignore' });
}
