import type { Document } from 'yaml';
import { isAlias, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { IntentEntry, PhrasebookFile } from '../../contract/phrasebook-file.ts';
import { IntentEntrySchema, PhrasebookFileSchema } from '../../contract/phrasebook-file.ts';
import { PhrasebookError } from './phrasebook-error.ts';
import type { SourceEntry, SourceScope } from './phrasebook-source.ts';
import type { TemplateNode } from './template.ts';
import { parseTemplate, TemplateError } from './template.ts';
import { didYouMean } from './word-distance.ts';
import { spokenWords } from './words.ts';

type Path = readonly (string | number)[];

const FILE_KEYS = Object.keys(PhrasebookFileSchema.shape);
const ENTRY_KEYS = Object.keys(IntentEntrySchema.shape);

/** Reads YAML and tells the line (1-based) of any part of it. */
class FileReader {
  readonly file: string;
  private readonly document: Document;
  private readonly lines = new LineCounter();

  constructor(file: string, text: string) {
    this.file = file;
    this.document = parseDocument(text, { lineCounter: this.lines, uniqueKeys: true, strict: true, prettyErrors: false });
    const problem = this.document.errors[0];
    if (problem !== undefined) {
      const fix = problem.code === 'DUPLICATE_KEY' ? 'join both into one' : 'check indentation, quotes and colons';
      throw new PhrasebookError(file, this.lines.linePos(problem.pos[0]).line, `not valid YAML (${problem.message.split('\n')[0]})`, fix);
    }
  }

  value(): unknown {
    try {
      // A few aliases are fine; many are a bomb.
      return this.document.toJS({ maxAliasCount: 50 });
    } catch (error) {
      throw new PhrasebookError(this.file, undefined, 'the YAML aliases cannot be resolved', 'write the values out', { cause: error });
    }
  }

  line(path: Path): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const parent = length === 1 ? this.document.contents : this.document.getIn(path.slice(0, length - 1), true);
      // The key's own line, where there is a key: a value may begin lines below.
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => String(isNode(key) ? key.toJSON() : key) === String(path[length - 1]))
        : undefined;
      const node = pair === undefined ? this.document.getIn(path.slice(0, length), true) : pair.key;
      if (isNode(node) && !isAlias(node) && node.range) return this.lines.linePos(node.range[0]).line;
    }
    return undefined;
  }

  error(path: Path, problem: string, fix: string): PhrasebookError {
    return new PhrasebookError(this.file, this.line(path), problem, fix);
  }

  template(text: string, path: Path): TemplateNode {
    try {
      return parseTemplate(text);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw this.error(path, `"${shortened(text)}", column ${error.column + 1}: ${error.message}`, error.fix);
    }
  }
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);

/** A key that is misspelled makes another one missing: the misspelled one is the cause. */
function mostTelling<Issue extends { code?: string | undefined }>(issues: readonly Issue[] | undefined): Issue | undefined {
  return issues?.find(({ code }) => code === 'unrecognized_keys') ?? issues?.[0];
}

/** zod's first complaint about a file, in words. A union's complaint is the deepest of its branches'. */
function complaint(reader: FileReader, value: unknown): PhrasebookError {
  const result = PhrasebookFileSchema.safeParse(value);
  const issue = mostTelling(result.error?.issues);
  if (issue === undefined) return reader.error([], 'is not a phrasebook', 'see the manual');
  let path: Path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  let found: { code?: string | undefined; message: string; keys?: unknown } = issue;
  if (issue.code === 'invalid_union' && path[0] === 'intents') {
    const [, name] = path;
    const entries = typeof value === 'object' && value !== null && 'intents' in value ? Object.entries(value.intents ?? {}) : [];
    const raw: unknown = entries.find(([key]) => key === name)?.[1];
    const parts: [Path, unknown][] = Array.isArray(raw) ? raw.map((item, index) => [[...path, index], item]) : [[path, raw]];
    for (const [partPath, part] of parts) {
      const inner = mostTelling(IntentEntrySchema.safeParse(part).error?.issues);
      if (inner === undefined) continue;
      path = [...partPath, ...inner.path.map((item) => (typeof item === 'symbol' ? String(item) : item))];
      found = inner;
      break;
    }
  }
  const where = path.length === 0 ? 'the file' : `"${path.join('.')}"`;
  if (found.code === 'unrecognized_keys' && Array.isArray(found.keys)) {
    const key = String(found.keys[0]);
    const known = path.length === 0 ? FILE_KEYS : path.includes('targets') ? ['domain', 'device_class', 'scope'] : ENTRY_KEYS;
    return reader.error([...path, key], `unknown key "${key}" in ${where}`, didYouMean(key, known));
  }
  return reader.error(path, `${where}: ${found.message}`, 'see the phrasebook format: intents, lists, rules');
}

