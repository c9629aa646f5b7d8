import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { PolicyFile } from '../../tools/policy/policy-file.ts';
import { UsageProfile } from '../../tools/policy/usage-profile.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import { type PolicyParts, policyProcedures, tryPolicy } from './policy-procedures.ts';

let folder: string;
let parts: PolicyParts;
let runs: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-policy-'));
  const clock = new FakeClock();
  const registry = new ToolRegistry();
  runs = 0;
  registry.register({
    manifest: {
      name: 'door.open',
      version: '1.0.0',
      title: 'Open a door',
      description: 'Opens it.',
      input: z.strictObject({ door: z.string() }),
      permissions: { home: true },
      risk: 'guarded',
      reversible: true,
      timeoutMs: 5_000,
      rateLimit: { calls: 1, seconds: 60 },
    },
    describe: () => 'Open a door',
    async run() {
      runs += 1;
      return { outcome: 'confirmed' };
    },
  });
  const policyFile = await PolicyFile.open({ dataFolder: folder, clock, notice: () => undefined });
  parts = { policyFile, registry, clock, areaOf: () => undefined, usage: new UsageProfile(clock) };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const RULES = `rules:
  - {id: back, effect: allow, input: {door: back}, source: page}
  - {effect: deny, time: {from: "22:00", to: "07:00"}, because: the house sleeps}
timeZone: UTC
`;

describe('what would become of a call', () => {
  it('is told with every rule that speaks of it, and its line', async () => {
    const api = policyProcedures(parts);
    const { version } = await api.policy(undefined, { source: 'page' });
    expect(await api.savePolicy({ text: RULES, version }, { source: 'page' })).toMatchObject({ saved: true });
    const back = { tool: 'door.open', input: { door: 'back' } };
    expect(tryPolicy(back, parts)).toEqual({
      decision: 'allow',
      why: 'It would be done: a rule of yours allows it (back).',
      matched: [{ rule: 'back', effect: 'allow', line: 2 }],
      risk: 'guarded',
      strong: false,
    });
    expect(tryPolicy({ ...back, at: Date.UTC(2026, 10, 21, 23) }, parts)).toMatchObject({
      decision: 'deny',
      why: 'It would be left alone: the house sleeps (rule 2).',
      matched: [{ rule: 'back' }, { rule: 'rule 2', effect: 'deny', line: 3, because: 'the house sleeps' }],
    });
    expect(tryPolicy({ ...back, source: 'mcp' }, parts)).toMatchObject({ decision: 'ask', matched: [] });
    expect(tryPolicy({ ...back, taint: [{ origin: 'web' }] }, parts)).toMatchObject({ decision: 'ask', strong: true });
    expect(tryPolicy({ ...back, person: { name: 'Bob', role: 'guest' } }, parts)).toMatchObject({ decision: 'deny' });
    expect(runs).toBe(0);
  });

  it('can be asked of rules that are not in force', () => {
    const door = { tool: 'door.open', input: { door: 'front' } };
    expect(tryPolicy({ ...door, text: 'rules: [{effect: deny}]' }, parts).decision).toBe('deny');
    expect(tryPolicy({ ...door, text: 'rules: 7' }, parts).why).toMatch(/^These rules cannot be used: line 1/u);
    expect(tryPolicy(door, parts).decision).toBe('ask');
  });

  it('is no for what cannot be called at all', () => {
    expect(tryPolicy({ tool: 'nothing', input: {} }, parts)).toEqual({
      decision: 'deny',
      why: 'There is no tool called nothing.',
      matched: [],
      strong: false,
    });
    expect(tryPolicy({ tool: 'door.open', input: { window: 1 } }, parts).why).toContain('cannot be called like this');
  });
});
