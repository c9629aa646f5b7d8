import type { Clock } from '../../contract/clock.ts';
import type { HardwareSample } from '../../contract/hardware.ts';
import type { Machine } from '../../contract/models.ts';
import { thisSource } from './hardware-source.ts';
import { machineReader } from './read-machine.ts';
import { hardwareSampler } from './sample-hardware.ts';

export interface Hardware {
  /** What decides which models fit. */
  readMachine(): Promise<Machine>;
  /** How it is now; loads and rates are those since the call before. */
  sampleHardware(): Promise<HardwareSample>;
  /** Why something could not be read the last time, in words. */
  problems(): string[];
}

/** This machine. @param children ids of the processes that JARVIS has started */
export function thisHardware(clock: Clock, children: () => readonly number[] = () => []): Hardware {
  const { sample, problems } = hardwareSampler(thisSource, clock, children);
  return { readMachine: machineReader(thisSource, clock), sampleHardware: sample, problems };
}
