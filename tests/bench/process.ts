import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LISTENING_RATE } from '../../contract/audio.ts';
import type { Host } from '../../main/host/host.ts';
import { startBenchHost } from './bench-host.ts';
import { playLive } from './play-live.ts';
import { canMeasureProcesses, childrenOf, type Memory, memoryOf, processorMs } from './process-usage.ts';
import { haveRecordings, NO_RECORDINGS, recordings } from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds } from './report.ts';
import { quiet } from './spoken-command.ts';

const HOST = fileURLToPath(new URL('../../main/headless/index.ts', import.meta.url));
/** As `npm start` hands over to it. */
const RUN = fileURLToPath(new URL('../../main/bootstrap/run.mjs', import.meta.url));
/** After which a host that tells nothing is given up, in ms. */
const START_MS = 60_000;
const IDLE_MS = 10_000;
const LISTEN_MS = 15_000;

/** What the running JARVIS costs: start, memory, and the processor while nobody speaks to it. */
export async function benchProcess(): Promise<BenchSection> {
  const notes = ['plain Node host with the demo home, no page open'];
  const figures = await starts();
  if (canMeasureProcesses) figures.push(...(await listening(notes)));
  else notes.push('memory and processor are read from /proc, which this system does not have, so they were skipped');
  return { title: 'The process', notes, figures };
}

async function starts(): Promise<Figure[]> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'jarvis-bench-data-'));
  try {
    await writeFile(join(dataFolder, 'settings.yaml'), 'server: { port: 0, openBrowser: false }\n');
    return [...(await oneStart('first start', dataFolder, false)), ...(await oneStart('second start', dataFolder, true))];
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function oneStart(name: string, dataFolder: string, idle: boolean): Promise<Figure[]> {
  const began = performance.now();
  const child = spawn(process.execPath, [RUN, HOST], {
    env: { ...process.env, JARVIS_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const lines = createInterface({ input: child.stdout });
    const told = (prefix: string): Promise<number> =>
      new Promise((resolve, reject) => {
        lines.on('line', (line) => line.startsWith(prefix) && resolve(performance.now() - began));
        lines.on('close', () => reject(new Error(`the host ended before it said "${prefix}"`)));
        setTimeout(() => reject(new Error(`the host did not say "${prefix}" in ${START_MS} ms`)), START_MS).unref();
      });
    const [address, listening] = await Promise.all([told('JARVIS: '), told('Listening')]);
    const figures: Figure[] = [
      { name: `${name}: address shown`, ...milliseconds(address) },
      { name: `${name}: listening`, ...milliseconds(listening), target: '≤ 3000 ms' },
    ];
    if (idle && canMeasureProcesses && child.pid !== undefined) figures.push(...(await idleMemory(child.pid)));
    return figures;
  } finally {
    const ending = performance.now();
    child.kill('SIGTERM');
    await exited;
    if (performance.now() - ending > 5_000) process.stderr.write(`the host took ${Math.round(performance.now() - ending)} ms to end\n`);
  }
}

async function idleMemory(host: number): Promise<Figure[]> {
  await sleep(IDLE_MS);
  const each = await Promise.all([host, ...(await childrenOf(host))].map(memoryOf));
  const sum = (of: (memory: Memory) => number): number => each.reduce((total, memory) => total + of(memory), 0);
  const parts = (of: (memory: Memory) => number): string => `host and voice: ${each.map(of).join(' + ')}`;
  return [
    {
      name: 'memory idle, shared pages counted once',
      value: sum(proportional),
      unit: 'MB',
      detail: parts(proportional),
      target: '≤ 250 MB',
    },
    { name: 'memory idle, resident', value: sum(resident), unit: 'MB', detail: parts(resident) },
  ];
}

const proportional = (memory: Memory): number => memory.proportional;
const resident = (memory: Memory): number => memory.resident;

async function listening(notes: string[]): Promise<Figure[]> {
  await using started = await startBenchHost();
  const { host } = started;
  const figures = [await processorShare(host, 'silence', new Int16Array((LISTEN_MS * LISTENING_RATE) / 1000))];
  figures.push(await processorShare(host, 'a quiet room', quiet(LISTEN_MS)));
  if (!haveRecordings) {
    notes.push(NO_RECORDINGS);
    return figures;
  }
  const noises = await recordings('noise', (name) => name.includes('office'));
  for (const { name, samples } of noises) {
    const long = Int16Array.from({ length: (LISTEN_MS * LISTENING_RATE) / 1000 }, (_, index) => samples[index % samples.length] ?? 0);
    figures.push(await processorShare(host, name.replace(/\.wav$/u, ''), long));
  }
  notes.push(`the voice process hears a live stream for ${LISTEN_MS / 1000} s; its memory after that is that of a process that has worked`);
  return figures;
}

async function processorShare(host: Host, name: string, samples: Int16Array): Promise<Figure> {
  const pid = host.voice?.pid();
  if (pid === undefined) throw new Error('the voice process is not there');
  using stream = host.voice!.openStream({ wake: 'auto', pace: 'live', source: 'file' });
  const spentBefore = await processorMs(pid);
  const began = performance.now();
  await playLive(samples, (frame) => stream.write(frame));
  const spent = (await processorMs(pid)) - spentBefore;
  return {
    name: `voice process hearing ${name}`,
    value: Math.round((spent / (performance.now() - began)) * 1000) / 10,
    unit: '% of a core',
    detail: `${Math.round(spent)} ms in ${LISTEN_MS / 1000} s, ${(await memoryOf(pid)).resident} MB resident`,
    target: '≤ 5 %',
  };
}
