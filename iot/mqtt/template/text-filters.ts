import type { Filter } from './arguments.ts';
import { type Run, TemplateFailure } from './run.ts';
import { replacementOf, safePattern } from './safe-pattern.ts';
import { checked, numberOf, textOf } from './values.ts';

/** A filter of one text that makes no longer one. */
const plain =
  (work: (text: string) => unknown): Filter =>
  (value, _given, run) => {
    const text = textOf(value, run);
    run.spendText(text.length);
    return work(text);
  };

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();

export function replaceText(text: string, from: string, to: string, count: number, run: Run): string {
  run.spendSearch(text.length, from.length);
  if (from === '') throw new TemplateFailure('nothing cannot be replaced');
  const parts = text.split(from);
  const times = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1);
  run.spendText(text.length + times * to.length);
  return (
    parts.slice(0, times + 1).join(to) +
    parts
      .slice(times + 1)
      .map((part) => from + part)
      .join('')
  );
}

export function splitText(text: string, separator: string | undefined, most: number, run: Run): string[] {
  run.spendSearch(text.length, separator?.length ?? 1);
  if (separator === '') throw new TemplateFailure('nothing cannot separate');
  const parts = separator === undefined ? text.split(/\s+/).filter((part) => part !== '') : text.split(separator);
  const whole = most >= 0 && parts.length > most ? [...parts.slice(0, most), parts.slice(most).join(separator ?? ' ')] : parts;
  return checked(whole, run);
}

/** `%d`, `%.2f`, `%05.1f`, `%s`, `%x`, `%%` of Python; everything else is refused. */
function formatted(pattern: string, values: readonly unknown[], run: Run): string {
  let next = 0;
  return pattern.replace(
    /%(?:%|([-+0 ]{0,3})(\d{0,3})(?:\.(\d{1,2}))?([a-zA-Z]))/g,
    (whole, flags: string, width: string, digits: string | undefined, kind: string) => {
      if (whole === '%%') return '%';
      const value = values[next];
      next += 1;
      const number = numberOf(value) ?? Number.NaN;
      const text =
        kind === 's'
          ? textOf(value, run)
          : kind === 'd' || kind === 'i'
            ? String(Math.trunc(number))
            : kind === 'f' || kind === 'F'
              ? number.toFixed(Number(digits ?? 6))
              : kind === 'x' || kind === 'X'
                ? Math.trunc(number).toString(16)
                : undefined;
      if (text === undefined || (kind !== 's' && Number.isNaN(number))) throw new TemplateFailure('a text cannot be formatted so');
      const signed = (flags.includes('+') && number >= 0 ? '+' : '') + (kind === 'X' ? text.toUpperCase() : text);
      const size = Math.min(200, Number(width));
      return flags.includes('-') ? signed.padEnd(size) : signed.padStart(size, flags.includes('0') ? '0' : ' ');
    },
  );
}

const pattern = (value: unknown, wanted: string, ignoreCase: unknown, run: Run): { text: string; expression: RegExp } => {
  const text = textOf(value, run);
  return { text, expression: safePattern(wanted, text, run, ignoreCase === true) };
};
/** Python's `findall`: the match, its only group, or the list of its groups. */
const found = (match: RegExpMatchArray): unknown =>
  match.length === 1 ? match[0] : match.length === 2 ? (match[1] ?? '') : match.slice(1).map((group) => group ?? '');

export const searches: Filter = (value, given, run) => {
  const { text, expression } = pattern(value, given.text(0, 'find', run), given.at(1, 'ignorecase'), run);
  return expression.test(text);
};
export const matches: Filter = (value, given, run) => {
  const { text, expression } = pattern(value, given.text(0, 'find', run), given.at(1, 'ignorecase'), run);
  return expression.exec(text)?.index === 0;
};
const findAll: Filter = (value, given, run) => {
  const { text, expression } = pattern(value, given.text(0, 'find', run), given.at(1, 'ignorecase'), run);
  return checked([...text.matchAll(expression)].map(found), run);
};

export const textFilters: Readonly<Record<string, Filter>> = {
  lower: plain((text) => text.toLowerCase()),
  upper: plain((text) => text.toUpperCase()),
  capitalize: plain(capitalised),
  title: plain((text) => text.toLowerCase().replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())),
  trim: plain((text) => text.trim()),
  string: plain((text) => text),
  urlencode: plain((text) => (text.length > 5000 ? '' : encodeURIComponent(text.toWellFormed()))),
  ord: plain((text) => text.codePointAt(0)),
  slugify: plain((text) =>
    text
      .slice(0, 500)
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, ''),
  ),
  base64_encode: plain((text) => Buffer.from(text).toString('base64')),
  base64_decode: plain((text) => Buffer.from(text, 'base64').toString('utf8')),
  replace: (value, given, run) =>
    replaceText(textOf(value, run), given.text(0, 'old', run), given.text(1, 'new', run), given.number(2, 'count', -1), run),
  split: (value, given, run) =>
    splitText(textOf(value, run), given.has(0, 'sep') ? given.text(0, 'sep', run) : undefined, given.number(1, 'maxsplit', -1), run),
  format: (value, given, run) => formatted(textOf(value, run), given.positional, run),
  truncate: (value, given, run) => {
    const text = textOf(value, run);
    const length = given.number(0, 'length', 255);
    return text.length <= length + 5 ? text : `${text.slice(0, Math.max(0, length - 3))}...`;
  },
  regex_replace: (value, given, run) => {
    const { text, expression } = pattern(value, given.text(0, 'find', run), given.at(2, 'ignorecase'), run);
    const replacement = given.text(1, 'replace', run);
    let length = text.length;
    return text.replace(expression, (...match: unknown[]) => {
      const end = match.findIndex((part) => typeof part === 'number');
      const groups = match.slice(0, end).map((group) => (typeof group === 'string' ? group : undefined));
      const made = replacementOf(replacement, groups);
      length += made.length;
      run.spendText(length);
      return made;
    });
  },
  regex_match: matches,
  regex_search: searches,
  regex_findall: findAll,
  regex_findall_index: (value, given, run) => {
    const all = findAll(value, given, run);
    return Array.isArray(all) ? all.at(given.number(1, 'index', 0)) : undefined;
  },
};
