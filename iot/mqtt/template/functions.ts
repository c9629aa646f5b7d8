import { isRecord } from '../abbreviations.ts';
import type { Arguments, Filter } from './arguments.ts';
import { filterOf } from './filters.ts';
import { entriesOf } from './list-filters.ts';
import { Namespace, type Run, TemplateFailure } from './run.ts';
import { replaceText, splitText } from './text-filters.ts';
import { checked, itemsOf, memberOf, recordOf, textOf } from './values.ts';

export type TemplateFunction = (given: Arguments, run: Run) => unknown;

const mostOfRange = 1000;

function range(given: Arguments, run: Run): number[] {
  const several = given.positional.length > 1;
  const start = several ? given.number(0, 'start') : 0;
  const stop = given.number(several ? 1 : 0, 'stop');
  const step = given.number(2, 'step', 1);
  const count = Math.ceil((stop - start) / step);
  if (!(count <= mostOfRange)) throw new TemplateFailure('a range is too long');
  return checked(
    Array.from({ length: Math.max(0, count) }, (_, index) => start + index * step),
    run,
  );
}

function zip(given: Arguments, run: Run): unknown[][] {
  const lists = given.positional.map((list) => itemsOf(list, run));
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
  run.spend(length * lists.length);
  return checked(
    Array.from({ length }, (_, index) => lists.map((list) => list[index])),
    run,
  );
}

const pairsOf = (value: unknown, run: Run): [string, unknown][] =>
  isRecord(value) && !Array.isArray(value)
    ? entriesOf(value, run)
    : itemsOf(value, run).map((pair) => [textOf(memberOf(pair, 0), run), memberOf(pair, 1)]);

/** Filters that Home Assistant lets be called as functions too. */
const alsoFilters = [
  'float',
  'int',
  'bool',
  'min',
  'max',
  'average',
  'iif',
  'is_number',
  'as_timestamp',
  'as_datetime',
  'sqrt',
  'slugify',
  'from_json',
  'to_json',
  'strftime',
];
const asFunction =
  (filter: Filter): TemplateFunction =>
  (given, run) =>
    filter(given.positional[0], given.withoutFirst(), run);

/** What a template may call. Everything that asks for other entities, like `states()`, is absent. */
const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ...alsoFilters.flatMap((name): [string, TemplateFunction][] => {
    const filter = filterOf(name);
    return filter ? [[name, asFunction(filter)]] : [];
  }),
  ['range', range],
  ['zip', zip],
  ['now', (_given, run) => new Date(run.now())],
  ['utcnow', (_given, run) => new Date(run.now())],
  ['dict', (given, run) => recordOf([...(given.positional.length > 0 ? pairsOf(given.positional[0], run) : []), ...given.named()])],
  ['dict.from_keys', (given, run) => recordOf(pairsOf(given.positional[0], run))],
  [
    'namespace',
    (given, run) => {
      const made = new Namespace();
      const entries = given.positional.length > 0 ? pairsOf(given.positional[0], run) : [];
      for (const [name, value] of [...entries, ...given.named()]) made.values.set(name, value);
      return made;
    },
  ],
]);
export const functionOf = (name: string): TemplateFunction | undefined => functions.get(name);

const strips =
  (work: (text: string) => string): Filter =>
  (value, given, run) => {
    if (given.positional.length > 0) throw new TemplateFailure('strip() knows no letters');
    return work(textOf(value, run));
  };
const ends =
  (fits: (text: string, wanted: string) => boolean): Filter =>
  (value, given, run) => {
    const wanted = given.positional[0];
    const words = Array.isArray(wanted) ? wanted : [wanted];
    run.spend(words.length);
    return words.some((word) => typeof word === 'string' && fits(textOf(value, run), word));
  };
const filterNamed = (name: string): [string, Filter][] => {
  const filter = filterOf(name);
  return filter ? [[name, filter]] : [];
};

/** Methods of texts, records and moments; a method of another name is refused before anything runs. */
const methods: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...['lower', 'upper', 'title', 'capitalize', 'items'].flatMap(filterNamed),
  ['strip', strips((text) => text.trim())],
  ['lstrip', strips((text) => text.trimStart())],
  ['rstrip', strips((text) => text.trimEnd())],
  ['startswith', ends((text, word) => text.startsWith(word))],
  ['endswith', ends((text, word) => text.endsWith(word))],
  [
    'split',
    (value, given, run) =>
      splitText(textOf(value, run), given.has(0, 'sep') ? given.text(0, 'sep', run) : undefined, given.number(1, 'maxsplit', -1), run),
  ],
  [
    'replace',
    (value, given, run) =>
      replaceText(textOf(value, run), given.text(0, 'old', run), given.text(1, 'new', run), given.number(2, 'count', -1), run),
  ],
  ['join', (value, given, run) => filterOf('join')?.(given.positional[0], given.withFirst(value), run)],
  [
    'find',
    (value, given, run) => {
      const [text, wanted] = [textOf(value, run), given.text(0, 'sub', run)];
      run.spendSearch(text.length, wanted.length);
      return text.indexOf(wanted);
    },
  ],
  ['isdigit', (value, _given, run) => /^\d+$/.test(textOf(value, run))],
  ['isnumeric', (value, _given, run) => /^\d+$/.test(textOf(value, run))],
  ['zfill', (value, given, run) => textOf(value, run).padStart(Math.min(200, given.number(0, 'width')), '0')],
  ['get', (value, given) => memberOf(value, given.at(0, 'key')) ?? (given.has(1, 'default') ? given.at(1, 'default') : null)],
  ['keys', (value, _given, run) => entriesOf(value, run).map(([key]) => key)],
  ['values', (value, _given, run) => entriesOf(value, run).map(([, item]) => item)],
  ['timestamp', (value) => (value instanceof Date ? value.getTime() / 1000 : undefined)],
  ['isoformat', (value) => (value instanceof Date ? value.toISOString() : undefined)],
]);
export const methodOf = (name: string): Filter | undefined => methods.get(name);
