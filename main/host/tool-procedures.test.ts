import { expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolRequest } from '../../contract/tool.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import { toolProcedures } from './tool-procedures.ts';

function procedures(): { api: ReturnType<typeof toolProcedures>; asked: ToolRequest[]; registry: ToolRegistry } {
  const registry = new ToolRegistry();
  const manifest = { version: '1.0.0', description: 'Rolls.', input: z.object({}), permissions: {}, reversible: true, timeoutMs: 1_000 };
  registry.register({
    manifest: { ...manifest, name: 'dice.roll', title: 'Roll dice', risk: 'observe' },
    describe: () => 'Roll',
    run: async () => ({ outcome: 'confirmed' }),
  });
  const asked: ToolRequest[] = [];
  const gate = {
    call: async (request: ToolRequest) => {
      asked.push(request);
      return { outcome: 'confirmed' as const };
    },
  };
  const ending = new AbortController().signal;
  return { api: toolProcedures({ registry, gate, newId: () => 'id', ending }), asked, registry };
}

it('runs a tool through the gate alone, as whoever calls', async () => {
  const { api, asked } = procedures();
  await api.runTool({ name: 'dice.roll', input: { dice: 1 }, dryRun: true }, { source: 'page' });
  await api.runTool({ name: 'nothing', input: undefined }, { source: 'api' });
  expect(asked).toEqual([
    { id: 'id', turnId: 'id', tool: 'dice.roll', input: { dice: 1 }, source: 'page', dryRun: true },
    { id: 'id', turnId: 'id', tool: 'nothing', input: {}, source: 'api', dryRun: false },
  ]);
});

it('lists, searches, switches, and says what there is nothing of', async () => {
  const { api, registry } = procedures();
  const caller = { source: 'page' } as const;
  expect(await api.tools(undefined, caller)).toHaveLength(1);
  expect(await api.tools({ search: 'volcano' }, caller)).toEqual([]);
  expect(await api.setToolEnabled({ name: 'dice.roll', enabled: false }, caller)).toEqual({ enabled: false });
  expect(registry.usable('dice.roll')).toHaveProperty('refusal');
  await expect(api.setToolEnabled({ name: 'x', enabled: true }, caller)).rejects.toThrow('There is no tool called x');
  expect(await api.approveReview({ name: 'dice.roll' }, caller)).toEqual({ reviewed: false, permissions: [] });
});
