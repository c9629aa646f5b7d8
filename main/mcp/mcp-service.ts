import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ListedTool, ToolOutcome } from '../../contract/tool.ts';
import type { Gate } from '../../tools/gate.ts';
import type { ToolRegistry } from '../../tools/registry.ts';

export interface McpServiceOptions {
  registry: Pick<ToolRegistry, 'list'>;
  gate: Gate;
  newId(): string;
  version: string;
  /** Aborts when the host ends. */
  ending: AbortSignal;
}

/**
 * JARVIS as an MCP server: its tools, for models elsewhere, through the same gate as everything (source `mcp`). One request, one session: nothing
 * is remembered between them. What came from another MCP server is not handed on.
 */
export async function serveMcp(
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  options: McpServiceOptions,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the caller has gone')));
  const server = createServer(options, gone.signal);
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.on('close', () => {
    void transport.close();
    void server.close();
  });
  // Its own types disagree about optional members where undefined is told apart from absent.
  await server.connect(transport as Transport);
  await transport.handleRequest(request, response, body);
}

function createServer({ registry, gate, newId, version, ending }: McpServiceOptions, gone: AbortSignal): Server {
  const server = new Server(
    { name: 'jarvis', title: 'JARVIS', version },
    {
      capabilities: { tools: {} },
      instructions:
        'Tools of a home and a computer. Whatever could hurt waits for a person to approve it; an answer says what was seen, not what was wished.',
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: registry.list().filter(isOffered).map(offered) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = registry.list().find(({ name }) => name === params.name);
    if (tool === undefined || !isOffered(tool)) return failed(`There is no tool called ${params.name.slice(0, 80)}.`);
    const id = newId();
    const outcome = await gate.call(
      { id, turnId: id, tool: params.name, input: params.arguments ?? {}, source: 'mcp', dryRun: false },
      AbortSignal.any([signal, gone, ending]),
    );
    return told(outcome);
  });
  return server;
}

const isOffered = ({ enabled, review, origin }: ListedTool): boolean => enabled && review === undefined && origin.type !== 'mcp';

function offered({ name, title, description, input, risk, reversible }: ListedTool) {
  const schema = typeof input === 'object' && input !== null ? { ...input } : {};
  return {
    name,
    title,
    description: `${description}${risk === 'guarded' || risk === 'forbidden' ? ' A person is asked first.' : ''}`,
    inputSchema: { ...schema, type: 'object' as const },
    annotations: { title, readOnlyHint: risk === 'observe', destructiveHint: risk !== 'observe' && !reversible, openWorldHint: false },
  };
}

function told(outcome: ToolOutcome) {
  if (outcome.outcome === 'denied' || outcome.outcome === 'rejected' || outcome.outcome === 'failed')
    return failed(outcome.reason ?? 'It was not done.');
  return { content: [{ type: 'text' as const, text: JSON.stringify(outcome) }] };
}

const failed = (text: string) => ({ content: [{ type: 'text' as const, text }], isError: true });
