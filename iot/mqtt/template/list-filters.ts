import { isRecord } from '../abbreviations.ts';
import { Arguments, type Filter } from './arguments.ts';
import { type Run, TemplateFailure } from './run.ts';
import { checked, compare, equal, itemsOf, memberOf, recordOf, textOf, truthy } from './values.ts';

/** The part of an item that `attribute=` names: a key, an index, or a path with dots. */
function part(item: unknown, attribute: unknown): unknown {
  if (typeof attribute !== 'string') return memberOf(item, attribute);
  let at = item;
  for (const key of attribute.split('.').slice(0, 20)) at = memberOf(at, /^\d+$/.test(key) && !isRecord(at) ? Number(key) : key);
  return at;
}

const sorted = (
  items: readonly unknown[],
  key: (item: unknown) => unknown,
  reverse: boolean,
  caseSensitive: boolean,
  run: Run,
): unknown[] => {
  run.spend(items.length * Math.log2(items.length + 2));
  const folded = (value: unknown): unknown => (typeof value === 'string' && !caseSensitive ? value.toLowerCase() : value);
  const pairs = items.map((item) => ({ item, by: folded(key(item)) }));
  pairs.sort((one, other) => compare(one.by, other.by, run) * (reverse ? -1 : 1));
  return pairs.map(({ item }) => item);
};

export const entriesOf = (value: unknown, run: Run): [string, unknown][] => {
  if (!isRecord(value)) throw new TemplateFailure('this has no items');
  return checked(Object.entries(value), run);
};

const firstOf: Filter = (value, _given, run) => (typeof value === 'string' ? value.at(0) : itemsOf(value, run)[0]);
const joined: Filter = (value, given, run) => {
  const separator = given.text(0, 'd', run);
  const attribute = given.at(1, 'attribute');
  const parts = itemsOf(value, run).map((item) => textOf(attribute === undefined ? item : part(item, attribute), run));
  run.spendText(parts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return parts.join(separator);
};

export const listFilters: Readonly<Record<string, Filter>> = {
  first: firstOf,
  last: (value, _given, run) => (typeof value === 'string' ? value.at(-1) : itemsOf(value, run).at(-1)),
  length: (value, _given, run) => (typeof value === 'string' ? value.length : itemsOf(value, run).length),
  count: (value, _given, run) => (typeof value === 'string' ? value.length : itemsOf(value, run).length),
  list: (value, _given, run) => checked([...itemsOf(value, run)], run),
  reverse: (value, _given, run) =>
    typeof value === 'string' ? itemsOf(value, run).toReversed().join('') : checked(itemsOf(value, run).toReversed(), run),
  join: joined,
  unique: (value, _given, run) => {
    const kept: unknown[] = [];
    for (const item of itemsOf(value, run)) {
      run.spend(1 + kept.length);
      if (!kept.some((other) => equal(item, other, run))) kept.push(item);
    }
    return kept;
  },
  sort: (value, given, run) => {
    const attribute = given.at(2, 'attribute');
    return sorted(
      itemsOf(value, run),
      (item) => (attribute === undefined ? item : part(item, attribute)),
      given.at(0, 'reverse') === true,
      given.at(1, 'case_sensitive') === true,
      run,
    );
  },
  items: (value, _given, run) => entriesOf(value, run),
  dictsort: (value, given, run) => {
    const by = given.text(1, 'by', run, 'key') === 'value' ? 1 : 0;
    return sorted(
      entriesOf(value, run),
      (item) => memberOf(item, by),
      given.at(2, 'reverse') === true,
      given.at(0, 'case_sensitive') === true,
      run,
    );
  },
  combine: (value, given, run) => recordOf([...entriesOf(value, run), ...given.positional.flatMap((other) => entriesOf(other, run))]),
  contains: (value, given, run) => itemsOf(value, run).some((item) => equal(item, given.at(0, 'value'), run)),
};

/** `map`, `select` and their like, which call another filter or test for each item. */
export function choosingFilters(
  filters: (name: string) => Filter | undefined,
  tests: (name: string) => Filter | undefined,
): Readonly<Record<string, Filter>> {
  const choose =
    (keep: boolean, byAttribute: boolean): Filter =>
    (value, given, run) => {
      const [attribute, name, ...rest] = byAttribute ? given.positional : [undefined, ...given.positional];
      const test = name === undefined ? undefined : tests(textOf(name, run));
      if (name !== undefined && !test) throw new TemplateFailure('an unknown test');
      const further = new Arguments(rest, new Map());
      return itemsOf(value, run).filter((item) => {
        run.spend(1);
        const subject = byAttribute ? part(item, attribute) : item;
        return truthy(test ? test(subject, further, run) : subject) === keep;
      });
    };
  return {
    select: choose(true, false),
    reject: choose(false, false),
    selectattr: choose(true, true),
    rejectattr: choose(false, true),
    map: (value, given, run) => {
      const items = itemsOf(value, run);
      if (given.named().has('attribute'))
        return items.map((item) => part(item, given.named().get('attribute')) ?? given.named().get('default'));
      const [name, ...rest] = given.positional;
      const filter = filters(textOf(name, run));
      if (!filter) throw new TemplateFailure('an unknown filter');
      const further = new Arguments(rest, new Map());
      return items.map((item) => {
        run.spend(2);
        return filter(item, further, run);
      });
    },
  };
}
