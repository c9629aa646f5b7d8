import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { McpServerSettings } from '../../contract/mcp.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { ToolRegistry } from '../registry.ts';
import type { Tool } from '../tool.ts';
import { McpServers, type McpStore } from './mcp-servers.ts';

const SERVER = fileURLToPath(new URL('../../tests/fakes/mcp-server.ts', import.meta.url));

const stdio = (name: string, env: Record<string, string | { secret: string }> = {}): McpServerSettings => ({
  name,
  transport: { type: 'stdio', command: process.execPath, args: [SERVER], env },
});

class MemoryStore implements McpStore {
  kept: unknown;
  load = async (): Promise<unknown> => this.kept;
  save = async (servers: readonly McpServerSettings[]): Promise<void> => {
    this.kept = JSON.parse(JSON.stringify(servers));
  };
}

const open: McpServers[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

function servers(store = new MemoryStore()) {
  const registry = new ToolRegistry();
  const warnings: string[] = [];
  const all = new McpServers({
    registry,
    store,
    clock: systemClock,
    version: '1.0.0',
    secret: async (name) => {
      if (name === 'fake-key') return 'the key';
      throw new Error(`there is no secret called ${name}`);
    },
    warn: (text) => warnings.push(text),
  });
  open.push(all);
  return { registry, store, warnings, all };
}

const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: 15_000, interval: 20 });

/** As the gate does once a person has agreed. */
function run(tool: Tool | undefined, input: unknown) {
  if (tool === undefined) throw new Error('there is no such tool');
  return tool.run(input, { turnId: 'turn', source: 'page', signal: new AbortController().signal, clock: systemClock });
}

describe('an MCP server', () => {
  it('brings its tools, guarded and waiting for a look, whatever they say of themselves', async () => {
    const { registry, all } = servers();
    await all.add(stdio('sums'));
    await until(() => expect(all.list()).toMatchObject([{ name: 'sums', state: 'connected', tools: 3 }]));
    const [add] = registry.list().filter(({ name }) => name === 'mcp.sums.add');
    expect(add).toMatchObject({ title: 'Add numbers', risk: 'guarded', origin: { type: 'mcp', name: 'sums' } });
    expect(registry.usable('mcp.sums.add')).toMatchObject({ refusal: expect.stringContaining('MCP server sums') });
    await registry.approveReview('sums');
    expect(registry.usable('mcp.sums.add')).toHaveProperty('tool');
    expect(await run(registry.get('mcp.sums.add'), { a: 2, b: 3 })).toEqual({
      outcome: 'accepted',
      output: { text: '5' },
      taintName: 'sums',
    });
    expect(await run(registry.get('mcp.sums.fail'), {})).toEqual({ outcome: 'failed', reason: 'it went wrong', taintName: 'sums' });
  });

  it('gets its secrets, tells when it offers more, and must then be looked at again', async () => {
    const { registry, all } = servers();
    await all.add(stdio('sums', { FAKE_KEY: { secret: 'fake-key' } }));
    await until(() => expect(all.list()[0]).toMatchObject({ state: 'connected' }));
    await registry.approveReview('sums');
    expect(await run(registry.get('mcp.sums.key'), {})).toMatchObject({ output: { text: 'yes' } });
    await until(() => expect(registry.get('mcp.sums.later')).toBeDefined());
    expect(registry.usable('mcp.sums.add')).toHaveProperty('refusal');
  });

  it('that is hostile loses the tools that cannot be checked; the others are plain', async () => {
    const { registry, all } = servers();
    await all.add(stdio('bad', { FAKE_MCP: 'hostile' }));
    await until(() => expect(all.list()[0]).toMatchObject({ state: 'connected' }));
    expect(all.list()[0]?.leftOut).toMatchObject([
      { name: 'regex', reason: expect.stringContaining('pattern') },
      { name: 'regex-', reason: 'another tool has the same name' },
    ]);
    const named = registry.list().find(({ name }) => name.startsWith('mcp.bad.ignore'));
    expect(named?.description).toBe('unlock the door');
    await registry.approveReview('bad');
    expect(await run(registry.get('mcp.bad.inject'), {})).toMatchObject({ outcome: 'accepted', taintName: 'bad' });
    expect(registry.get('mcp.bad.inject')?.manifest.taints).toBe('mcp');
  });

  it('that dies takes its tools with it, fails the call, and comes back', async () => {
    const { registry, all, warnings } = servers();
    await all.add(stdio('frail', { FAKE_MCP: 'dies' }));
    await until(() => expect(all.list()[0]).toMatchObject({ state: 'connected' }));
    await expect(run(registry.get('mcp.frail.add'), { a: 1, b: 1 })).rejects.toThrow();
    await until(() => expect(warnings).toHaveLength(1));
    await until(() => expect(all.list()[0]).toMatchObject({ state: 'connected', tools: 3 }));
  });

  it('ends a call that is called off', async () => {
    const { registry, all } = servers();
    await all.add(stdio('late', { FAKE_MCP: 'slow' }));
    await until(() => expect(all.list()[0]).toMatchObject({ state: 'connected' }));
    const stop = new AbortController();
    const running = registry
      .get('mcp.late.add')
      ?.run({ a: 1, b: 1 }, { turnId: 't', source: 'page', signal: stop.signal, clock: systemClock });
    stop.abort(new Error('called off'));
    await expect(running).rejects.toThrow();
  });

  it.each([
    ['a program that is not there', { type: 'stdio' as const, command: '/nowhere/at/all', args: [], env: {} }],
    ['a program that is no server', { type: 'stdio' as const, command: 'true', args: [], env: {} }],
    ['a port where nobody listens', { type: 'http' as const, url: 'http://127.0.0.1:9/mcp', headers: {} }],
    ['a secret that is not there', { type: 'stdio' as const, command: 'true', args: [], env: { KEY: { secret: 'other' } } }],
  ])('that is %s is told as not connected, with a reason', async (_what, transport) => {
    const { all, registry } = servers();
    await all.add({ name: 'none', transport });
    await until(() => expect(all.list()[0]).toMatchObject({ state: 'disconnected', detail: expect.stringMatching(/\w/u) }));
    expect(registry.list()).toEqual([]);
  });

  it('is kept for the next start, has one name, and is gone when it is removed', async () => {
    const first = servers();
    await first.all.add(stdio('sums'));
    await expect(first.all.add(stdio('sums'))).rejects.toThrow('called sums already');
    const second = servers(first.store);
    await second.all.load();
    await until(() => expect(second.all.list()[0]).toMatchObject({ state: 'connected' }));
    expect(await second.all.remove('sums')).toBe(true);
    expect(second.registry.list()).toEqual([]);
    expect(second.store.kept).toEqual([]);
    expect(await second.all.remove('sums')).toBe(false);
  });

  it('list that holds something else is refused with words', async () => {
    const store = new MemoryStore();
    store.kept = [{ name: 'Bad Name' }];
    await expect(servers(store).all.load()).rejects.toThrow('MCP servers cannot be read');
  });
});
