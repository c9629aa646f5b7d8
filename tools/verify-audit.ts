import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditProblem } from '../contract/audit.ts';
import { hasCode } from '../store/error-code.ts';
import { CHAIN_START, type ChainEnd, type ChainNote, type FileEnd, followLine } from './audit-entry.ts';
import { CURRENT_FILE, headFileOf, linesOf, namesIn, numberedFiles, numberOf } from './audit-files.ts';
import { AUDIT_KEY_FILE, AuditSeal, readAuditKey } from './audit-key.ts';

/** Looks taken when a host begins a new file in the middle of one. */
const MOST_LOOKS = 5;

/**
 * Reads every audit file of a folder and names in each the first line that was altered, dropped or moved; also files that were shortened or taken away.
 * A last line without its line feed (being written, or torn by a crash) counts as not written. Changes nothing; may run beside a writer.
 * What it cannot see: a folder put back as a whole, with its key and heads, to an earlier day.
 */
export async function verifyAudit(folder: string): Promise<{ lines: number; problems: AuditProblem[] }> {
  for (let look = 1; ; look += 1) {
    const files = await filesOf(folder);
    const verdict = await verifyFiles(folder, files);
    // A file that got its number meanwhile was read as two different ones.
    const same = sameNames(files, await filesOf(folder));
    if (verdict.problems.length === 0 || same || look === MOST_LOOKS) return verdict;
  }
}

/** Everything that is a file of the audit, or has the head of one. */
async function filesOf(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  const files = new Set(names.filter((name) => name.endsWith('.jsonl')));
  for (const name of names) if (name.endsWith('.jsonl.head')) files.add(name.slice(0, -'.head'.length));
  // Whoever takes the youngest file away with its head leaves the older ones.
  if (numberedFiles(names).length > 0) files.add(CURRENT_FILE);
  return [...files].sort();
}

const sameNames = (one: readonly string[], other: readonly string[]): boolean => one.join('\n') === other.join('\n');

async function verifyFiles(folder: string, files: readonly string[]): Promise<{ lines: number; problems: AuditProblem[] }> {
  if (files.length === 0) return { lines: 0, problems: [] };
  const key = await readAuditKey(folder);
  if (key === undefined)
    return { lines: 0, problems: [{ file: AUDIT_KEY_FILE, line: 0, problem: 'is missing: no signature can be checked' }] };
  const seal = new AuditSeal(key);
  const read = new Map<string, Verified>();
  for (const file of files) read.set(file, await verifyFile(folder, file, seal));
  const chain = [...numberedFiles(files), CURRENT_FILE].flatMap((file) => {
    const one = read.get(file);
    return one === undefined ? [] : [{ ...one, file }];
  });
  const problems = joinProblems(chain, seal);
  const own = [...read].flatMap(([file, { problem }]) => (problem === undefined || numbered(file) ? [] : [{ file, ...problem }]));
  return { lines: [...read.values()].reduce((sum, { end }) => sum + end.sequence, 0), problems: [...problems, ...own] };
}

const numbered = (file: string): boolean => numberOf(file) !== undefined || file === CURRENT_FILE;

interface Verified {
  end: ChainEnd;
  /** Of the head file, where there is one of ours. */
  head: ChainEnd | undefined;
  /** From the first line. */
  from: FileEnd | undefined;
  pruned: Extract<ChainNote, { kind: 'pruned' }>[];
  /** The file itself is not there. */
  missing: boolean;
  problem?: { line: number; problem: string };
}

interface ChainFile extends Verified {
  file: string;
}

/** What is wrong inside the files of the chain, and where one does not go on from the one before. */
function joinProblems(chain: readonly ChainFile[], seal: AuditSeal): AuditProblem[] {
  const gone = chain
    .flatMap(({ pruned }) => pruned)
    .filter(({ upTo, signature }) => seal.isPruned(upTo, signature))
    .map(({ upTo }) => upTo)
    .sort((a, b) => (numberOf(b.file) ?? 0) - (numberOf(a.file) ?? 0))[0];
  const isGone = (file: string): boolean => (numberOf(file) ?? Number.POSITIVE_INFINITY) <= (numberOf(gone?.file ?? '') ?? 0);
  const current = chain.find(({ file }) => file === CURRENT_FILE);
  const problems: AuditProblem[] = [];
  let before: ChainFile | undefined;
  for (const one of chain) {
    if (one.end.sequence === 0 && isExpectedToBeMissing(one, before, current, isGone)) continue;
    if (one.problem !== undefined) problems.push({ file: one.file, ...one.problem });
    problems.push(...linkProblems(one, before, gone, isGone));
    before = one;
  }
  // A file may be missed both by its head and by the file behind it.
  return [...new Map(problems.map((problem) => [`${problem.file}\n${problem.line}\n${problem.problem}`, problem])).values()];
}

