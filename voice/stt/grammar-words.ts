/** A grammar that cannot be used; the message says what is wrong and where. */
export class GrammarError extends Error {
  override name = 'GrammarError';
}

/**
 * Reads a JSGF text far enough to know that the C parser can take it: header, a public rule, every used rule defined, brackets closed, words of
 * `[a-z0-9']` only. Gives the distinct words. Throws `GrammarError`. The C parser says nothing but yes or no, ends the process on some faults, and
 * loops for ever on none that passes here.
 */
export function grammarWords(jsgf: string): string[] {
  if (!/^\s*#JSGF\b[^;]*;/.test(jsgf)) throw new GrammarError('A grammar begins with "#JSGF V1.0;".');
  const body = jsgf
    .replace(/^\s*#JSGF\b[^;]*;/, '')
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/\/\/[^\n]*/g, ' ');
  const statements = body.split(';').map((statement) => statement.trim());
  const last = statements.pop();
  if (last) throw new GrammarError(`The grammar's last rule has no ";": "${excerpt(last)}".`);
  const words = new Set<string>();
  const defined = new Set<string>();
  const used = new Map<string, Set<string>>();
  let isPublic = false;
  for (const statement of statements) {
    if (/^grammar\s+[\w.-]+$/.test(statement) || statement === '') continue;
    const rule = /^(public\s+)?<([\w.-]+)>\s*=([\s\S]*)$/.exec(statement);
    if (rule === null) throw new GrammarError(`Not a rule: "${excerpt(statement)}".`);
    const [, visibility, name = '', expansion = ''] = rule;
    if (defined.has(name)) throw new GrammarError(`Rule <${name}> is defined twice.`);
    defined.add(name);
    isPublic ||= visibility !== undefined;
    used.set(name, readExpansion(name, expansion, words));
  }
  if (!isPublic) throw new GrammarError('The grammar has no public rule.');
  for (const [name, uses] of used)
    for (const use of uses) if (!defined.has(use)) throw new GrammarError(`Rule <${name}> uses <${use}>, which is not defined.`);
  refuseRecursion(used);
  if (words.size === 0) throw new GrammarError('The grammar has no words.');
  return [...words];
}

const token = /\s+|<([\w.-]+)>|([a-z0-9']+)|([([])|([)\]])|(\|)|([*+])|\/[0-9.]+\/|\{[^{}]*\}/y;

function readExpansion(name: string, expansion: string, words: Set<string>): Set<string> {
  const uses = new Set<string>();
  const open: string[] = [];
  /** An alternative without anything in it is taken by nobody's parser in the same way. */
  let empty = true;
  token.lastIndex = 0;
  while (token.lastIndex < expansion.length) {
    const at = token.lastIndex;
    const found = token.exec(expansion);
    if (found === null) throw new GrammarError(`Rule <${name}> cannot be read at "${excerpt(expansion.slice(at))}".`);
    const [text, use, word, opening, closing, bar] = found;
    if (use !== undefined) uses.add(use);
    if (word !== undefined) words.add(word);
    if (opening !== undefined) open.push(opening);
    if ((closing !== undefined || bar !== undefined) && empty) throw new GrammarError(`Rule <${name}> has an empty alternative.`);
    if (closing !== undefined && open.pop() !== (closing === ')' ? '(' : '['))
      throw new GrammarError(`Rule <${name}> has a "${text}" too many.`);
    if (text.trim() !== '') empty = opening !== undefined || bar !== undefined;
  }
  if (open.length > 0) throw new GrammarError(`Rule <${name}> does not close a "${open.at(-1)}".`);
  if (empty) throw new GrammarError(`Rule <${name}> ${expansion.trim() === '' ? 'is empty' : 'has an empty alternative'}.`);
  return uses;
}

/** The C parser expands rules in place: one that uses itself would grow until memory is out. */
function refuseRecursion(used: ReadonlyMap<string, ReadonlySet<string>>): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw new GrammarError(`Rule <${name}> uses itself.`);
    if (done.has(name)) return;
    for (const use of used.get(name) ?? []) visit(use, [...path, name]);
    done.add(name);
  };
  for (const name of used.keys()) visit(name, []);
}

function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
