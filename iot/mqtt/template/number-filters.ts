import type { Arguments, Filter } from './arguments.ts';
import { type Run, TemplateFailure } from './run.ts';
import { compare, itemsOf, numberOf } from './values.ts';

/** A number, or the default that was given. @throws TemplateFailure where there is neither, so that the message is ignored */
function numeric(value: unknown, given: Arguments, index: number, what: string): number {
  const number = numberOf(value);
  if (number === undefined) throw new TemplateFailure(`${what}: ${typeof value === 'string' ? 'not a number' : 'no number'}`);
  if (!Number.isFinite(number) && !given.has(index, 'default')) throw new TemplateFailure(`${what}: not a finite number`);
  return number;
}
const orDefault = (value: unknown, given: Arguments, index: number, what: string, work: (number: number) => unknown): unknown =>
  numberOf(value) === undefined && given.has(index, 'default') ? given.at(index, 'default') : work(numeric(value, given, index, what));

/** Halves go to the even number, as in Python. */
const halfEven = (value: number): number => {
  const below = Math.floor(value);
  const rest = value - below;
  return rest === 0.5 ? (below % 2 === 0 ? below : below + 1) : Math.round(value);
};

function rounded(value: number, precision: number, method: string): number {
  const places = Math.min(15, Math.max(-15, Math.trunc(precision)));
  const scale = 10 ** places;
  switch (method) {
    case 'ceil':
      return Math.ceil(value * scale) / scale;
    case 'floor':
      return Math.floor(value * scale) / scale;
    case 'half':
      return halfEven(value * 2) / 2;
    default:
      return places > 0 ? Number(value.toFixed(places)) : halfEven(value * scale) / scale;
  }
}

const best =
  (sign: 1 | -1): Filter =>
  (value, given, run) => {
    const items = given.positional.length > 0 && !Array.isArray(value) ? [value, ...given.positional] : itemsOf(value, run);
    return items.reduce((one, other) => (one === undefined || compare(other, one, run) * sign > 0 ? other : one), undefined);
  };

const total = (value: unknown, run: Run): number => {
  let sum = 0;
  for (const item of itemsOf(value, run)) {
    const number = numberOf(item);
    if (number === undefined) throw new TemplateFailure('a sum of what is no number');
    sum += number;
  }
  return sum;
};
const bits =
  (work: (one: number, other: number) => number): Filter =>
  (value, given) =>
    work(numberOf(value) ?? 0, given.number(0, 'second_value'));

export const numberFilters: Readonly<Record<string, Filter>> = {
  int: (value, given) => orDefault(value, given, 0, 'int', Math.trunc),
  float: (value, given) => orDefault(value, given, 0, 'float', (number) => number),
  round: (value, given, run) =>
    orDefault(value, given, 2, 'round', (number) =>
      rounded(number, given.number(0, 'precision', 0), given.text(1, 'method', run, 'common')),
    ),
  abs: (value, given) => Math.abs(numeric(value, given, 9, 'abs')),
  multiply: (value, given) => orDefault(value, given, 1, 'multiply', (number) => number * given.number(0, 'amount')),
  add: (value, given) => orDefault(value, given, 1, 'add', (number) => number + given.number(0, 'amount')),
  sqrt: (value, given) => orDefault(value, given, 0, 'sqrt', (number) => Math.sqrt(Math.max(0, number))),
  log: (value, given) =>
    orDefault(value, given, 1, 'log', (number) =>
      number <= 0 ? undefined : given.has(0, 'base') ? Math.log(number) / Math.log(given.number(0, 'base')) : Math.log(number),
    ),
  sum: (value, _given, run) => total(value, run),
  average: (value, _given, run) => {
    const items = itemsOf(value, run);
    if (items.length === 0) throw new TemplateFailure('an average of nothing');
    return total(items, run) / items.length;
  },
  min: best(-1),
  max: best(1),
  bitwise_and: bits((one, other) => Number(BigInt(Math.trunc(one)) & BigInt(Math.trunc(other)))),
  bitwise_or: bits((one, other) => Number(BigInt(Math.trunc(one)) | BigInt(Math.trunc(other)))),
  bitwise_xor: bits((one, other) => Number(BigInt(Math.trunc(one)) ^ BigInt(Math.trunc(other)))),
  is_number: (value) => Number.isFinite(numberOf(value) ?? Number.NaN),
};