function isExpectedToBeMissing(
  { file, head }: ChainFile,
  before: ChainFile | undefined,
  current: ChainFile | undefined,
  isGone: (file: string) => boolean,
): boolean {
  if (head === undefined) return false;
  // Killed after the number was reserved, and before the file got it.
  if (file !== CURRENT_FILE) return isGone(file) || (head.hash === current?.end.hash && head.sequence === current.end.sequence);
  // Killed after the file got its number, and before the next one was begun.
  return before !== undefined && head.hash === before.end.hash && head.sequence === before.end.sequence;
}

function linkProblems(
  one: ChainFile,
  before: ChainFile | undefined,
  gone: FileEnd | undefined,
  isGone: (file: string) => boolean,
): AuditProblem[] {
  const { from, file } = one;
  if (one.missing || one.end.sequence === 0) return [];
  if (from === undefined) {
    return before === undefined ? [] : [{ file, line: 1, problem: `does not say that it goes on from ${before.file}` }];
  }
  if (before?.file !== from.file) {
    if (!isGone(from.file)) return [{ file: from.file, line: 0, problem: 'was taken away' }];
    const isOther = gone?.file === from.file && (gone.hash !== from.hash || gone.lines !== from.lines);
    return isOther ? [{ file, line: 1, problem: `goes on from another ${from.file} than the one that was deleted` }] : [];
  }
  // Its own fault was told already.
  if (before.problem !== undefined || (before.end.hash === from.hash && before.end.sequence === from.lines)) return [];
  return before.end.sequence < from.lines
    ? [{ file: before.file, line: before.end.sequence + 1, problem: `is missing, with everything up to line ${from.lines}` }]
    : [{ file, line: 1, problem: `does not follow the end of ${before.file}` }];
}

async function verifyFile(folder: string, file: string, seal: AuditSeal): Promise<Verified> {
  const path = join(folder, file);
  // The head first: a writer beside us may add lines meanwhile, but takes none away.
  const headText = await textOf(headFileOf(path));
  const head = headText === undefined ? undefined : seal.readHead(headText);
  const verified: Verified = { end: CHAIN_START, head, from: undefined, pruned: [], missing: false };
  if (headText !== undefined && head === undefined)
    return { ...verified, problem: { line: 0, problem: 'has a head file that is not ours' } };
  let { end } = verified;
  const broken = (problem: string): Verified => ({ ...verified, end, problem: { line: end.sequence + 1, problem } });
  try {
    for await (const bytes of linesOf(path)) {
      const line = followLine(bytes, end);
      if (line === 'altered') return broken('was altered, or is no audit line');
      if (line === 'misplaced') return broken('does not follow the line before: something was dropped or moved');
      const { hash, note } = line;
      if (note?.kind === 'checkpoint' && !seal.isCheckpoint(end.hash, note.signature)) return broken('has a signature that is not ours');
      if (note?.kind === 'pruned') verified.pruned.push(note);
      if (note?.kind === 'continued' && end.sequence === 0) verified.from = note.from;
      const sequence = end.sequence + 1;
      if (sequence === head?.sequence && hash !== head.hash) return broken('is not the one that was written here');
      end = { sequence, hash };
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { ...verified, missing: true, problem: { line: 0, problem: 'was taken away' } };
    throw error;
  }
  if (head !== undefined && head.sequence > end.sequence) return broken(`is missing, with everything up to line ${head.sequence}`);
  if (head === undefined && end.sequence > 0)
    return { ...verified, end, problem: { line: 0, problem: 'has lost its head file: lines may be missing at its end' } };
  return { ...verified, end };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
