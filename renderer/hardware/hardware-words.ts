import type { HardwareSample } from '../../contract/hardware.ts';
import { rateWords, sizeWords } from '../models/size-words.ts';

export type CardSample = HardwareSample['cards'][number];

export interface Reading {
  label: string;
  text: string;
  /** 0–1 where there is a whole; else no bar. */
  share?: number;
  hot?: boolean;
}

/** °C from which a part is shown as hot. */
const HOT = 85;
/** Of memory or a disk, from where it is nearly full. */
const FULL = 0.92;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const degrees = (temperature: number): string => `${Math.round(temperature)} °C`;
const clockWords = (megahertz: number): string =>
  megahertz >= 1000 ? `${(megahertz / 1000).toFixed(2)} GHz` : `${Math.round(megahertz)} MHz`;

function amount(label: string, usedBytes: number, totalBytes: number): Reading {
  if (totalBytes <= 0) return { label, text: sizeWords(usedBytes) };
  const share = Math.min(1, usedBytes / totalBytes);
  return { label, text: `${sizeWords(usedBytes)} of ${sizeWords(totalBytes)}`, share, hot: share >= FULL };
}

/** What a card tells of itself. What it does not tell is not there: not zero. */
export function cardReadings({ load, usedBytes, totalBytes, temperature, watts, limitWatts, fan, clock }: CardSample): Reading[] {
  const readings: (Reading | undefined)[] = [
    load === undefined ? undefined : { label: 'Load', text: percent(load), share: load },
    usedBytes === undefined
      ? totalBytes === undefined
        ? undefined
        : { label: 'Memory', text: `${sizeWords(totalBytes)}, use not told` }
      : amount('Memory', usedBytes, totalBytes ?? 0),
    temperature === undefined ? undefined : { label: 'Temperature', text: degrees(temperature), hot: temperature >= HOT },
    watts === undefined
      ? undefined
      : {
          label: 'Power',
          text: limitWatts === undefined ? `${Math.round(watts)} W` : `${Math.round(watts)} of ${Math.round(limitWatts)} W`,
          ...(limitWatts !== undefined && limitWatts > 0 && { share: Math.min(1, watts / limitWatts) }),
        },
    fan === undefined ? undefined : { label: 'Fan', text: percent(fan) },
    clock === undefined ? undefined : { label: 'Clock', text: clockWords(clock) },
  ];
  return readings.filter((reading) => reading !== undefined);
}

/** Processor and memory. */
export function machineReadings({ cpu, memory, jarvis, network }: HardwareSample): Reading[] {
  const readings: (Reading | undefined)[] = [
    {
      label: 'Processor',
      text: [percent(cpu.load), cpu.clock === undefined ? '' : clockWords(cpu.clock)].filter(Boolean).join(', '),
      share: cpu.load,
    },
    cpu.temperature === undefined ? undefined : { label: 'Its temperature', text: degrees(cpu.temperature), hot: cpu.temperature >= HOT },
    amount('Memory', memory.usedBytes, memory.totalBytes),
    memory.swapUsedBytes === undefined || memory.swapUsedBytes === 0
      ? undefined
      : { label: 'Swapped out', text: sizeWords(memory.swapUsedBytes) },
    jarvis === undefined
      ? undefined
      : {
          label: 'JARVIS itself',
          text: sizeWords(jarvis.memoryBytes),
          share: Math.min(1, jarvis.memoryBytes / Math.max(1, memory.totalBytes)),
        },
    network === undefined ? undefined : { label: 'Received', text: rateWords(network.received) },
    network === undefined ? undefined : { label: 'Sent', text: rateWords(network.sent) },
  ];
  return readings.filter((reading) => reading !== undefined);
}

export const diskReadings = ({ disks }: HardwareSample): Reading[] =>
  disks.map(({ mount, usedBytes, totalBytes }) => amount(mount, usedBytes, totalBytes));

/** Names by which cards are told apart in graphs. */
export function cardNames(cards: readonly Pick<CardSample, 'name'>[]): string[] {
  const same = (name: string, until = cards.length): number => cards.slice(0, until).filter((other) => other.name === name).length;
  return cards.map(({ name }, index) => (same(name) > 1 ? `${name} (${same(name, index + 1)})` : name));
}
