import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Only Linux tells it this way. */
export const canMeasureProcesses = process.platform === 'linux';

/** Ticks of a processor from the text of `/proc/PID/stat`: in the process and, on its behalf, in the kernel. Throws on other text. */
export function ticksIn(stat: string): number {
  // The program's name stands in brackets and may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isFinite(ticks)) throw new Error('this is no /proc/PID/stat');
  return ticks;
}

/** ms of a processor that a process has used since it began. */
export async function processorMs(pid: number): Promise<number> {
  return (ticksIn(await readFile(`/proc/${pid}/stat`, 'utf8')) * 1000) / ticksPerSecond();
}

/** Memory of a process in MB. */
export interface Memory {
  /** All that is in memory for it; pages that several processes use are in each one's. */
  resident: number;
  /** The same with such pages divided among them, so that it may be added up. */
  proportional: number;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (key: string): number => {
    const kilobytes = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'mu').exec(text)?.[1];
    if (kilobytes === undefined) throw new Error(`process ${pid} does not tell its ${key}`);
    return Math.round(Number(kilobytes) / 1024);
  };
  return { resident: megabytes('Rss'), proportional: megabytes('Pss') };
}

/** Process ids of what a process started itself. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text
    .split(' ')
    .filter((part) => part.trim() !== '')
    .map(Number);
}

let ticks: number | undefined;

function ticksPerSecond(): number {
  ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}
