import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditEntry, AuditFilterSchema } from '../../contract/audit.ts';
import { dataFolderPath } from '../../store/data-folder.ts';
import { verifyAudit } from '../../tools/audit.ts';
import { auditKeyFingerprint, exportAudit, verifyExport } from '../../tools/export-audit.ts';
import { followAudit } from '../../tools/follow-audit.ts';
import { searchAudit } from '../../tools/search-audit.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface SearchOptions {
  tool?: string;
  task?: string;
  outcome?: string;
  since?: string;
  until?: string;
  lines: number;
  json?: boolean;
}

const auditFolder = (): string => join(dataFolderPath(), 'audit');

export async function showTail({ lines, follow, json }: { lines: number; follow?: boolean; json?: boolean }): Promise<void> {
  if (follow !== true) {
    const { entries } = lines === 0 ? { entries: [] } : await searchAudit(auditFolder(), { limit: lines });
    for (const entry of entries.reverse()) show(entry, json);
    return;
  }
  using interrupted = untilInterrupted();
  for await (const entry of followAudit(auditFolder(), { last: lines, clock: systemClock, signal: interrupted.signal })) show(entry, json);
}

export async function searchRecord(text: string | undefined, options: SearchOptions): Promise<void> {
  const { tool, task: turnId, outcome, lines, json } = options;
  const now = systemClock.now();
  const from = options.since === undefined ? undefined : timeOf(options.since, now);
  const to = options.until === undefined ? undefined : timeOf(options.until, now);
  const filter = AuditFilterSchema.safeParse({ text, tool, turnId, outcome, from, to });
  if (!filter.success) {
    const [issue] = filter.error.issues;
    throw new CommandError(`This cannot be searched for: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  if (lines === 0) return;
  const { entries } = await searchAudit(auditFolder(), { ...filter.data, limit: lines });
  for (const entry of entries) show(entry, json);
  if (entries.length === 0 && json !== true) complain('Nothing in the record fits.');
}

export async function exportTask({ task, output }: { task: string; output?: string }): Promise<void> {
  const document = await exportAudit(auditFolder(), task, systemClock.now());
  if (document.lines.length === 0) throw new CommandError(`The record knows no task ${task}.`);
  const text = JSON.stringify(document, undefined, 2);
  if (output === undefined) print(text);
  else {
    await writeFile(output, `${text}\n`, { mode: 0o600 });
    complain(`${document.lines.length} entries written to ${output}.`);
  }
  if (document.problems.length > 0) complain('The record as a whole is broken, and the export says so: jarvis audit verify');
}

export async function verifyRecord(file: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const { entries, problems, key } = file === undefined ? await verifyFolder() : verifyExport(await readFile(file, 'utf8'));
  const own = file === undefined ? undefined : key === (await auditKeyFingerprint(auditFolder()).catch(() => undefined));
  if (json === true)
    printJson({ ok: problems.length === 0, entries, problems, ...(key !== undefined && { key }), ...(own !== undefined && { own }) });
  else {
    for (const { file: where, line, problem } of problems) print(`BAD   ${where}${line === 0 ? '' : ` line ${line}`} ${problem}`);
    if (problems.length === 0) print(`ok    ${entries} entries, unbroken`);
    if (own !== undefined) print(`key   ${key ?? ''}${own ? ' (of this JARVIS)' : ' (not of this JARVIS: compare it with theirs)'}`);
  }
  if (problems.length > 0) process.exitCode = 1;
}

async function verifyFolder() {
  const { lines, problems } = await verifyAudit(auditFolder());
  // A key that cannot be read is among the problems.
  return { entries: lines, problems, key: await auditKeyFingerprint(auditFolder()).catch(() => undefined) };
}

function show(entry: AuditEntry, json: boolean | undefined): void {
  if (json === true) printJson(entry);
  else print(`${entry.time}  ${entry.kind.padEnd(10)} ${wordsOf(entry)}`);
}

function wordsOf(entry: AuditEntry): string {
  const input = entry.input === undefined || entry.input === null ? undefined : JSON.stringify(entry.input);
  return [
    entry.tool,
    entry.name === undefined ? undefined : `"${entry.name}"`,
    entry.act,
    entry.approved === undefined ? undefined : entry.approved ? 'approved' : 'refused',
    entry.by === undefined ? undefined : `by ${entry.by}`,
    entry.source === undefined ? undefined : `from ${entry.source}`,
    entry.dryRun === true ? 'dry run' : undefined,
    input,
    entry.outcome,
    entry.reason,
    entry.turnId === undefined ? undefined : `[${entry.turnId}]`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function timeOf(text: string, now: number): number {
  const ago = /^(\d{1,5})([mhd])$/u.exec(text);
  const unit = ago?.[2];
  if (unit === 'm' || unit === 'h' || unit === 'd') return now - Number(ago?.[1]) * UNITS[unit];
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new CommandError(`"${text}" is no time. Examples: 2026-05-01, 2026-05-01T12:00, 30m, 2h, 3d.`);
  return at;
}
