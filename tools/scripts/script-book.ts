import { readFileSync } from 'node:fs';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';

export const INTERPRETERS = ['bash', 'python', 'node'] as const;
export type Interpreter = (typeof INTERPRETERS)[number];

const common = {
  description: z.string().max(300).optional(),
  optional: z.boolean().default(false),
  /** Put before the value: `--target`. Absent: the value stands alone, in the order of the list. */
  flag: z
    .string()
    .regex(/^--?[A-Za-z][\w-]*$/u, 'A flag looks like --name.')
    .optional(),
};
const ArgumentSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('text'),
    longest: z.number().int().min(1).max(10_000).default(500),
    pattern: z.string().max(300).optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('number'),
    least: z.number().optional(),
    most: z.number().optional(),
    whole: z.boolean().default(false),
  }),
  /** Its flag is given where it is true; without a flag the words true and false. */
  z.strictObject({ ...common, type: z.literal('boolean') }),
  z.strictObject({ ...common, type: z.literal('choice'), choices: z.array(z.string().min(1).max(200)).min(1).max(100) }),
]);
export type ScriptArgument = z.infer<typeof ArgumentSchema>;

const PathText = z.string().min(1).max(4096);

const ScriptSchema = z.strictObject({
  /** Absolute, or from `~`. */
  path: PathText,
  interpreter: z.enum(INTERPRETERS),
  description: z.string().min(1).max(500),
  arguments: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/u, 'An argument is called by one word.'), ArgumentSchema).default({}),
  timeoutSeconds: z.number().min(1).max(3600).default(60),
  /** What it may see and change beside its own folder. */
  read: z.array(PathText).max(50).default([]),
  write: z.array(PathText).max(50).default([]),
  /** Hosts it may speak to. */
  network: z.array(z.string().min(1).max(253)).max(50).default([]),
  /** SHA-256 of the file as a person last looked at it; a script without it does not run. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/u, 'A digest is 64 hexadecimal digits.')
    .optional(),
});
export type ScriptEntry = z.infer<typeof ScriptSchema>;

const BookSchema = z.strictObject({ scripts: z.record(z.string(), z.unknown()).default({}) });
const NAME = /^[a-z][a-z0-9-]{0,59}$/u;

export interface ScriptBook {
  scripts: ReadonlyMap<string, ScriptEntry>;
  /** In words, each with the name of the script it is about; such a script is left out, the others are not. */
  problems: string[];
}

const LARGEST_BOOK = 1_000_000;

/** Reads `scripts.yaml`. A file that is not there is an empty book. Never throws for what stands in it. */
export function readScriptBook(path: string): ScriptBook {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { scripts: new Map(), problems: hasCode(error, 'ENOENT') ? [] : [`scripts.yaml cannot be read: ${wordsOf(error)}`] };
  }
  return parseScriptBook(text);
}

export function parseScriptBook(text: string): ScriptBook {
  const scripts = new Map<string, ScriptEntry>();
  let raw: unknown;
  try {
    if (text.length > LARGEST_BOOK) throw new Error('it is too large');
    raw = parse(text, { maxAliasCount: 20 });
  } catch (error) {
    return { scripts, problems: [`scripts.yaml cannot be read: ${wordsOf(error)}`] };
  }
  const book = BookSchema.safeParse(raw ?? {});
  if (!book.success) return { scripts, problems: [`scripts.yaml: ${issueWords(book.error)}`] };
  const problems: string[] = [];
  for (const [name, entry] of Object.entries(book.data.scripts)) {
    const parsed = ScriptSchema.safeParse(entry);
    const trouble = !NAME.test(name)
      ? 'a name has small letters, digits and dashes'
      : parsed.success
        ? patternTrouble(parsed.data)
        : issueWords(parsed.error);
    if (trouble === undefined && parsed.success) scripts.set(name, parsed.data);
    else problems.push(`The script ${name.slice(0, 60)} is left out: ${trouble}.`);
  }
  return { scripts, problems };
}

/** Writes down that a person has looked at the script as it is now; comments and order in the file stay. Throws with words where there is no such script. */
export async function approveScript(bookPath: string, name: string, digest: string): Promise<void> {
  const document = parseDocument(readFileSync(bookPath, 'utf8'));
  if (document.errors.length > 0 || !document.hasIn(['scripts', name]))
    throw new Error(`There is no script called ${name.slice(0, 60)} in scripts.yaml.`);
  document.setIn(['scripts', name, 'digest'], digest);
  await writeFileAtomic(bookPath, document.toString());
}

function patternTrouble({ arguments: all }: ScriptEntry): string | undefined {
  for (const [name, argument] of Object.entries(all)) {
    if (argument.type !== 'text' || argument.pattern === undefined) continue;
    try {
      new RegExp(argument.pattern, 'u');
    } catch {
      return `the pattern of ${name} is no regular expression`;
    }
  }
  return undefined;
}

const wordsOf = (error: unknown): string => (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));

function issueWords({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'it does not fit';
  const where = issue.path.join('.');
  return `${where === '' ? '' : `${where}: `}${issue.message}`.replace(/\.$/u, '');
}
