import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import type { Risk } from '../../contract/tool.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { Approvals } from '../../tools/approvals.ts';
import { openAudit } from '../../tools/audit.ts';
import { createGate } from '../../tools/create-gate.ts';
import { EmergencyStop } from '../../tools/emergency-stop.ts';
import type { Gate } from '../../tools/gate.ts';
import { UsageProfile } from '../../tools/policy/usage-profile.ts';
import { type Policy, PolicySchema } from '../../tools/policy.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Extent } from './recordings.ts';
import { type BenchSection, type Figure, milliseconds, quantile } from './report.ts';

/** A policy as a careful household may have it: a hundred rules, none about the measured tools but one. */
const policy: Policy = PolicySchema.parse({
  rules: [
    ...Array.from({ length: 99 }, (_, index) => ({
      effect: 'ask',
      tool: `house-${index}.*`,
      input: { path: `~/folder-${index}/**` },
      time: { from: '22:00', to: '07:00' },
    })),
    { effect: 'allow', tool: 'bench.guarded', input: { entityIds: 'lock.*' } },
  ],
  // Thousands of calls in a row are what is measured here, not a burst to ask about.
  anomaly: { burst: { calls: 100_000, seconds: 1 } },
});

const KINDS: readonly { risk: Risk; name: string; aim?: string }[] = [
  { risk: 'observe', name: 'observe', aim: '≤ 2 ms' },
  { risk: 'change', name: 'change' },
  { risk: 'guarded', name: 'guarded, allowed by a rule' },
];

/** What the gate adds to a call, with the real audit on the disk: one after the other, many at once, and looking while others have the disk flushed. */
export async function benchGateCalls({ thorough }: Extent): Promise<BenchSection> {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-bench-gate-'));
  try {
    await using audit = await openAudit({ folder, clock: systemClock, runId: 'bench', pid: process.pid });
    const registry = new ToolRegistry();
    registry.register(...KINDS.map(({ risk }) => toolOf(risk)));
    let ids = 0;
    const newId = (): string => `id-${++ids}`;
    const gate = createGate({
      registry,
      policy,
      approvals: new Approvals({ clock: systemClock, newId, expiryMs: 60_000 }),
      audit,
      stop: new EmergencyStop(),
      clock: systemClock,
      usage: new UsageProfile(systemClock),
    });
    const call = (risk: Risk): Promise<number> => timed(gate, risk, newId());
    const figures: Figure[] = [];
    for (const { risk, name, aim } of KINDS) {
      const count = (risk === 'guarded' ? 300 : 3_000) * (thorough ? 5 : 1);
      for (let warm = 0; warm < 50; warm += 1) await call(risk);
      const began = performance.now();
      const times: number[] = [];
      for (let index = 0; index < count; index += 1) times.push(await call(risk));
      const seconds = (performance.now() - began) / 1000;
      const target = aim === undefined ? {} : { target: aim };
      figures.push(
        { name: `${name}: added, p50`, ...milliseconds(quantile(times, 0.5)), detail: `${count} calls` },
        { name: `${name}: added, p99`, ...milliseconds(quantile(times, 0.99)), ...target },
        { name: `${name}: calls a second, one after the other`, value: Math.round(count / seconds), unit: '' },
        { name: `${name}: calls a second, 100 at once`, value: Math.round(await manyAtOnce(() => call(risk), count)), unit: '' },
      );
    }
    const beside = await lookingBeside(call, thorough ? 3_000 : 600);
    figures.push(
      { name: 'observe beside guarded: added, p50', ...milliseconds(quantile(beside, 0.5)), detail: `${beside.length} calls` },
      { name: 'observe beside guarded: added, p99', ...milliseconds(quantile(beside, 0.99)), target: '≤ 2 ms' },
    );
    return {
      title: 'Calls through the gate',
      notes: [
        'a tool that does nothing, a policy of 100 rules, the real audit (hash chain, checkpoints; fsync before and after what is guarded)',
      ],
      figures,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toolOf(risk: Risk): Tool {
  return {
    manifest: {
      name: `bench.${risk}`,
      version: '1.0.0',
      title: risk,
      description: risk,
      input: z.strictObject({ entityIds: z.array(z.string()) }),
      permissions: { home: true },
      risk,
      reversible: true,
      timeoutMs: 5_000,
    },
    describe: () => risk,
    run: async () => ({ outcome: 'confirmed' }),
  };
}

/** ms */
async function timed(gate: Gate, risk: Risk, id: string): Promise<number> {
  const request = { id, turnId: id, tool: `bench.${risk}`, input: { entityIds: ['lock.front'] }, source: 'page' as const, dryRun: false };
  const began = performance.now();
  const { outcome, reason } = await gate.call(request, new AbortController().signal);
  if (outcome !== 'confirmed') throw new Error(`${risk}: ${outcome} ${reason ?? ''}`);
  return performance.now() - began;
}

/** Calls a second. */
async function manyAtOnce(call: () => Promise<number>, count: number): Promise<number> {
  const began = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      while (left > 0) {
        left -= 1;
        await call();
      }
    }),
  );
  return count / ((performance.now() - began) / 1000);
}

/** Looking, while guarded calls keep the disk flushing. */
async function lookingBeside(call: (risk: Risk) => Promise<number>, count: number): Promise<number[]> {
  let over = false;
  const flushing = (async () => {
    while (!over) await call('guarded');
  })();
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push(await call('observe'));
  over = true;
  await flushing;
  return times;
}
