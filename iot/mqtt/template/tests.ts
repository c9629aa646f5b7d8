import { isRecord } from '../abbreviations.ts';
import type { Filter } from './arguments.ts';
import { matches, searches } from './text-filters.ts';
import { compare, contains, equal, numberOf, textOf } from './values.ts';

const against =
  (fits: (order: number) => boolean): Filter =>
  (value, given, run) =>
    fits(compare(value, given.at(0, 'other'), run));
const isEqual: Filter = (value, given, run) => equal(value, given.at(0, 'other'), run);

/** What may stand after `is`. */
export const tests: Readonly<Record<string, Filter>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: (value) => value === null,
  true: (value) => value === true,
  false: (value) => value === false,
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' || typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number' && !Number.isInteger(value),
  mapping: (value) => isRecord(value),
  list: (value) => Array.isArray(value),
  iterable: (value) => Array.isArray(value) || typeof value === 'string' || isRecord(value),
  sequence: (value) => Array.isArray(value) || typeof value === 'string' || isRecord(value),
  odd: (value) => Math.abs((numberOf(value) ?? 0) % 2) === 1,
  even: (value) => (numberOf(value) ?? 1) % 2 === 0,
  divisibleby: (value, given) => (numberOf(value) ?? Number.NaN) % given.number(0, 'num') === 0,
  lower: (value, _given, run) => textOf(value, run) === textOf(value, run).toLowerCase(),
  upper: (value, _given, run) => textOf(value, run) === textOf(value, run).toUpperCase(),
  is_number: (value) => Number.isFinite(numberOf(value) ?? Number.NaN),
  in: (value, given, run) => contains(given.at(0, 'seq'), value, run),
  eq: isEqual,
  equalto: isEqual,
  '==': isEqual,
  ne: (value, given, run) => !equal(value, given.at(0, 'other'), run),
  '!=': (value, given, run) => !equal(value, given.at(0, 'other'), run),
  lt: against((order) => order < 0),
  le: against((order) => order <= 0),
  gt: against((order) => order > 0),
  ge: against((order) => order >= 0),
  match: matches,
  search: searches,
};
