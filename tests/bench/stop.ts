import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { StopControl } from '../../main/host/stop-control.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { Approvals } from '../../tools/approvals.ts';
import { openAudit } from '../../tools/audit.ts';
import { createGate } from '../../tools/create-gate.ts';
import { EmergencyStop } from '../../tools/emergency-stop.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import type { Tool, ToolResult } from '../../tools/tool.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { milliseconds, quantile } from './report.ts';
import type { BenchPart } from './run-parts.ts';

const TOOLS = 50;
/** Of them, so many that are programs of their own. */
const PROGRAMS = 25;
const ROUNDS = 5;

/** From the stop to the moment at which every call has ended and every program is dead, with the latch and the record on the disk. */
export const stopPart: BenchPart = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-bench-stop-'));
  try {
    const times: { signal: number; calls: number; programs: number; written: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await stopOnce(join(folder, `${round}`)));
    const figure = (name: string, pick: (one: (typeof times)[number]) => number, target?: string) => ({
      name,
      ...milliseconds(quantile(times.map(pick), 1)),
      detail: `worst of ${ROUNDS}`,
      ...(target !== undefined && { target }),
    });
    return {
      title: 'emergency stop',
      notes: [`${TOOLS} tools running, ${PROGRAMS} of them programs of their own that end by SIGKILL, and ${TOOLS} approvals pending`],
      figures: [
        figure('stop in force', ({ signal }) => signal),
        figure('every call ended, every approval cancelled', ({ calls }) => calls, '≤ 250 ms'),
        figure('every program dead', ({ programs }) => programs, '≤ 250 ms'),
        figure('latch and record on the disk', ({ written }) => written),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function stopOnce(dataFolder: string): Promise<{ signal: number; calls: number; programs: number; written: number }> {
  await using audit = await openAudit({ folder: dataFolder, clock: systemClock, runId: 'bench', pid: process.pid });
  const stop = new EmergencyStop();
  const registry = new ToolRegistry();
  const dead: Promise<unknown>[] = [];
  const started: Promise<unknown>[] = [];
  const idle = toolThat('idle.wait', 'change', () => new Promise(() => undefined));
  const program = toolThat('program.run', 'change', (signal) => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    started.push(once(child, 'spawn'));
    dead.push(once(child, 'exit'));
    signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
    return new Promise(() => undefined);
  });
  registry.register(
    idle,
    program,
    toolThat('door.open', 'guarded', async () => ({ outcome: 'confirmed' })),
  );
  let id = 0;
  const newId = (): string => {
    id += 1;
    return `approval-${id}`;
  };
  const approvals = new Approvals({ clock: systemClock, newId, expiryMs: 600_000 });
  const gate = createGate({ registry, policy: { rules: [], enabled: [] }, approvals, audit, stop, clock: systemClock });
  const control = new StopControl({
    stop,
    dataFolder,
    audit,
    clock: systemClock,
    log: silentLog,
    silence: () => undefined,
    changed: () => undefined,
  });
  const call = (tool: string, index: number) =>
    gate.call(
      { id: `${tool}-${index}`, turnId: `turn-${index}`, tool, input: {}, source: 'page', dryRun: false },
      new AbortController().signal,
    );
  const running = Array.from({ length: TOOLS }, (_, index) => call(index < PROGRAMS ? 'program.run' : 'idle.wait', index));
  const asking = Array.from({ length: TOOLS }, (_, index) => call('door.open', index));
  while (started.length < PROGRAMS || approvals.pending().length < TOOLS) await systemClock.sleep(10);
  await Promise.all(started);
  const began = performance.now();
  const since = (): number => performance.now() - began;
  const writing = control.stopEverything('page');
  const signal = since();
  const [calls, programs, written] = await Promise.all([
    Promise.all([...running, ...asking]).then(since),
    Promise.all(dead).then(since),
    writing.then(since),
  ]);
  if (approvals.pending().length > 0) throw new Error('an approval is still pending');
  return { signal, calls, programs, written };
}

function toolThat(name: string, risk: 'change' | 'guarded', run: (signal: AbortSignal) => Promise<ToolResult>): Tool {
  return {
    manifest: {
      name,
      version: '1.0.0',
      title: name,
      description: '',
      input: z.unknown(),
      permissions: {},
      risk,
      reversible: true,
      timeoutMs: 600_000,
    },
    describe: () => name,
    run: (_input, { signal }) => run(signal),
  };
}
