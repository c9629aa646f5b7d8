import { type Expression, parseExpression, UnsupportedTemplate } from './template-parser.ts';

/** Fills a template with variables; an undefined value renders as nothing. */
export type Template = (variables: ReadonlyMap<string, unknown>) => string;

const longest = 4096;

type Part =
  | { type: 'text'; text: string }
  | { type: 'value'; of: Expression }
  | { type: 'if'; branches: { condition: Expression; parts: Part[] }[] };

const truthy = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));
const numeric = (value: unknown): number | undefined => {
  const number =
    typeof value === 'string' && value.trim() === ''
      ? Number.NaN
      : typeof value === 'boolean'
        ? Number(value)
        : Number(value ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
};

function text(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function member(of: unknown, key: unknown): unknown {
  if (Array.isArray(of)) return typeof numeric(key) === 'number' ? of.at(numeric(key) ?? 0) : undefined;
  if (typeof of !== 'object' || of === null || !Object.hasOwn(of, String(key))) return undefined;
  return Reflect.get(of, String(key));
}

function filtered(name: string, value: unknown, given: unknown[]): unknown {
  switch (name) {
    case 'int': {
      const number = numeric(value);
      return number === undefined ? (given[0] ?? 0) : Math.trunc(number);
    }
    case 'float':
      return numeric(value) ?? given[0] ?? 0;
    case 'round': {
      const scale = 10 ** Math.min(10, Math.max(0, numeric(given[0]) ?? 0));
      return Math.round((numeric(value) ?? 0) * scale) / scale;
    }
    case 'default':
      return value === undefined || (given[1] === true && !truthy(value)) ? given[0] : value;
    case 'lower':
      return text(value).toLowerCase();
    case 'upper':
      return text(value).toUpperCase();
    case 'trim':
      return text(value).trim();
    case 'abs':
      return Math.abs(numeric(value) ?? 0);
    case 'replace':
      return text(value).replaceAll(text(given[0]), () => text(given[1]));
    case 'string':
      return text(value);
    default:
      return value;
  }
}

function compare(operator: string, left: unknown, right: unknown): unknown {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case 'in':
      return Array.isArray(right) ? right.includes(left) : text(right).includes(text(left));
    case '~':
      return text(left) + text(right);
  }
  if (typeof left === 'string' && typeof right === 'string')
    return operator === '+' ? left + right : operator === '<' ? left < right : left > right;
  const [one, other] = [numeric(left), numeric(right)];
  if (one === undefined || other === undefined) return undefined;
  switch (operator) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    case '/':
      return other === 0 ? undefined : one / other;
    case '//':
      return other === 0 ? undefined : Math.floor(one / other);
    default:
      return other === 0 ? undefined : one % other;
  }
}

function evaluate(of: Expression, variables: ReadonlyMap<string, unknown>): unknown {
  switch (of.type) {
    case 'literal':
      return of.value;
    case 'name':
      return variables.get(of.name);
    case 'member':
      return member(evaluate(of.of, variables), evaluate(of.key, variables));
    case 'filter':
      return filtered(
        of.name,
        evaluate(of.of, variables),
        of.arguments.map((each) => evaluate(each, variables)),
      );
    case 'unary': {
      const value = evaluate(of.of, variables);
      return of.operator === 'not' ? !truthy(value) : -(numeric(value) ?? 0);
    }
    case 'defined':
      return (evaluate(of.of, variables) === undefined) === of.negated;
    case 'choice':
      return evaluate(truthy(evaluate(of.condition, variables)) ? of.yes : of.no, variables);
    case 'binary': {
      const left = evaluate(of.left, variables);
      if (of.operator === 'and') return truthy(left) ? evaluate(of.right, variables) : left;
      if (of.operator === 'or') return truthy(left) ? left : evaluate(of.right, variables);
      return compare(of.operator, left, evaluate(of.right, variables));
    }
    default:
      return of satisfies never;
  }
}

function parseParts(source: string): Part[] {
  const root: Part[] = [];
  const open: Extract<Part, { type: 'if' }>[] = [];
  const here = (): Part[] => open.at(-1)?.branches.at(-1)?.parts ?? root;
  for (const piece of source.split(/(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})/)) {
    const inner = piece.slice(2, -2).replace(/^-|-$/g, '').trim();
    const whole = /^\{\{[\s\S]*\}\}$|^\{%[\s\S]*%\}$/.test(piece);
    if (!whole && /\{\{|\{%/.test(piece)) throw new UnsupportedTemplate('a bracket is not closed');
    if (piece.startsWith('{{')) here().push({ type: 'value', of: parseExpression(inner) });
    else if (!piece.startsWith('{%')) here().push({ type: 'text', text: piece });
    else {
      const [word = '', rest = ''] = inner.split(/\s+([\s\S]*)/, 2);
      const current = open.at(-1);
      if (word === 'if') {
        const block: Extract<Part, { type: 'if' }> = { type: 'if', branches: [{ condition: parseExpression(rest), parts: [] }] };
        here().push(block);
        open.push(block);
      } else if (word === 'elif' && current) current.branches.push({ condition: parseExpression(rest), parts: [] });
      else if (word === 'else' && current) current.branches.push({ condition: { type: 'literal', value: true }, parts: [] });
      else if (word === 'endif' && current) open.pop();
      else throw new UnsupportedTemplate(`"${word}" is not understood`);
      if (open.length > 10) throw new UnsupportedTemplate('too deeply nested');
    }
  }
  if (open.length > 0) throw new UnsupportedTemplate('"endif" is missing');
  return root;
}

function render(parts: Part[], variables: ReadonlyMap<string, unknown>): string {
  return parts
    .map((part) => {
      if (part.type === 'text') return part.text;
      if (part.type === 'value') return text(evaluate(part.of, variables));
      const branch = part.branches.find(({ condition }) => truthy(evaluate(condition, variables)));
      return branch ? render(branch.parts, variables) : '';
    })
    .join('');
}

/** @throws UnsupportedTemplate for anything but the safe subset */
export function compileTemplate(source: string): Template {
  if (source.length > longest) throw new UnsupportedTemplate('the template is too long');
  if (source.includes('{#')) throw new UnsupportedTemplate('comments are not understood');
  const parts = parseParts(source);
  return (variables) => render(parts, variables).trim();
}
