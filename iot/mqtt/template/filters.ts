import type { Filter } from './arguments.ts';
import { choosingFilters, listFilters } from './list-filters.ts';
import { numberFilters } from './number-filters.ts';
import { TemplateFailure } from './run.ts';
import { tests } from './tests.ts';
import { textFilters } from './text-filters.ts';
import { timeFilters } from './time-filters.ts';
import { jsonOf, textOf, truthy } from './values.ts';

const yes = new Set(['1', 'true', 'yes', 'on', 'enable']);
const no = new Set(['0', 'false', 'no', 'off', 'disable']);

const withDefault: Filter = (value, given) =>
  value === undefined || (truthy(given.at(1, 'boolean')) && !truthy(value)) ? (given.at(0, 'default_value') ?? '') : value;

const generalFilters: Readonly<Record<string, Filter>> = {
  default: withDefault,
  d: withDefault,
  is_defined: (value) => {
    if (value === undefined) throw new TemplateFailure('a value is not there');
    return value;
  },
  bool: (value, given, run) => {
    if (typeof value === 'boolean') return value;
    const word = textOf(value, run).trim().toLowerCase();
    if (yes.has(word)) return true;
    if (no.has(word)) return false;
    if (given.has(0, 'default')) return given.at(0, 'default');
    throw new TemplateFailure('bool: neither true nor false');
  },
  iif: (value, given) =>
    value === null && given.has(2, 'if_none')
      ? given.at(2, 'if_none')
      : truthy(value)
        ? given.has(0, 'if_true')
          ? given.at(0, 'if_true')
          : true
        : given.has(1, 'if_false')
          ? given.at(1, 'if_false')
          : false,
  from_json: (value, given, run) => {
    const text = textOf(value, run);
    // reading is dearer than copying
    run.spend(text.length / 16);
    try {
      return JSON.parse(text);
    } catch {
      if (given.has(0, 'default')) return given.at(0, 'default');
      throw new TemplateFailure('from_json: this is no JSON');
    }
  },
  to_json: (value, _given, run) => jsonOf(value, run),
  tojson: (value, _given, run) => jsonOf(value, run),
  safe: (value) => value,
};

const plain: ReadonlyMap<string, Filter> = new Map([
  ...Object.entries(generalFilters),
  ...Object.entries(numberFilters),
  ...Object.entries(textFilters),
  ...Object.entries(listFilters),
  ...Object.entries(timeFilters),
]);
const testTable: ReadonlyMap<string, Filter> = new Map(Object.entries(tests));
const choosing: ReadonlyMap<string, Filter> = new Map(
  Object.entries(
    choosingFilters(
      (name) => plain.get(name),
      (name) => testTable.get(name),
    ),
  ),
);

/** A filter, or a test that `parseTemplate` wrote as one: `is odd`, `is not odd`. */
export function filterOf(name: string): Filter | undefined {
  const asTest = /^is (not )?(.+)$/.exec(name);
  if (!asTest) return plain.get(name) ?? choosing.get(name);
  const test = testTable.get(asTest[2] ?? '');
  return test && (asTest[1] ? (value, given, run) => !test(value, given, run) : test);
}
