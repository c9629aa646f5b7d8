/** What a line of Markdown begins, and what of it is content. */
export type LineKind =
  | { type: 'blank' | 'rule' | 'table' | 'definition' }
  | { type: 'text'; rest: string }
  | { type: 'quote' | 'heading'; rest: string }
  | { type: 'item'; rest: string; number?: number }
  | { type: 'task'; rest: string; done: boolean }
  | { type: 'fence'; mark: string }
  | { type: 'math'; closer: string; rest: string };

/** A line that begins with a higher number and a stop is a sentence about a year, not a list. */
const HIGHEST_ITEM = 99;

/**
 * As early as it is certain, from the beginning of a line (`ended`: all of it); undefined while more must be seen. For any longer beginning of the same line
 * the answer stays the same.
 */
export function lineKind(line: string, ended: boolean): LineKind | undefined {
  const text = line.trimStart();
  const asText: LineKind = { type: 'text', rest: text };
  switch (text.charAt(0)) {
    case '':
      return ended ? { type: 'blank' } : undefined;
    case '>':
      return { type: 'quote', rest: text.slice(1) };
    case '|':
      return ended ? { type: 'table' } : undefined;
    case '#':
      return /^#{1,6}[ \t]/u.test(text)
        ? { type: 'heading', rest: text.replace(/^#+\s/u, '') }
        : /^#{1,6}$/u.test(text) && !ended
          ? undefined
          : asText;
    case '`':
    case '~':
      return fence(text, ended) ?? (mayBeFence(text) && !ended ? undefined : asText);
    case '-':
    case '*':
    case '+':
    case '_':
    case '=':
      return ruleOrItem(text, ended);
    case '$':
      return text.startsWith('$$') ? { type: 'math', closer: '$$', rest: text.slice(2) } : text === '$' && !ended ? undefined : asText;
    case '\\':
      return text.startsWith('\\[') ? { type: 'math', closer: '\\]', rest: text.slice(2) } : text === '\\' && !ended ? undefined : asText;
    case '[':
      return bracket(text, ended);
    default:
      return /^\d/u.test(text) ? numbered(text, ended) : asText;
  }
}

function mayBeFence(text: string): boolean {
  return /^(?:`{1,2}|~{1,2}|`{3,}[^`]*|~{3,}.*)$/u.test(text);
}

function fence(text: string, ended: boolean): LineKind | undefined {
  const [, mark] = ended ? (/^(`{3,})[^`]*$|^(~{3,})/u.exec(text)?.filter(Boolean) ?? []) : [];
  return mark === undefined ? undefined : { type: 'fence', mark };
}

function ruleOrItem(text: string, ended: boolean): LineKind | undefined {
  const mark = text.charAt(0);
  const marks = text.replaceAll(/[ \t]/gu, '');
  if ([...marks].every((each) => each === mark)) {
    if (!ended) return undefined;
    return marks.length >= 3 ? { type: 'rule' } : { type: 'text', rest: text };
  }
  return /^[-*+][ \t]/u.test(text) ? { type: 'item', rest: text.slice(2) } : { type: 'text', rest: text };
}

function numbered(text: string, ended: boolean): LineKind | undefined {
  const item = /^(\d{1,9})[.)][ \t]/u.exec(text);
  if (item !== null && Number(item[1]) <= HIGHEST_ITEM) return { type: 'item', rest: text.slice(item[0].length), number: Number(item[1]) };
  return !ended && /^\d{1,9}[.)]?$/u.test(text) ? undefined : { type: 'text', rest: text };
}

/** `[1]: https://…` says where a link leads; `[x]` ticks an item off. */
function bracket(text: string, ended: boolean): LineKind | undefined {
  const task = /^\[([ xX])\][ \t]/u.exec(text);
  if (task !== null) return { type: 'task', rest: text.slice(task[0].length), done: task[1] !== ' ' };
  if (/^\[[^\]^][^\]]*\]:/u.test(text)) return ended ? { type: 'definition' } : undefined;
  return !ended && /^\[[^\]]{0,100}\]?$/u.test(text) ? undefined : { type: 'text', rest: text };
}
