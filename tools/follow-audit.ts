import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntry } from '../contract/audit.ts';
import type { Clock } from '../contract/clock.ts';
import { hasCode } from '../store/error-code.ts';
import { linesOf, namesIn } from './audit-files.ts';
import { entryOf, searchAudit } from './search-audit.ts';

/** ms between two looks. */
const LOOK_MS = 250;

/**
 * The last entries, oldest first, then every new one as it is written, by whichever process. Ends when `signal` aborts. Reads files only: no host is
 * asked, and none is disturbed.
 */
export async function* followAudit(
  folder: string,
  { last, clock, signal }: { last: number; clock: Clock; signal: AbortSignal },
): AsyncGenerator<AuditEntry> {
  const read = new Map<string, number>();
  for (const { id, size } of await filesIn(folder)) read.set(id, size);
  const shown = last === 0 ? [] : (await searchAudit(folder, { limit: last })).entries.reverse();
  yield* shown;
  // Written between the two looks: seen by both.
  const twice = new Set(shown.map(({ hash }) => hash));
  while (!signal.aborted) {
    for (const { id, file, size } of await filesIn(folder)) {
      const from = read.get(id) ?? 0;
      if (size <= from) continue;
      let end = from;
      for await (const bytes of linesOf(join(folder, file), from)) {
        end += bytes.length + 1;
        const entry = entryOf(file, bytes);
        if (entry !== undefined && !twice.delete(entry.hash)) yield entry;
      }
      read.set(id, end);
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}

/** By their place on the disk: a file that is full gets another name and goes on being the same. */
async function filesIn(folder: string): Promise<{ id: string; file: string; size: number }[]> {
  const found: { id: string; file: string; size: number }[] = [];
  for (const file of await namesIn(folder)) {
    if (!file.endsWith('.jsonl')) continue;
    try {
      const { dev, ino, size } = await stat(join(folder, file), { bigint: true });
      found.push({ id: `${dev} ${ino}`, file, size: Number(size) });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return found;
}
