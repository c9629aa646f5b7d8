import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../store/error-code.ts';
import { CHAIN_START, type ChainEnd, readLine } from './audit-entry.ts';
import { AUDIT_KEY_FILE, AuditSeal, readAuditKey } from './audit-key.ts';

export interface AuditProblem {
  file: string;
  /** 1 = first line; 0 = the file as a whole. */
  line: number;
  problem: string;
}

/**
 * Reads every audit file of a folder and names in each the first line that was altered, dropped or moved; also files that were shortened or taken away.
 * A last line without its line feed (being written, or torn by a crash) counts as not written. Changes nothing; may run beside a writer.
 * What it cannot see: a folder put back as a whole, with its key and heads, to an earlier day.
 */
export async function verifyAudit(folder: string): Promise<{ lines: number; problems: AuditProblem[] }> {
  const names = await namesIn(folder);
  const files = new Set(names.filter((name) => name.endsWith('.jsonl')));
  for (const name of names) if (name.endsWith('.jsonl.head')) files.add(name.slice(0, -'.head'.length));
  if (files.size === 0) return { lines: 0, problems: [] };
  const key = await readAuditKey(folder);
  if (key === undefined)
    return { lines: 0, problems: [{ file: AUDIT_KEY_FILE, line: 0, problem: 'is missing: no signature can be checked' }] };
  const seal = new AuditSeal(key);
  let lines = 0;
  const problems: AuditProblem[] = [];
  for (const file of [...files].sort()) {
    const read = await verifyFile(join(folder, file), seal);
    lines += read.lines;
    if (read.problem !== undefined) problems.push({ file, ...read.problem });
  }
  return { lines, problems };
}

interface Verified {
  lines: number;
  problem?: { line: number; problem: string };
}

async function verifyFile(path: string, seal: AuditSeal): Promise<Verified> {
  // The head first: a writer beside us may add lines meanwhile, but takes none away.
  const headText = await textOf(`${path}.head`);
  const head = headText === undefined ? undefined : seal.readHead(headText);
  if (headText !== undefined && head === undefined) return { lines: 0, problem: { line: 0, problem: 'has a head file that is not ours' } };
  let end: ChainEnd = CHAIN_START;
  const broken = (problem: string): Verified => ({ lines: end.sequence, problem: { line: end.sequence + 1, problem } });
  try {
    for await (const bytes of linesOf(path)) {
      const line = readLine(bytes);
      if (line === undefined) return broken('was altered, or is no audit line');
      if (line.sequence !== end.sequence + 1 || line.previous !== end.hash) {
        return broken('does not follow the line before: something was dropped or moved');
      }
      if (line.signature !== undefined && !seal.isCheckpoint(end.hash, line.signature)) return broken('has a signature that is not ours');
      if (line.sequence === head?.sequence && line.hash !== head.hash) return broken('is not the one that was written here');
      end = line;
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { lines: 0, problem: { line: 0, problem: 'was taken away' } };
    throw error;
  }
  if (head !== undefined && head.sequence > end.sequence) return broken(`is missing, with everything up to line ${head.sequence}`);
  if (head === undefined && end.sequence > 0)
    return { lines: end.sequence, problem: { line: 0, problem: 'has lost its head file: lines may be missing at its end' } };
  return { lines: end.sequence };
}

/** Lines without their line feeds; an unfinished last one is left out. */
async function* linesOf(path: string): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('an audit file reads as bytes');
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      yield bytes.subarray(from, end);
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
