import { readdir, readFile, statfs } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import type { Systeminformation } from 'systeminformation';
import { type AskProgram, askProgram } from './ask-program.ts';

/** Where figures of this machine come from, so that others can be played. */
export interface HardwareSource {
  platform: NodeJS.Platform;
  arch: string;
  ask: AskProgram;
  /** Rejects where there is no such file. */
  readText(path: string): Promise<string>;
  listFolder(path: string): Promise<string[]>;
  cpus(): { model: string /** MHz */; speed: number; times: Record<string, number> }[];
  totalMemory(): number;
  space(mount: string): Promise<{ totalBytes: number; usedBytes: number }>;
  /** Of this process. */
  residentBytes(): number;
  system(): Promise<SystemInformation>;
}

/** What is used of `systeminformation`. */
export interface SystemInformation {
  mem(): Promise<Pick<Systeminformation.MemData, 'total' | 'available' | 'swapused'>>;
  cpuTemperature(): Promise<Pick<Systeminformation.CpuTemperatureData, 'main' | 'max'>>;
  fsSize(): Promise<Pick<Systeminformation.FsSizeData, 'fs' | 'type' | 'size' | 'mount'>[]>;
  networkStats(interfaces: string): Promise<Pick<Systeminformation.NetworkStatsData, 'iface' | 'rx_bytes' | 'tx_bytes'>[]>;
  memLayout(): Promise<Pick<Systeminformation.MemLayoutData, 'size' | 'type' | 'clockSpeed' | 'bank'>[]>;
  graphics(): Promise<{
    controllers: Pick<Systeminformation.GraphicsControllerData, 'vendor' | 'model' | 'vram' | 'vramDynamic' | 'bus'>[];
  }>;
}

/** ms for a program of the system to answer; one that hangs is not asked again for a while. */
const ANSWER_MS = 3000;

export const thisSource: HardwareSource = {
  platform: process.platform,
  arch: process.arch,
  ask: askProgram(ANSWER_MS),
  readText: (path) => readFile(path, 'utf8'),
  listFolder: (path) => readdir(path),
  cpus: () => cpus().map(({ model, speed, times }) => ({ model, speed, times: { ...times } })),
  totalMemory: totalmem,
  async space(mount) {
    const { blocks, bfree, bsize } = await statfs(mount);
    return { totalBytes: blocks * bsize, usedBytes: (blocks - bfree) * bsize };
  },
  residentBytes: () => process.memoryUsage.rss(),
  // Loaded when somebody asks: most runs never do.
  system: async () => (await import('systeminformation')).default,
};
