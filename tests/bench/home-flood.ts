import { floodBroker } from './flood.ts';
import type { Extent } from './recordings.ts';
import type { BenchSection } from './report.ts';
import { milliseconds, share } from './report.ts';

const RATE = 5_000;

/** A broker that never stops talking: what it costs, and whether the last word of every device is the one believed. */
export async function benchFlood({ thorough }: Extent): Promise<BenchSection> {
  const seconds = thorough ? 60 : 15;
  const flood = await floodBroker({ seconds, rate: RATE });
  const round = (value: number): number => Math.round(value);
  return {
    title: 'A broker that floods',
    notes: [
      `mosquitto, ${RATE} messages a second for ${seconds} s${thorough ? '' : ' (--thorough: a minute)'}, three template entities on each of ${flood.entities} topics; broker and publisher share this machine`,
    ],
    figures: [
      { name: 'messages a second that were sent', value: round(flood.sent / seconds), unit: '' },
      { name: 'last states believed', ...share(flood.right, flood.entities), target: '100 %' },
      { name: 'event loop held up, p99', ...milliseconds(flood.eventLoopDelayP99) },
      { name: 'event loop held up, most', ...milliseconds(flood.eventLoopDelayMax) },
      { name: 'processor', value: round(flood.cpuPercent), unit: '% of a core' },
      { name: 'memory, resident', value: round(flood.memory), unit: 'MB', detail: `${round(flood.memoryGrown)} MB more than before` },
    ],
  };
}
