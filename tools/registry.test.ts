import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ToolRegistry } from './registry.ts';
import type { Tool, ToolManifest } from './tool.ts';
import type { ToolStateStore } from './tool-state.ts';

const tool = (name: string, more: Partial<ToolManifest<unknown>> = {}): Tool => ({
  manifest: {
    name,
    version: '1.0.0',
    title: 'A tool',
    description: 'Does something.',
    input: z.object({ door: z.string().min(1), speed: z.number().default(1) }).strict(),
    permissions: { home: true },
    risk: 'change',
    reversible: true,
    timeoutMs: 1_000,
    ...more,
  },
  describe: () => 'Do it',
  run: async () => ({ outcome: 'confirmed' }),
});

describe('the registry', () => {
  it('lists manifests with their input as JSON Schema', () => {
    const registry = new ToolRegistry();
    registry.register(tool('door.open'));
    const [listed] = registry.list();
    expect(listed).toMatchObject({ name: 'door.open', risk: 'change', permissions: { home: true }, timeoutMs: 1_000 });
    expect(listed?.input).toMatchObject({
      type: 'object',
      properties: { door: { type: 'string', minLength: 1 }, speed: { type: 'number', default: 1 } },
      required: ['door'],
      additionalProperties: false,
    });
    expect(() => JSON.stringify(registry.list())).not.toThrow();
  });

  it('refuses a second tool of a name, and then takes none of the batch', () => {
    const registry = new ToolRegistry();
    registry.register(tool('door.open'));
    expect(() => registry.register(tool('door.close'), tool('door.open'))).toThrow('two tools called door.open');
    expect(() => registry.register(tool('x'), tool('x'))).toThrow('two tools called x');
    expect(registry.get('door.close')).toBeUndefined();
    expect(registry.list()).toHaveLength(1);
  });

  it.each(['', 'Door', 'door open', 'door*', '../door', 'door.', '__proto__', 'x'.repeat(101)])('refuses the name %j', (name) => {
    expect(() => new ToolRegistry().register(tool(name))).toThrow('cannot be called');
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('refuses a timeout of %d ms', (timeoutMs) => {
    expect(() => new ToolRegistry().register(tool('door.open', { timeoutMs }))).toThrow('timeout');
  });

  it('knows no tool by a name that objects have anyhow', () => {
    expect(new ToolRegistry().get('constructor')).toBeUndefined();
  });
});

const plugin = (name: string, more: Partial<ToolManifest<unknown>> = {}): Tool =>
  tool(name, { origin: { type: 'plugin', name: name.split('.')[0] ?? '' }, permissions: {}, risk: 'guarded', ...more });

/** Keeps what was saved as JSON does, for several registries in a row. */
function memoryStore(): ToolStateStore & { saved: string | undefined; fail: boolean } {
  return {
    saved: undefined,
    fail: false,
    async load() {
      return this.saved === undefined ? undefined : JSON.parse(this.saved);
    },
    async save(state) {
      if (this.fail) throw new Error('the disk is full');
      this.saved = JSON.stringify(state);
    },
  };
}

const isUsable = (registry: ToolRegistry, name: string): true | string => {
  const usable = registry.usable(name);
  return 'tool' in usable ? true : usable.refusal;
};

describe('several sources', () => {
  const origin = { type: 'plugin', name: 'weather' } as const;

  it('come, change and go while others stay', () => {
    const registry = new ToolRegistry();
    registry.register(tool('door.open'));
    registry.replace(origin, [plugin('weather.now'), plugin('weather.later')]);
    expect(registry.list().map(({ name }) => name)).toEqual(['door.open', 'weather.now', 'weather.later']);
    registry.replace(origin, [plugin('weather.now', { version: '2.0.0' })]);
    expect(registry.list().map(({ name, version }) => `${name} ${version}`)).toEqual(['door.open 1.0.0', 'weather.now 2.0.0']);
    registry.replace(origin, []);
    expect(registry.list().map(({ name }) => name)).toEqual(['door.open']);
  });

  it('keep what they had when the new ones cannot be taken', () => {
    const registry = new ToolRegistry();
    registry.replace(origin, [plugin('weather.now')]);
    expect(() => registry.replace(origin, [plugin('weather.fine'), plugin('weather.odd', { timeoutMs: 0 })])).toThrow('timeout');
    expect(registry.list().map(({ name }) => name)).toEqual(['weather.now']);
  });

  it.each([
    ['a plugin in the name of a tool of ours', { type: 'plugin', name: 'door' } as const, 'door.close', 'come from elsewhere'],
    ['a plugin in another name', origin, 'thunder.now', 'must be called weather.'],
    ['a plugin as an MCP server', { type: 'plugin', name: 'mcp' } as const, 'mcp.files.read', 'comes from MCP servers'],
    ['an MCP server as a plugin', { type: 'mcp', name: 'files' } as const, 'files.read', 'must be called mcp.files.'],
    ['an MCP server as another', { type: 'mcp', name: 'files' } as const, 'mcp.filesystem.read', 'must be called mcp.files.'],
  ])('refuse %s', (_, from, name, why) => {
    const registry = new ToolRegistry();
    registry.register(tool('door.open'));
    expect(() => registry.replace(from, [tool(name, { origin: from })])).toThrow(why);
    expect(registry.list()).toHaveLength(1);
  });

  it('let two MCP servers be called alike in their last word', () => {
    const registry = new ToolRegistry();
    for (const name of ['files', 'mail'])
      registry.replace({ type: 'mcp', name }, [tool(`mcp.${name}.read_all`, { origin: { type: 'mcp', name } })]);
    expect(registry.list()).toHaveLength(2);
  });

  it('take no tool that says it comes from elsewhere', () => {
    expect(() => new ToolRegistry().replace(origin, [tool('weather.now')])).toThrow('does not come from plugin:weather');
  });

  it('tell whoever listens of each change, and not of each use', async () => {
    const registry = new ToolRegistry();
    const stop = new AbortController();
    let told = 0;
    const listening = (async () => {
      for await (const _ of registry.changes(stop.signal)) told += 1;
    })();
    registry.replace(origin, [plugin('weather.now')], { digest: 'a' });
    registry.used('weather.now', 1);
    await registry.approveReview('weather');
    await registry.setEnabled('weather.now', false);
    await vi.waitFor(() => expect(told).toBe(3));
    stop.abort();
    await listening;
  });
});

describe('a person', () => {
  it('switches a tool off, and it stays off in the next life', async () => {
    const store = memoryStore();
    const registry = new ToolRegistry(store);
    registry.register(tool('door.open'));
    expect(await registry.setEnabled('door.open', false)).toBe(true);
    expect(isUsable(registry, 'door.open')).toContain('A tool is switched off');
    const next = new ToolRegistry(store);
    await next.load();
    next.register(tool('door.open'));
    expect(isUsable(next, 'door.open')).toContain('switched off');
    expect(next.list()[0]).toMatchObject({ enabled: false });
    await next.setEnabled('door.open', true);
    expect(isUsable(next, 'door.open')).toBe(true);
    expect(await next.setEnabled('window.open', true)).toBe(false);
  });

  it('switches what is forbidden on by name', async () => {
    const registry = new ToolRegistry();
    registry.register(tool('shell.run', { risk: 'forbidden' }));
    expect(registry.list()[0]?.enabled).toBe(false);
    expect(registry.switchedOn('shell.run')).toBe(false);
    await registry.setEnabled('shell.run', true);
    expect(registry.switchedOn('shell.run')).toBe(true);
  });

  it('looks at a plugin before it runs, again when it changes, and hears what is new', async () => {
    const store = memoryStore();
    const registry = new ToolRegistry(store);
    const origin = { type: 'plugin', name: 'weather' } as const;
    const asking = { permissions: { network: ['api.example.org'] } };
    registry.replace(origin, [plugin('weather.now', asking)], { digest: 'one' });
    expect(isUsable(registry, 'weather.now')).toContain('must be looked at by a person first: the plugin weather');
    expect(registry.list()[0]?.review).toEqual(['it is new', 'it may touch the internet at api.example.org']);
    // Somebody who was shown another version has not looked at this one.
    expect(await registry.approveReview('weather', 'what was shown before')).toBeUndefined();
    const shown = registry.list().find(({ name }) => name === 'weather.now')?.reviewDigest;
    expect(await registry.approveReview('weather', shown)).toEqual(['the internet at api.example.org']);
    expect(isUsable(registry, 'weather.now')).toBe(true);
    expect(registry.list()[0]?.review).toBeUndefined();
    expect(await registry.approveReview('weather.now')).toBeUndefined();

    const more = { permissions: { network: ['api.example.org'], secrets: ['key'] } };
    registry.replace(origin, [plugin('weather.now', more)], { digest: 'two' });
    expect(isUsable(registry, 'weather.now')).toContain('has changed');
    expect(registry.list()[0]?.review).toEqual(['it has changed since it was looked at', 'it may now touch the secret key']);

    // What was looked at is remembered by what it was, not by its name.
    const next = new ToolRegistry(store);
    await next.load();
    next.replace(origin, [plugin('weather.now', asking)], { digest: 'one' });
    expect(isUsable(next, 'weather.now')).toBe(true);
  });

  it('is not asked about what JARVIS brings itself', async () => {
    const registry = new ToolRegistry();
    registry.register(tool('door.open'));
    expect(await registry.approveReview('door.open')).toBeUndefined();
    expect(await registry.approveReview('nothing')).toBeUndefined();
  });

  it('hears when a decision cannot be kept, and it is not in force then', async () => {
    const store = memoryStore();
    const registry = new ToolRegistry(store);
    registry.register(tool('door.open'));
    store.fail = true;
    await expect(registry.setEnabled('door.open', false)).rejects.toThrow('disk is full');
    expect(isUsable(registry, 'door.open')).toBe(true);
  });

  it.each(['[]', '{"switched":5}', '{"switched":[["a"]]}', '"x"', 'null'])('hears of a file that holds %s', async (saved) => {
    const store = memoryStore();
    store.saved = saved;
    await expect(new ToolRegistry(store).load()).rejects.toThrow('cannot be read');
  });
});

describe('use', () => {
  it('is counted, kept, and added to what another process has counted meanwhile', async () => {
    const store = memoryStore();
    const [one, other] = [new ToolRegistry(store), new ToolRegistry(store)];
    for (const registry of [one, other]) registry.register(tool('door.open'));
    one.used('door.open', 100);
    one.used('door.open', 300);
    other.used('door.open', 200);
    expect(one.list()[0]).toMatchObject({ calls: 2, lastUsedAt: 300 });
    await one.save();
    await other.setEnabled('door.open', false);
    await one.save();
    const next = new ToolRegistry(store);
    await next.load();
    next.register(tool('door.open'));
    expect(next.list()[0]).toMatchObject({ lastUsedAt: 300, calls: 3, enabled: false });
  });

  it('is not lost when it cannot be written down at once', async () => {
    const store = memoryStore();
    const registry = new ToolRegistry(store);
    registry.register(tool('door.open'));
    registry.used('door.open', 100);
    store.fail = true;
    await expect(registry.save()).rejects.toThrow('disk is full');
    store.fail = false;
    await registry.save();
    expect(store.saved).toContain('["door.open",{"calls":1,"lastUsedAt":100}]');
  });
});

describe('the search', () => {
  const registry = new ToolRegistry();
  registry.register(
    tool('home.call-service', { title: 'Operate devices', description: 'Turns lights on and off.' }),
    tool('light.scene', { title: 'Set a scene', description: 'Sets all lamps of a room.', permissions: {} }),
    tool('web.search', { title: 'Search the web', description: 'Looks something up.', permissions: { network: ['*'] } }),
    tool('sound.volume', { title: 'Volume', description: 'Louder and quieter.', permissions: { system: ['sound'] } }),
  );
  it.each([
    ['light', ['light.scene', 'home.call-service']],
    ['internet', ['web.search']],
    ['VOLUME', ['sound.volume']],
    ['set the lights of a room', ['light.scene', 'home.call-service']],
    ['xyzzy', []],
  ])('for %s finds the best first', (words, names) => {
    expect(registry.search(words).map(({ name }) => name)).toEqual(names);
  });

  it('without words is the list', () => expect(registry.search(' ?! ')).toEqual(registry.list()));
  it('gives as many as are wanted', () => expect(registry.search('', 2)).toHaveLength(2));
  it('reads no more than the beginning of a long text', () => expect(registry.search(`${'word '.repeat(100_000)}light`)).toEqual([]));
});
