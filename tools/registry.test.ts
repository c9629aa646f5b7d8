import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ToolRegistry } from './registry.ts';
import type { Tool, ToolManifest } from './tool.ts';

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
