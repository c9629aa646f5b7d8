import { z } from 'zod';
import type { StatePoint } from '../contract/home.ts';

/** `[key, at, state, since]` or `[key, at, state, since, attributes]`: since when the state had been as it was at `at`. */
const LineSchema = z.union([
  z.tuple([z.string().min(1).max(600), z.number(), z.string().max(255), z.number()]),
  z.tuple([z.string().min(1).max(600), z.number(), z.string().max(255), z.number(), z.record(z.string(), z.number())]),
]);

const nothingSeen = new Set(['unknown', 'unavailable']);

/** A word that stands for no state at all. */
export const isNothingSeen = (state: string): boolean => nothingSeen.has(state);

/** With its line feed. */
export const stateLine = (key: string, { state, at, attributes }: StatePoint, since: number): string =>
  `${JSON.stringify(attributes ? [key, at, state, since, attributes] : [key, at, state, since])}\n`;

/** Undefined for anything that is no such line. */
export function readStateLine(line: string): { key: string; point: StatePoint; since: number } | undefined {
  if (line === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = LineSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const [key, at, state, since, attributes] = parsed.data;
  return { key, since, point: { state, at, ...(attributes && { attributes }) } };
}