/** Reads one file into its scope and returns its entries. Throws `PhrasebookError`. */
export function readPhrasebookFile(file: string, text: string, scope: SourceScope): SourceEntry[] {
  const reader = new FileReader(file, text);
  const value = reader.value();
  if (value === null || value === undefined)
    throw new PhrasebookError(file, undefined, 'the file is empty', 'add intents with sentences or remove the file');
  const result = PhrasebookFileSchema.safeParse(value);
  if (!result.success) throw complaint(reader, value);
  readLists(reader, result.data, scope);
  readRules(reader, result.data, scope);
  return Object.entries(result.data.intents).flatMap(([intent, one]) =>
    Array.isArray(one)
      ? one.map((entry, index) => readEntry(reader, intent, entry, ['intents', intent, index], scope))
      : [readEntry(reader, intent, one, ['intents', intent], scope)],
  );
}

function readEntry(reader: FileReader, intent: string, entry: IntentEntry, path: Path, scope: SourceScope): SourceEntry {
  return {
    intent,
    sentences: entry.sentences.map((text, index) => ({
      text,
      node: reader.template(text, [...path, 'sentences', index]),
      line: reader.line([...path, 'sentences', index]),
    })),
    slots: entry.slots ?? {},
    question: entry.question,
    reply: entry.reply === undefined ? undefined : typeof entry.reply === 'string' ? [entry.reply] : entry.reply,
    tool: entry.tool,
    speech: entry.speech ?? true,
    targets: entry.targets,
    scope,
    file: reader.file,
  };
}

function readLists(reader: FileReader, data: PhrasebookFile, scope: SourceScope): void {
  for (const [name, values] of Object.entries(data.lists)) {
    const path = ['lists', name];
    const before = scope.lists.get(name);
    if (before !== undefined) {
      throw reader.error(path, `the list "${name}" is already in ${before.file}:${before.line ?? 1}`, 'rename one or join both');
    }
    const read = values.map((value, index) => {
      const [said, out] = typeof value === 'object' ? [value.in, value.out] : [String(value), value];
      const node = typeof value === 'object' ? reader.template(said, [...path, index]) : plainWords(said);
      if (node === undefined) throw reader.error([...path, index], `"${shortened(said)}" has no word in it`, 'write what a person says');
      return { node, out };
    });
    scope.lists.set(name, { values: read, file: reader.file, line: reader.line(path) });
  }
}

/** A plain list value is said as it is written; brackets in it are no template. */
function plainWords(text: string): TemplateNode | undefined {
  if (spokenWords(text).length === 0) return undefined;
  return {
    type: 'sequence',
    items: text
      .split(/\s+/u)
      .filter((word) => word !== '')
      .map((word) => ({ type: 'word', word })),
  };
}

function readRules(reader: FileReader, data: PhrasebookFile, scope: SourceScope): void {
  for (const [name, template] of Object.entries(data.rules)) {
    const path = ['rules', name];
    const before = scope.rules.get(name);
    if (before !== undefined) {
      throw reader.error(path, `the rule "${name}" is already in ${before.file}:${before.line ?? 1}`, 'rename one or join both');
    }
    scope.rules.set(name, { node: reader.template(template, path), file: reader.file, line: reader.line(path) });
  }
}
