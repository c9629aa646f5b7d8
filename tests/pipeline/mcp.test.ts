import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { jarvis } from './run-jarvis.ts';
import { type RunningHost, startHost } from './running-host.ts';

/** JARVIS as an MCP server, and as a client of one: the real command line beside a running host. */
const ROOT = resolve(import.meta.dirname, '..', '..');
const FAKE = join(ROOT, 'tests', 'fakes', 'mcp-server.ts');
let host: RunningHost;
let client: Client;

beforeAll(async () => {
  host = await startHost();
  client = new Client({ name: 'test', version: '1' }, { capabilities: {} });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(ROOT, 'main', 'cli', 'index.ts'), 'mcp', 'serve'],
      env: { ...process.env, JARVIS_DATA: host.data, JARVIS_KEYRING: 'off' } as Record<string, string>,
    }),
  );
}, 90_000);

afterAll(async () => {
  await client?.close();
  await host?.[Symbol.asyncDispose]();
});

const textOf = (result: Awaited<ReturnType<Client['callTool']>>): string => JSON.stringify(result.content);

describe('JARVIS as an MCP server', () => {
  test('offers its tools, and says which ask a person first', async () => {
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'home.find-entities')).toMatchObject({ annotations: { readOnlyHint: true } });
    expect(tools.find(({ name }) => name === 'home.call-service')).toMatchObject({ inputSchema: { type: 'object' } });
  });

  test('looks freely', async () => {
    const found = await client.callTool({ name: 'home.find-entities', arguments: { query: 'kitchen light' } });
    expect(found.isError).not.toBe(true);
    expect(textOf(found)).toContain('light.kitchen');
  });

  test('does nothing above looking until a person at JARVIS agrees', async () => {
    const entity = [...host.entities().values()].find(({ name }) => name === 'Kitchen light');
    const calling = client.callTool({ name: 'home.call-service', arguments: { service: 'light.turn_on', entityIds: [entity?.id] } });
    const { approval } = await host.until(() => host.events.find((event) => event.type === 'approval-asked'));
    expect(approval).toMatchObject({ tool: 'home.call-service', source: 'mcp' });
    await host.call('POST', '/approvals/answer', { approvalId: approval.id, approved: false });
    expect(await calling).toMatchObject({ isError: true });
  });

  test('says in words what cannot be called', async () => {
    expect(textOf(await client.callTool({ name: 'nothing.at-all', arguments: {} }))).toContain('no tool called');
    expect(await client.callTool({ name: 'home.find-entities', arguments: { limit: 'many' } })).toMatchObject({ isError: true });
  });
});

describe('jarvis mcp', () => {
  const run = (...args: string[]) => jarvis(['mcp', ...args], { data: host.data });

  test('adds a server, tells of it, and forgets it', async () => {
    expect(await run('add', 'sums', '--', process.execPath, FAKE)).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect((await host.call('GET', '/mcp')).answer).toMatchObject([{ state: 'connected' }]), {
      timeout: 15_000,
    });
    expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject({ name: 'sums', state: 'connected', tools: 3 });
    expect(await readFile(join(host.data, 'mcp-servers.json'), 'utf8')).toContain('sums');
    expect(await run('remove', 'sums')).toMatchObject({ code: 0 });
    expect((await run('list')).stdout).toContain('no MCP servers');
  });

  test.each([
    [['add', 'Bad Name', 'true'], 'small letters'],
    [['add', 'x', 'http://'], 'http'],
    [['add', 'x', '--secret', 'nothing', 'true'], 'VARIABLE=SECRET'],
    [['remove', 'nobody'], 'nobody'],
  ])('refuses %j with words', async (args, words) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});
