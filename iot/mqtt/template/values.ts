import { isRecord } from '../abbreviations.ts';
import { Namespace, type Run, TemplateFailure } from './run.ts';

/**
 * Values as Python has them: `undefined` is Jinja's Undefined, `null` is None, records and arrays are what JSON made of them.
 * Whole numbers and others are one type, so that 21.0 is written 21.
 */

/** Items of a list that a template may make. */
const longestList = 10_000;
const deepestValue = 60;

export const truthy = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : isRecord(value) && !(value instanceof Date) ? !isEmpty(value) : Boolean(value);
function isEmpty(record: Record<string, unknown>): boolean {
  for (const key in record) if (Object.hasOwn(record, key)) return false;
  return !(record instanceof Namespace);
}

/** A record of the template's own; without a prototype, so that no key is special. */
export function recordOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) record[key] = value;
  return record;
}

/** Python's `float(value)`; undefined where that fails. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return /^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

export function textOf(value: unknown, run: Run): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return '';
    default:
      return value === null ? 'None' : value instanceof Date ? value.toISOString() : jsonOf(value, run);
  }
}

/** Pays for every part, so that a list that holds itself many times over ends early. @throws TemplateFailure */
export function jsonOf(value: unknown, run: Run, depth = 0): string {
  if (depth > deepestValue) throw new TemplateFailure('a value is too deeply nested');
  run.spend(1);
  if (typeof value === 'string') {
    run.spendText(value.length);
    return JSON.stringify(value);
  }
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  const parts = Array.isArray(value)
    ? value.map((item) => jsonOf(item, run, depth + 1))
    : isRecord(value)
      ? Object.entries(value).map(([key, item]) => `${jsonOf(key, run)}:${jsonOf(item, run, depth + 1)}`)
      : undefined;
  if (!parts) return value === undefined ? 'null' : JSON.stringify(value);
  run.spendText(parts.reduce((sum, part) => sum + part.length + 1, 2));
  return Array.isArray(value) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

/** `value.key` or `value[key]`: own entries only, never a method or a prototype. */
export function memberOf(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) return typeof key === 'number' && Number.isInteger(key) ? value.at(key) : undefined;
  if (typeof value === 'string') return typeof key === 'number' && Number.isInteger(key) ? value.at(key) : undefined;
  if (value instanceof Namespace) return value.values.get(String(key));
  if (!isRecord(value) || (typeof key !== 'string' && typeof key !== 'number')) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

export function equal(one: unknown, other: unknown, run: Run, depth = 0): boolean {
  if (one === other) return true;
  if (typeof one === 'boolean' || typeof other === 'boolean')
    return ['boolean', 'number'].includes(typeof one) && ['boolean', 'number'].includes(typeof other) && Number(one) === Number(other);
  if (depth > deepestValue) return false;
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return false;
    run.spend(one.length);
    return one.every((item, index) => equal(item, other[index], run, depth + 1));
  }
  if (!isRecord(one) || !isRecord(other) || Array.isArray(one) || Array.isArray(other)) return false;
  const keys = Object.keys(one);
  run.spend(1 + keys.length);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equal(one[key], other[key], run, depth + 1))
  );
}

/** -1, 0 or 1. @throws TemplateFailure for values that Python does not compare */
export function compare(one: unknown, other: unknown, run: Run): number {
  if (typeof one === 'string' && typeof other === 'string') {
    run.spendText(Math.min(one.length, other.length));
    return one < other ? -1 : one > other ? 1 : 0;
  }
  const [left, right] = [one, other].map((value) =>
    value instanceof Date ? value.getTime() : typeof value === 'string' ? undefined : numberOf(value),
  );
  if (left === undefined || right === undefined) throw new TemplateFailure('these values cannot be compared');
  return left < right ? -1 : left > right ? 1 : 0;
}

export function contains(within: unknown, wanted: unknown, run: Run): boolean {
  if (typeof within === 'string') {
    if (typeof wanted !== 'string') throw new TemplateFailure('only a text is in a text');
    run.spendSearch(within.length, wanted.length);
    return within.includes(wanted);
  }
  if (Array.isArray(within)) {
    run.spend(1 + within.length);
    return within.some((item) => equal(item, wanted, run));
  }
  return isRecord(within) && typeof wanted === 'string' && Object.hasOwn(within, wanted);
}

/** The items of a list, the letters of a text, the keys of a record. @throws TemplateFailure for anything else */
export function itemsOf(value: unknown, run: Run): unknown[] {
  if (Array.isArray(value)) {
    run.spend(1 + value.length / 8);
    return value;
  }
  if (typeof value === 'string') return checked(Array.from(value.slice(0, longestList + 1)), run);
  if (isRecord(value) && !(value instanceof Namespace) && !(value instanceof Date)) return checked(Object.keys(value), run);
  if (value === undefined) return [];
  throw new TemplateFailure('this is no list');
}

/** Pays for a list just made. */
export function checked<Item>(list: Item[], run: Run): Item[] {
  if (list.length > longestList) throw new TemplateFailure('the template makes too long a list');
  run.spend(1 + list.length / 8);
  return list;
}

const binary: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '//': (left, right) => Math.floor(left / right),
  '%': (left, right) => left - Math.floor(left / right) * right,
  '**': (left, right) => left ** right,
};

export function arithmetic(operator: string, left: unknown, right: unknown, run: Run): unknown {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') {
    run.spendText(left.length + right.length);
    return left + right;
  }
  if (operator === '+' && Array.isArray(left) && Array.isArray(right)) return checked([...left, ...right], run);
  const work = binary[operator];
  const [one, other] = [left, right].map((value) => (typeof value === 'number' || typeof value === 'boolean' ? Number(value) : undefined));
  if (one === undefined || other === undefined || !work) throw new TemplateFailure(`"${operator}" needs two numbers`);
  const result = work(one, other);
  if (!Number.isFinite(result)) throw new TemplateFailure(`"${operator}" has no result here`);
  return result;
}
