import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Permissions, Taint } from '../../contract/tool.ts';
import { canonicalJson } from '../canonical-json.ts';
import { plainWords } from '../plugins/plain-words.ts';
import { schemaFromJson } from '../plugins/schema-from-json.ts';
import type { Tool } from '../tool.ts';

/** A tool as an MCP server offers it. What it says of itself (`annotations`) is its own word and lowers nothing. */
export const OfferedToolSchema = z.object({
  name: z.string().min(1).max(200),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.unknown()),
});
export type OfferedTool = z.infer<typeof OfferedToolSchema>;

/** What a server answers to a call; content of other types is counted, not kept. */
export const CallResultSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});
export type CallResult = z.infer<typeof CallResultSchema>;

export interface McpToolOptions {
  server: string;
  permissions: Permissions;
  call(name: string, input: unknown, signal: AbortSignal): Promise<CallResult>;
}

const LONGEST_TEXT = 100_000;
const TIMEOUT_MS = 60_000;
const TAINTS: Taint['origin'] = 'mcp';

/** `mcp.<server>.<tool>` in letters that names of tools may have. */
export const mcpToolName = (server: string, tool: string): string =>
  `mcp.${server}.${tool
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '-')
    .replace(/^[^a-z]+/u, '')}`;

/** Decides what a review was about: the tool's name, its schema and its description, since a model obeys the last. */
export const digestOfTools = (tools: readonly OfferedTool[]): string =>
  createHash('sha256')
    .update(canonicalJson(tools.map(({ name, description, inputSchema }) => [name, description ?? '', inputSchema])))
    .digest('hex');

/** Guarded, and its answers are words from outside. Throws with words for people when it cannot be taken. */
export function mcpTool(offered: OfferedTool, { server, permissions, call }: McpToolOptions): Tool {
  const title = plainWords(offered.title ?? offered.name, 80);
  return {
    manifest: {
      name: mcpToolName(server, offered.name),
      version: '1.0.0',
      title,
      description: plainWords(offered.description ?? title, 1000),
      input: schemaFromJson(offered.inputSchema),
      permissions,
      risk: 'guarded',
      reversible: false,
      timeoutMs: TIMEOUT_MS,
      sandbox: 'process',
      taints: TAINTS,
      origin: { type: 'mcp', name: server },
    },
    describe: (input) => `Use ${title} of the MCP server ${server}${withInput(input)}`,
    async run(input, { signal }) {
      const result = await call(offered.name, input, signal);
      const text = result.content.flatMap((part) => (part.type === 'text' && part.text !== undefined ? [part.text] : [])).join('\n');
      const others = result.content.filter(({ type }) => type !== 'text').length;
      if (result.isError === true)
        return { outcome: 'failed', reason: plainWords(text, 300) || `${title} failed without a word.`, taintName: server };
      return {
        // Nobody but the server has seen what it did.
        outcome: 'accepted',
        output: {
          text: text.slice(0, LONGEST_TEXT),
          ...(result.structuredContent !== undefined && { structured: result.structuredContent }),
          ...(others > 0 && { otherParts: others }),
        },
        taintName: server,
      };
    },
  };
}

/** The input in short, so that a person sees what for. */
function withInput(input: unknown): string {
  if (typeof input !== 'object' || input === null || Object.keys(input).length === 0) return '';
  return `: ${plainWords(JSON.stringify(input), 200)}`;
}
