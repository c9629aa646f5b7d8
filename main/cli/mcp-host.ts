import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type McpServerSettings, McpServerSettingsSchema, type McpServerStatus, McpServerStatusSchema } from '../../contract/mcp.ts';
import { dataFolderPath } from '../../store/data-folder.ts';
import { API_TOKEN_FILE } from '../gateway/api-token.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { relayStdio } from '../mcp/relay-stdio.ts';
import { CommandError, print, printJson } from './output.ts';

interface Options {
  json?: boolean;
}

async function running(): Promise<RunningHost> {
  const host = await findRunningHost();
  if (host === undefined) throw new CommandError('JARVIS is not running. Start it with: jarvis start');
  return host;
}

export async function listMcp({ json }: Options): Promise<void> {
  const servers = await (await running()).request(z.array(McpServerStatusSchema), 'GET', '/mcp');
  if (json === true) for (const server of servers) printJson(server);
  else if (servers.length === 0) print('There are no MCP servers. Add one: jarvis mcp add NAME URL, or: jarvis mcp add NAME -- COMMAND');
  else for (const server of servers) print(wordsFor(server));
}

function wordsFor({ name, where, state, detail, tools, leftOut }: McpServerStatus): string {
  const counted = `${tools} ${tools === 1 ? 'tool' : 'tools'}`;
  const lost = leftOut.map((each) => `\n  left out: ${each.name}: ${each.reason}`).join('');
  const told = state === 'connected' ? `connected, ${counted}` : `${state}${detail === undefined ? '' : `: ${detail}`}`;
  return `${name} (${where}): ${told}${lost}`;
}

export async function addMcpServer(name: string, target: string, rest: string[], options: Options & { secret: string[] }): Promise<void> {
  const parsed = McpServerSettingsSchema.safeParse({ name, transport: transportOf(target, rest, options.secret) });
  if (!parsed.success) throw new CommandError(parsed.error.issues[0]?.message ?? 'That is no MCP server.');
  await (await running()).request(z.object({}), 'POST', '/mcp', parsed.data);
  if (options.json === true) printJson({ added: name });
  else print(`Added ${name}. Look at its tools with: jarvis tools list; let them run with: jarvis tools review ${name}`);
}

function transportOf(target: string, rest: string[], secrets: string[]): McpServerSettings['transport'] {
  const values = Object.fromEntries(
    secrets.map((each) => {
      const at = each.indexOf('=');
      if (at < 1) throw new CommandError(`--secret looks like VARIABLE=SECRET, not ${each}.`);
      return [each.slice(0, at), { secret: each.slice(at + 1) }];
    }),
  );
  return /^https?:\/\//u.test(target)
    ? { type: 'http', url: target, headers: values }
    : { type: 'stdio', command: target, args: rest, env: values };
}

export async function removeMcpServer(name: string, { json }: Options): Promise<void> {
  await (await running()).request(z.object({}), 'POST', '/mcp/remove', { name });
  if (json === true) printJson({ removed: name });
  else print(`${name} is forgotten.`);
}

/** Until stdin ends. */
export async function serveStdio(): Promise<void> {
  const { origin } = await running();
  const token = (await readFile(join(dataFolderPath(), API_TOKEN_FILE), 'utf8')).trim();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  await relayStdio({ origin, token }, stopping.signal);
  process.exit(0);
}
