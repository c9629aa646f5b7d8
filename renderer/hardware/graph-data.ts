import type { HardwareSample } from '../../contract/hardware.ts';
import { type CardSample, cardNames } from './hardware-words.ts';

export interface Graph {
  id: string;
  title: string;
  unit: 'share' | 'bytes' | 'degrees' | 'watts' | 'rate';
  /** `values` run beside the times; null: not told then. */
  series: { label: string; values: (number | null)[] }[];
}

export interface Graphs {
  /** Seconds since the epoch. */
  times: number[];
  graphs: Graph[];
}

/** So many times the usual distance between samples are a gap: the machine slept, or JARVIS was off. */
const GAP = 4;
/** Points that a graph is given at most; more cannot be told apart on a screen. */
const MOST = 900;

/** The graphs that these samples are enough for, oldest sample first; what nobody told has no line. */
export function graphsOf(samples: readonly HardwareSample[]): Graphs {
  const points = withGaps(thinned(samples));
  const times = points.map(({ at }) => at / 1000);
  const newest = samples.at(-1);
  if (newest === undefined) return { times, graphs: [] };
  const line = (label: string, of: (sample: HardwareSample) => number | undefined): Graph['series'][number] => ({
    label,
    values: points.map(({ sample }) => (sample === undefined ? null : (of(sample) ?? null))),
  });
  const names = cardNames(newest.cards);
  const ofCards = (of: (card: CardSample) => number | undefined): Graph['series'] =>
    names.map((name, index) =>
      line(name, ({ cards }) => {
        const card = cards[index];
        return card === undefined ? undefined : of(card);
      }),
    );
  const graphs: Graph[] = [
    { id: 'load', title: 'Load', unit: 'share', series: [line('Processor', ({ cpu }) => cpu.load), ...ofCards(({ load }) => load)] },
    {
      id: 'memory',
      title: 'Memory',
      unit: 'bytes',
      series: [
        line('Memory', ({ memory }) => memory.usedBytes),
        ...ofCards(({ usedBytes }) => usedBytes),
        line('JARVIS itself', ({ jarvis }) => jarvis?.memoryBytes),
      ],
    },
    {
      id: 'temperature',
      title: 'Temperature',
      unit: 'degrees',
      series: [line('Processor', ({ cpu }) => cpu.temperature), ...ofCards(({ temperature }) => temperature)],
    },
    { id: 'power', title: 'Power', unit: 'watts', series: ofCards(({ watts }) => watts) },
    {
      id: 'network',
      title: 'Network',
      unit: 'rate',
      series: [line('Received', ({ network }) => network?.received), line('Sent', ({ network }) => network?.sent)],
    },
  ];
  return {
    times,
    graphs: graphs
      .map((graph) => ({ ...graph, series: graph.series.filter(({ values }) => values.some((value) => value !== null)) }))
      .filter(({ series }) => series.length > 0),
  };
}

function thinned(samples: readonly HardwareSample[]): readonly HardwareSample[] {
  if (samples.length <= MOST) return samples;
  const step = samples.length / MOST;
  // Counted from the newest, which is always shown.
  return Array.from({ length: MOST }, (_, index) => samples[samples.length - 1 - Math.floor((MOST - 1 - index) * step)]).filter(
    (sample) => sample !== undefined,
  );
}

interface Point {
  at: number;
  sample?: HardwareSample;
}

function withGaps(samples: readonly HardwareSample[]): Point[] {
  const distances = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? at));
  const usual = distances.toSorted((one, other) => one - other)[Math.floor(distances.length / 2)] ?? 0;
  return samples.flatMap((sample, index): Point[] => {
    const distance = distances[index - 1];
    const point = { at: sample.at, sample };
    return distance === undefined || usual === 0 || distance <= usual * GAP ? [point] : [{ at: sample.at - distance + usual }, point];
  });
}

/** Samples with the newest one, of the last `span` ms; a sample that is there already is not there twice. */
export function withNewest(samples: readonly HardwareSample[], newest: HardwareSample | undefined, span: number): HardwareSample[] {
  const last = samples.at(-1);
  const all = newest !== undefined && (last === undefined || newest.at > last.at) ? [...samples, newest] : samples;
  const end = all.at(-1)?.at ?? 0;
  return all.filter(({ at }) => at >= end - span);
}
