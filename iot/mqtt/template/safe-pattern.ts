import { type Run, TemplateFailure } from './run.ts';

/** Characters of a regular expression. */
const longestPattern = 500;
/** Steps of the regular expression machine that one unit of work buys. */
const stepsPerUnit = 400;
const kept = 200;

interface Pattern {
  expression: RegExp;
  /** How many places can repeat, each of which tries every length … */
  repeats: number;
  /** … and how many ways there are besides. */
  ways: number;
}
const known = new Map<string, Pattern>();

interface Group {
  /** Something within has a choice of its own, so that repeating the group could take for ever. */
  choices: boolean;
  branches: number;
}

/** Repeats and ways of a pattern. @throws TemplateFailure for one that could take for ever */
function cost(pattern: string): { repeats: number; ways: number } {
  const groups: Group[] = [{ choices: false, branches: 1 }];
  let closed: Group | undefined;
  let repeats = 0;
  let ways = 1;
  const here = (): Group => groups.at(-1) ?? { choices: false, branches: 1 };
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at] ?? '';
    const before = closed;
    closed = undefined;
    if (sign === '\\') {
      const next = pattern[at + 1] ?? '';
      if (/[1-9k]/.test(next)) throw new TemplateFailure('a regular expression with references is not understood');
      at += 1;
    } else if (sign === '[') {
      for (at += 1; at < pattern.length && pattern[at] !== ']'; at += 1) if (pattern[at] === '\\') at += 1;
    } else if (sign === '(') {
      if (/^\(\?(<?[=!])/.test(pattern.slice(at))) throw new TemplateFailure('a regular expression that looks around is not understood');
      groups.push({ choices: false, branches: 1 });
      // (?:  (?<name>
      const head = /^\(\?(?::|<\w+>)/.exec(pattern.slice(at));
      at += (head?.[0].length ?? 1) - 1;
    } else if (sign === ')') {
      const group = groups.pop() ?? { choices: false, branches: 1 };
      if (groups.length === 0) throw new TemplateFailure('a regular expression has a bracket too many');
      ways *= group.branches;
      if (group.choices || group.branches > 1) here().choices = true;
      closed = group;
    } else if (sign === '|') here().branches += 1;
    else if (sign === '*' || sign === '+' || sign === '{') {
      const count = sign === '{' ? /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at)) : undefined;
      if (sign === '{' && !count) continue;
      if (before && (before.choices || before.branches > 1))
        throw new TemplateFailure('a regular expression that repeats a choice is not understood');
      if (count && Number(count[3] || count[1]) > 1000) throw new TemplateFailure('a regular expression repeats too often');
      here().choices = true;
      repeats += 1;
      if (count) at += count[0].length - 1;
      if (pattern[at + 1] === '?') at += 1;
    } else if (sign === '?') {
      here().choices = true;
      ways *= 2;
      if (pattern[at + 1] === '?') at += 1;
    }
  }
  return { repeats, ways: ways * here().branches };
}

function read(source: string, ignoreCase: boolean): Pattern {
  if (source.length > longestPattern) throw new TemplateFailure('a regular expression is too long');
  const key = `${ignoreCase} ${source}`;
  const found = known.get(key);
  if (found) return found;
  const lower = source.startsWith('(?i)');
  // Python writes named groups in its own way
  const body = (lower ? source.slice(4) : source).replaceAll('(?P<', '(?<').replaceAll('\\Z', '$').replaceAll('\\A', '^');
  let pattern: Pattern;
  try {
    pattern = { expression: new RegExp(body, ignoreCase || lower ? 'gi' : 'g'), ...cost(body) };
  } catch (error) {
    if (error instanceof TemplateFailure) throw error;
    throw new TemplateFailure('a regular expression cannot be read');
  }
  if (known.size >= kept) known.clear();
  known.set(key, pattern);
  return pattern;
}

/**
 * The regular expression, global, for use on that text. A JavaScript regular expression cannot be stopped once it runs, so the worst that
 * it could do with a text of that length is paid for first: length to the power of its repeats plus one, times its other choices.
 * References, look-around and repeated choices are refused.
 * @throws TemplateFailure
 */
export function safePattern(source: string, text: string, run: Run, ignoreCase = false): RegExp {
  const { expression, repeats, ways } = read(source, ignoreCase);
  run.spend(1 + ((text.length + 1) ** (repeats + 1) * ways * (1 + source.length / 8)) / stepsPerUnit);
  expression.lastIndex = 0;
  return expression;
}

/** Python's replacement text for one match: `\1` and `\g<1>` are groups. */
export const replacementOf = (template: string, groups: readonly (string | undefined)[]): string =>
  template.replace(
    /\\(?:(\d{1,2})|g<(\d{1,2})>|(\\))/g,
    (_whole, short: string | undefined, long: string | undefined, slash: string | undefined) =>
      slash ?? groups[Number(short ?? long)] ?? '',
  );
