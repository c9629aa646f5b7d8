import { dirname, join } from 'node:path';
import type { AuditEntry } from '../contract/audit.ts';
import type { Audit } from './audit.ts';
import type { AuditBody } from './audit-entry.ts';
import { CURRENT_FILE, namesIn, numberedFiles } from './audit-files.ts';
import { linesBackwards } from './lines-backwards.ts';
import { entryOf } from './search-audit.ts';

/** Lines looked back: far more than can be under way at once. */
const MOST_LINES = 5_000;

export const NOT_BEGUN = 'JARVIS ended before this was begun: nothing was done.';
export const PERHAPS_DONE = 'JARVIS ended after this was begun: it may have been done.';

/**
 * Gives every call that an earlier run left open its end in the record: what was never begun was not done, what was begun may have been. For the one host
 * of a folder, before it takes calls of its own. Resolves with how many there were of each.
 */
export async function closeUnfinished(audit: Audit): Promise<{ notBegun: number; perhapsDone: number }> {
  const folder = dirname(audit.path);
  if (!audit.path.endsWith(CURRENT_FILE)) return { notBegun: 0, perhapsDone: 0 };
  const open = new Map<string, AuditEntry[]>();
  for (const entry of await lastEntries(folder)) {
    if (entry.requestId === undefined || entry.tool === undefined) continue;
    if (entry.kind === 'ended') open.delete(entry.requestId);
    else if (entry.kind === 'requested' || entry.kind === 'started')
      open.set(entry.requestId, [...(open.get(entry.requestId) ?? []), entry]);
  }
  const ends = [...open.values()].map((entries) => endOf(entries));
  if (ends.length > 0) await audit.write(ends, { durable: true });
  const perhapsDone = ends.filter((end) => 'reason' in end && end.reason === PERHAPS_DONE).length;
  return { notBegun: ends.length - perhapsDone, perhapsDone };
}

function endOf(entries: readonly AuditEntry[]): AuditBody {
  const last = entries.at(-1);
  const reason = entries.some(({ kind }) => kind === 'started') ? PERHAPS_DONE : NOT_BEGUN;
  const { requestId = '', turnId = '', tool = '', digest = '' } = last ?? {};
  return { kind: 'ended', requestId, turnId, tool, digest, outcome: 'failed', reason };
}

/** Oldest first. */
async function lastEntries(folder: string): Promise<AuditEntry[]> {
  const names = await namesIn(folder);
  const found: AuditEntry[] = [];
  for (const file of [CURRENT_FILE, ...numberedFiles(names).reverse()]) {
    for await (const bytes of linesBackwards(join(folder, file))) {
      const entry = entryOf(file, bytes);
      if (entry !== undefined) found.push(entry);
      if (found.length >= MOST_LINES) return found.reverse();
    }
  }
  return found.reverse();
}
