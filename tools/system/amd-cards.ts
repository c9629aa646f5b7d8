import { z } from 'zod';
import type { AskProgram } from './ask-program.ts';
import { withoutUndefined } from './without-undefined.ts';

/** What one AMD card tells through `rocm-smi`. Sizes in bytes, °C, W, MHz, shares 0–1. */
export interface AmdCard {
  name: string;
  totalBytes?: number;
  usedBytes?: number;
  load?: number;
  temperature?: number;
  watts?: number;
  limitWatts?: number;
  fan?: number;
  clock?: number;
}

const ARGS = [
  '--showproductname',
  '--showmeminfo',
  'vram',
  '--showuse',
  '--showtemp',
  '--showpower',
  '--showmaxpower',
  '--showfan',
  '--showclocks',
  '--json',
];

export async function askAmdCards(ask: AskProgram): Promise<{ cards: AmdCard[]; problem?: string }> {
  const answer = await ask('rocm-smi', ARGS);
  if (answer.state === 'absent') return { cards: [] };
  if (answer.state === 'late') return { cards: [], problem: 'rocm-smi does not answer.' };
  const cards = readAmdCards(answer.stdout);
  return cards.length > 0 || answer.code === 0 ? { cards } : { cards, problem: 'rocm-smi could not read the graphics card.' };
}

const Answer = z.record(z.string(), z.unknown());
const Card = z.record(z.string(), z.union([z.string(), z.number()]).transform(String).catch(''));

/** Reads its JSON, behind the warnings that it likes to print. The keys differ from version to version, so they are looked for by their words. */
export function readAmdCards(text: string): AmdCard[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.slice(Math.max(0, text.indexOf('{'))));
  } catch {
    return []; // an error text
  }
  const answer = Answer.safeParse(parsed);
  if (!answer.success) return [];
  return Object.entries(answer.data).flatMap(([key, value]) => {
    const card = Card.safeParse(value);
    if (!/^card\d+$/u.test(key) || !card.success) return [];
    const entries = Object.entries(card.data);
    const find = (...patterns: RegExp[]): string | undefined =>
      patterns
        .map((pattern) => entries.find(([name]) => pattern.test(name))?.[1])
        .find((found) => found !== undefined && found !== '' && found !== 'N/A');
    const number = (least: number, most: number, scale: number, ...patterns: RegExp[]): number | undefined => {
      const found = /-?\d+(?:\.\d+)?/u.exec(find(...patterns) ?? '')?.[0];
      const read = found === undefined ? Number.NaN : Number(found);
      return read >= least && read <= most ? read * scale : undefined;
    };
    const name = find(/^card series$/iu, /^device name$/iu, /^card model$/iu) ?? 'AMD graphics card';
    return [
      withoutUndefined({
        name: name.slice(0, 100),
        totalBytes: number(1, 1e13, 1, /^vram total memory/iu),
        usedBytes: number(0, 1e13, 1, /^vram total used memory/iu),
        load: number(0, 100, 0.01, /^gpu use \(%\)$/iu),
        temperature: number(-50, 200, 1, /temperature.*edge/iu, /temperature.*junction/iu, /^temperature/iu),
        watts: number(0, 10_000, 1, /average graphics package power/iu, /current socket graphics package power/iu),
        limitWatts: number(1, 10_000, 1, /^max graphics package power/iu),
        fan: number(0, 200, 0.01, /^fan speed \(%\)$/iu),
        clock: number(0, 20_000, 1, /^sclk clock speed/iu),
      }),
    ];
  });
}
