/** The safe part of Jinja that discovery messages use: values, a few filters, comparisons, `if`. No calls, no loops, no assignments. */
export type Expression =
  | { type: 'literal'; value: unknown }
  | { type: 'name'; name: string }
  | { type: 'member'; of: Expression; key: Expression }
  | { type: 'filter'; of: Expression; name: string; arguments: Expression[] }
  | { type: 'unary'; operator: 'not' | '-'; of: Expression }
  | { type: 'binary'; operator: string; left: Expression; right: Expression }
  | { type: 'defined'; of: Expression; negated: boolean }
  | { type: 'choice'; condition: Expression; yes: Expression; no: Expression };

/** Thrown for everything outside the subset; the caller says so once and uses the raw value. */
export class UnsupportedTemplate extends Error {}

const filterNames = new Set(['int', 'float', 'round', 'default', 'lower', 'upper', 'string', 'trim', 'abs', 'replace', 'is_defined']);
const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|'([^'\\]*)'|"([^"\\]*)"|([A-Za-z_]\w*)|(==|!=|<=|>=|\/\/|[-+*/%~<>.,|()[\]]))/y;
const deepest = 40;

interface Token {
  type: 'number' | 'text' | 'word' | 'sign' | 'end';
  value: string;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (source.slice(tokenPattern.lastIndex).trim() !== '') {
    const found = tokenPattern.exec(source);
    if (!found) throw new UnsupportedTemplate('a sign that is not understood');
    const [, number, single, double, word, sign] = found;
    if (number !== undefined) tokens.push({ type: 'number', value: number });
    else if (single !== undefined || double !== undefined) tokens.push({ type: 'text', value: single ?? double ?? '' });
    else if (word !== undefined) tokens.push({ type: 'word', value: word });
    else tokens.push({ type: 'sign', value: sign ?? '' });
  }
  return tokens;
}

const binaryLevels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-', '~'],
  ['*', '/', '//', '%'],
];
const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** @throws UnsupportedTemplate */
export function parseExpression(source: string): Expression {
  const tokens = tokenize(source);
  let position = 0;
  let depth = 0;
  const peek = (): Token => tokens[position] ?? { type: 'end', value: '' };
  const isNext = (value: string): boolean => peek().value === value && (peek().type === 'sign' || peek().type === 'word');
  const take = (value: string): boolean => {
    if (!isNext(value)) return false;
    position += 1;
    return true;
  };
  const need = (value: string): void => {
    if (!take(value)) throw new UnsupportedTemplate(`"${value}" is missing`);
  };

  function choice(): Expression {
    depth += 1;
    if (depth > deepest) throw new UnsupportedTemplate('too deeply nested');
    const yes = binary(0);
    let result = yes;
    if (take('if')) {
      const condition = binary(0);
      result = { type: 'choice', condition, yes, no: take('else') ? choice() : { type: 'literal', value: undefined } };
    }
    depth -= 1;
    return result;
  }

  function binary(level: number): Expression {
    const operators = binaryLevels[level];
    if (!operators) return unary();
    if (level === 2 && take('not')) return { type: 'unary', operator: 'not', of: binary(level) };
    let left = binary(level + 1);
    for (let operator = operators.find(isNext); operator !== undefined; operator = operators.find(isNext)) {
      position += 1;
      left = { type: 'binary', operator, left, right: binary(level + 1) };
    }
    if (level === 2 && take('is')) {
      const negated = take('not');
      if (!take('defined')) throw new UnsupportedTemplate('only "is defined" is understood');
      left = { type: 'defined', of: left, negated };
    }
    return left;
  }

  function unary(): Expression {
    if (!take('-')) return postfix();
    return { type: 'unary', operator: '-', of: postfix() };
  }

  function postfix(): Expression {
    let of = atom();
    for (;;) {
      if (take('.')) {
        const { type, value } = peek();
        if (type !== 'word' && type !== 'number') throw new UnsupportedTemplate('a name is missing');
        position += 1;
        of = { type: 'member', of, key: { type: 'literal', value } };
        if (isNext('(')) throw new UnsupportedTemplate('calls are not understood');
      } else if (take('[')) {
        of = { type: 'member', of, key: choice() };
        need(']');
      } else if (take('|')) {
        const { value: name } = peek();
        if (!filterNames.has(name)) throw new UnsupportedTemplate(`the filter "${name}" is not understood`);
        position += 1;
        const given: Expression[] = [];
        if (take('(')) {
          while (!take(')')) {
            given.push(choice());
            if (!isNext(')')) need(',');
          }
        }
        of = { type: 'filter', of, name, arguments: given };
      } else return of;
    }
  }

  function atom(): Expression {
    const { type, value } = peek();
    position += 1;
    if (type === 'number') return { type: 'literal', value: Number(value) };
    if (type === 'text') return { type: 'literal', value };
    if (type === 'sign' && value === '(') {
      const inner = choice();
      need(')');
      return inner;
    }
    if (type !== 'word') throw new UnsupportedTemplate('a value is missing');
    if (constants.has(value)) return { type: 'literal', value: constants.get(value) };
    if (isNext('(')) throw new UnsupportedTemplate('calls are not understood');
    return { type: 'name', name: value };
  }

  const expression = choice();
  if (peek().type !== 'end') throw new UnsupportedTemplate(`"${peek().value}" is not understood`);
  return expression;
}
