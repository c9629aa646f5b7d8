import { parse, tokenize } from '@huggingface/jinja';
import { isRecord } from '../abbreviations.ts';
import { UnsupportedTemplate } from './run.ts';

/** A node of the syntax tree as the parser made it; read through the functions below. */
export type Node = Readonly<Record<string, unknown>> & { readonly type: string };
type Token = ReturnType<typeof tokenize>[number];
type TokenType = Token['type'];

/** Characters of a template. */
const longest = 4096;
const mostTokens = 2000;
/** Of brackets, and of blocks in each other: the parser calls itself for each. */
const deepest = 40;

const opening: ReadonlySet<TokenType> = new Set<TokenType>(['OpenParen', 'OpenSquareBracket', 'OpenCurlyBracket']);
const closing: ReadonlySet<TokenType> = new Set<TokenType>(['CloseParen', 'CloseSquareBracket', 'CloseCurlyBracket']);
const operands: ReadonlySet<TokenType> = new Set<TokenType>(['NumericLiteral', 'StringLiteral', 'Identifier', ...opening]);
const operatorWords = new Set(['else', 'or', 'and', 'is', 'not', 'in', 'if']);

export const isNode = (value: unknown): value is Node => isRecord(value) && typeof value.type === 'string';

export function nodeOf(value: unknown): Node {
  if (!isNode(value)) throw new UnsupportedTemplate('a value is missing');
  return value;
}
export const nodesOf = (value: unknown): Node[] => (Array.isArray(value) ? value.map(nodeOf) : []);
export function wordOf(value: unknown): string {
  if (typeof value !== 'string') throw new UnsupportedTemplate('a name is missing');
  return value;
}

/** Python leaves a backslash before other letters alone, the library's lexer refuses it. */
const keepBackslashes = (source: string): string =>
  source.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, (tag) =>
    tag.replace(/\\([\s\S])/g, (whole, letter: string) => ('ntrbfv\'"\\xu'.includes(letter) ? whole : `\\\\${letter}`)),
  );

function checkDepth(tokens: readonly Token[]): void {
  if (tokens.length > mostTokens) throw new UnsupportedTemplate('the template is too long');
  let brackets = 0;
  let blocks = 0;
  for (const [index, { type, value }] of tokens.entries()) {
    if (opening.has(type)) brackets += 1;
    else if (closing.has(type)) brackets -= 1;
    else if (type === 'Identifier' && tokens[index - 1]?.type === 'OpenStatement') {
      if (value === 'if' || value === 'for' || value === 'elif') blocks += 1;
      else if (value === 'endfor' || value === 'endif') blocks -= 1;
    }
    if (brackets > deepest || blocks > deepest) throw new UnsupportedTemplate('the template is too deeply nested');
  }
}

/** Index after the operand that begins at `start`: one literal or name, or everything to its closing bracket. */
function endOfOperand(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const type = tokens[index]?.type ?? 'Text';
    if (opening.has(type)) depth += 1;
    else if (closing.has(type)) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return tokens.length;
}

/**
 * `x is [not] test`, `x is test(1)` and `x is test 1` as filters of the names `is test` and `is not test`: Jinja parses both on
 * the same level, and the library knows no tests with arguments.
 */
function testsAsFilters(tokens: readonly Token[]): Token[] {
  const written: Token[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token) break;
    if (token.type !== 'Identifier' || token.value !== 'is' || tokens[index - 1]?.type === 'Dot') {
      written.push(token);
      continue;
    }
    let at = index + 1;
    const negated = tokens[at]?.type === 'Identifier' && tokens[at]?.value === 'not';
    if (negated) at += 1;
    const name = tokens[at];
    if (name?.type !== 'Identifier') throw new UnsupportedTemplate('"is" without the name of a test');
    written.push({ type: 'Pipe', value: '|' }, { type: 'Identifier', value: `is ${negated ? 'not ' : ''}${name.value}` });
    const next = tokens[at + 1];
    if (next && next.type !== 'OpenParen' && operands.has(next.type) && !operatorWords.has(next.value)) {
      const end = endOfOperand(tokens, at + 1);
      written.push({ type: 'OpenParen', value: '(' }, ...tokens.slice(at + 1, end), { type: 'CloseParen', value: ')' });
      at = end - 1;
    }
    index = at;
  }
  return written;
}

/**
 * The statements of a template. The library reads it; it never runs it, because its interpreter knows no limits and writes values as
 * JavaScript does, not as Python.
 * @throws UnsupportedTemplate
 */
export function parseTemplate(source: string): Node[] {
  if (source.length > longest) throw new UnsupportedTemplate('the template is too long');
  try {
    const tokens = tokenize(keepBackslashes(source));
    checkDepth(tokens);
    return nodesOf(parse(testsAsFilters(tokens)).body);
  } catch (error) {
    if (error instanceof UnsupportedTemplate) throw error;
    // the parser reads past the end of a broken template and fails in words of its own
    throw new UnsupportedTemplate(error instanceof SyntaxError ? error.message : 'it cannot be read');
  }
}
