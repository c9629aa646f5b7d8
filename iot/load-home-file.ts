import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type HomeFile, HomeFileSchema } from '../contract/home-file.ts';
import { checkHomeFile, type HomeFileProblem } from './check-home-file.ts';

/** Bytes; ten times what 10,000 entities need. */
const largestFile = 32 * 1024 * 1024;
/** Problems told at once; more would bury the first. */
const problemsTold = 10;

/** `message` is for people: one line per problem, each with file, line and a fix. */
export class HomeFileError extends Error {
  readonly problems: HomeFileProblem[];
  constructor(path: string, problems: HomeFileProblem[], options?: ErrorOptions) {
    const told = problems
      .slice(0, problemsTold)
      .map(({ line, text, fix }) => `${path}${line === undefined ? '' : `:${line}`}: ${text} ${fix}`);
    if (problems.length > problemsTold) told.push(`… and ${problems.length - problemsTold} more.`);
    super(told.join('\n'), options);
    this.name = 'HomeFileError';
    this.problems = problems;
  }
}

type Path = readonly PropertyKey[];
type LineOf = (path: Path) => number | undefined;

/** Reads a home file, YAML or JSON. @throws HomeFileError */
export async function loadHomeFile(path: string): Promise<HomeFile> {
  return parseHomeFile(await readText(path), path);
}

async function readText(path: string): Promise<string> {
  const fail = (text: string, fix: string, cause?: unknown): never => {
    throw new HomeFileError(path, [{ text, fix }], { cause });
  };
  let bytes: Buffer;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return fail('This is a folder.', 'Give the path of a YAML or JSON file.');
    if (!found.isFile()) return fail('This is not a file.', 'Give the path of a YAML or JSON file.');
    if (found.size > largestFile) return fail('The file is larger than 32 MB.', 'A home file holds floors, areas and entities only.');
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof HomeFileError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing
      ? fail('There is no such file.', 'Check the path.', error)
      : fail('The file cannot be read.', `${error instanceof Error ? error.message : String(error)}`, error);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? fail('This is not a text file.', 'Give a YAML or JSON file in UTF-8.') : text;
  } catch (error) {
    if (error instanceof HomeFileError) throw error;
    return fail('This is not a text file in UTF-8.', 'Save it as UTF-8.', error);
  }
}

/** @param path named in errors only @throws HomeFileError */
export function parseHomeFile(text: string, path: string): HomeFile {
  if (text.trim() === '')
    throw new HomeFileError(path, [
      { text: 'The file is empty.', fix: 'Write at least `entities:` with one entity, e.g. `- {id: light.kitchen, name: Kitchen light}`.' },
    ]);
  const { value, lineOf } = extname(path).toLowerCase() === '.json' ? (parseJson(text) ?? parseYaml(text, path)) : parseYaml(text, path);
  const parsed = HomeFileSchema.safeParse(value);
  // lines are looked up only for a broken file: the way to them is slow
  const lines = (): LineOf => lineOf ?? parseYaml(text, path).lineOf ?? (() => undefined);
  if (!parsed.success) throw new HomeFileError(path, problemsOf(parsed.error, lines()));
  const problems = checkHomeFile(parsed.data);
  if (problems.length > 0) {
    const line = lines();
    throw new HomeFileError(
      path,
      problems.map(({ at, ...problem }) => ({ ...problem, ...(at && withLine(line(at))) })),
    );
  }
  return parsed.data;
}

const withLine = (line: number | undefined) => (line === undefined ? {} : { line });

function parseJson(text: string): { value: unknown; lineOf?: LineOf } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // YAML reads JSON too, and says on which line it is broken
    return undefined;
  }
}

function parseYaml(text: string, path: string): { value: unknown; lineOf?: LineOf } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0)
    throw new HomeFileError(
      path,
      document.errors.map((error) => ({
        line: lineCounter.linePos(error.pos[0]).line,
        text: `This is not YAML: ${error.message}.`,
        fix: error.code === 'DUPLICATE_KEY' ? 'Keep one of the two keys.' : 'Check indentation, quotes and brackets.',
      })),
    );
  const lineOf: LineOf = (at) => {
    for (let depth = at.length; depth > 0; depth -= 1) {
      const node = document.getIn(at.slice(0, depth), true);
      if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
    }
    return 1;
  };
  try {
    return { value: document.toJS(), lineOf };
  } catch (error) {
    throw new HomeFileError(
      path,
      [{ text: error instanceof Error ? `${error.message}.` : 'The file cannot be read.', fix: 'Write the repeated parts out.' }],
      { cause: error },
    );
  }
}

function problemsOf(error: z.ZodError, lineOf: LineOf): HomeFileProblem[] {
  return error.issues.map((issue) => {
    const where = issue.path.length === 0 ? 'The file' : `\`${issue.path.map(String).join('.')}\``;
    if (issue.code === 'unrecognized_keys') {
      const keys = issue.keys.map((key) => `"${key}"`).join(', ');
      return {
        ...withLine(lineOf([...issue.path, issue.keys[0] ?? ''])),
        text: `${where} has the unknown key ${keys}.`,
        fix: 'Correct its spelling or take it out.',
      };
    }
    return { ...withLine(lineOf(issue.path)), text: `${where}: ${issue.message}.`, fix: fixFor(issue) };
  });
}

function fixFor(issue: z.core.$ZodIssue): string {
  if (issue.path.length === 0) return 'A home file is a map with floors, areas and entities.';
  if (issue.code === 'invalid_type') return `Write a ${issue.expected} there.`;
  if (issue.code === 'invalid_union') return 'Write a text, a number, or true or false there.';
  return 'Correct the value.';
}
