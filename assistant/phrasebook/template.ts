/** The syntax tree of one sentence template. */
export type TemplateNode =
  | { type: 'word'; word: string }
  | { type: 'sequence'; items: TemplateNode[] }
  | { type: 'choice'; items: TemplateNode[] }
  | { type: 'optional'; item: TemplateNode }
  | { type: 'slot'; slot: string; list: ListReference }
  | { type: 'rule'; name: string };

export type ListReference =
  | { type: 'named'; name: string }
  /** `step` is 1 for `{x:0-100}`, 0.5 for `{x:5-35/0.5}`; a value off the steps does not match. `{x:minus 1-100}`: spoken 1–100, value −1…−100. */
  | { type: 'range'; from: number; to: number; step: number; negated: boolean };

/** A template that cannot be read: where (0-based column) and what to write instead. */
export class TemplateError extends Error {
  readonly column: number;
  readonly fix: string;
  constructor(message: string, column: number, fix: string) {
    super(message);
    this.name = 'TemplateError';
    this.column = column;
    this.fix = fix;
  }
}

const CLOSERS: Record<string, string> = { '[': ']', '(': ')', '{': '}', '<': '>' };
const WORD = /[^\s[\](){}<>|]+/uy;
const RANGE = /^(minus )?(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/u;
const MAXIMUM_DEPTH = 24;

class TemplateReader {
  private position = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  read(): TemplateNode {
    const node = this.readChoice(0, undefined);
    if (this.position < this.text.length) {
      const found = this.text[this.position]!;
      throw new TemplateError(`"${found}" closes nothing`, this.position, `remove the "${found}" or open it earlier`);
    }
    return node;
  }

  private readChoice(depth: number, opener: number | undefined): TemplateNode {
    if (depth > MAXIMUM_DEPTH)
      throw new TemplateError('brackets are nested too deeply', this.position, 'move a part into a rule and use <rule>');
    const items: TemplateNode[] = [this.readSequence(depth)];
    while (this.text[this.position] === '|') {
      if (opener === undefined) throw new TemplateError('"|" outside brackets', this.position, 'write (a|b)');
      this.position++;
      items.push(this.readSequence(depth));
    }
    const mayBeEmpty = opener === undefined && items.length === 1;
    for (const item of items) {
      if (!mayBeEmpty && item.type === 'sequence' && item.items.length === 0) {
        throw new TemplateError('an empty alternative', opener ?? 0, 'write [a] where the part may be left out');
      }
    }
    return items.length === 1 ? items[0]! : { type: 'choice', items };
  }

  private readSequence(depth: number): TemplateNode {
    const items: TemplateNode[] = [];
    for (;;) {
      while (/\s/u.test(this.text[this.position] ?? '')) this.position++;
      const found = this.text[this.position];
      if (found === undefined || found === '|' || found === ']' || found === ')' || found === '}' || found === '>') break;
      items.push(this.readItem(found, depth));
    }
    return items.length === 1 ? items[0]! : { type: 'sequence', items };
  }

  private readItem(found: string, depth: number): TemplateNode {
    if (found === '[' || found === '(') {
      const opener = this.position++;
      const inner = this.readChoice(depth + 1, opener);
      if (this.text[this.position] !== CLOSERS[found]) {
        throw new TemplateError(`"${found}" is never closed`, opener, `add "${CLOSERS[found]}"`);
      }
      this.position++;
      return found === '[' ? { type: 'optional', item: inner } : inner;
    }
    if (found === '{' || found === '<') {
      const opener = this.position;
      const end = this.text.indexOf(CLOSERS[found]!, opener);
      if (end < 0) throw new TemplateError(`"${found}" is never closed`, opener, `add "${CLOSERS[found]}"`);
      const inside = this.text.slice(opener + 1, end).trim();
      this.position = end + 1;
      return found === '{' ? readSlot(inside, opener) : readRule(inside, opener);
    }
    WORD.lastIndex = this.position;
    const word = WORD.exec(this.text)![0];
    this.position += word.length;
    return { type: 'word', word };
  }
}

function readSlot(inside: string, column: number): TemplateNode {
  const colon = inside.indexOf(':');
  const slot = (colon < 0 ? inside : inside.slice(0, colon)).trim();
  const list = colon < 0 ? slot : inside.slice(colon + 1).trim();
  if (!/^[A-Za-z_]\w*$/u.test(slot))
    throw new TemplateError(`"{${inside}}" has no slot name`, column, 'write {slot}, {slot:list} or {slot:0-100}');
  const range = RANGE.exec(list);
  if (range !== null) {
    const [from, to, step] = [Number(range[2]), Number(range[3]), Number(range[4] ?? 1)];
    if (from > to) throw new TemplateError(`the range ${list} runs backwards`, column, `write {${slot}:${to}-${from}}`);
    if (step <= 0) throw new TemplateError(`the range ${list} has no step`, column, `write {${slot}:${from}-${to}}`);
    return { type: 'slot', slot, list: { type: 'range', from, to, step, negated: range[1] !== undefined } };
  }
  if (!/^[A-Za-z_][\w.+]*$/u.test(list))
    throw new TemplateError(`"${list}" is no list name and no range`, column, `write {${slot}:some_list} or {${slot}:0-100}`);
  return { type: 'slot', slot, list: { type: 'named', name: list } };
}

function readRule(inside: string, column: number): TemplateNode {
  if (!/^[A-Za-z_]\w*$/u.test(inside)) throw new TemplateError(`"<${inside}>" has no rule name`, column, 'write <rule_name>');
  return { type: 'rule', name: inside };
}

/** Reads one template. Throws `TemplateError` with column and fix. */
export function parseTemplate(text: string): TemplateNode {
  const node = new TemplateReader(text).read();
  if (node.type === 'sequence' && node.items.length === 0) throw new TemplateError('an empty sentence', 0, 'write the words a person says');
  return node;
}

/** Every node of a template, parents first. */
export function* nodesOf(node: TemplateNode): Generator<TemplateNode> {
  yield node;
  if (node.type === 'sequence' || node.type === 'choice') for (const item of node.items) yield* nodesOf(item);
  else if (node.type === 'optional') yield* nodesOf(node.item);
}
