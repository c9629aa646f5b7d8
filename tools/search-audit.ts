import { join } from 'node:path';
import { type AuditEntry, AuditEntrySchema, type AuditFilter, type AuditPage } from '../contract/audit.ts';
import { hasCode } from '../store/error-code.ts';
import { CURRENT_FILE, namesIn, numberedFiles, numberOf } from './audit-files.ts';
import { linesBackwards } from './lines-backwards.ts';
import { fitsWildcard } from './policy/wildcard.ts';

interface FoundLine {
  file: string;
  bytes: Buffer;
  /** ISO 8601, so that they sort as they are. */
  time: string;
}

/** Entries that fit, newest first, read from the end of the files: works beside a running host. `before` is the `next` of the page before. */
export async function searchAudit(
  folder: string,
  options: AuditFilter & { limit: number; before?: string | undefined },
): Promise<AuditPage> {
  const { limit, before } = options;
  const place = before === undefined ? undefined : placeOf(before);
  const fits = filterOf(options);
  const entries: AuditEntry[] = [];
  let reached = place === undefined;
  for await (const { file, bytes, time } of newestFirst(folder, options.from)) {
    if (place !== undefined && !reached) {
      if (time > place.time) continue;
      // Behind it: the line itself may have been deleted meanwhile.
      if (time < place.time) reached = true;
      else {
        reached = bytes.includes(place.hash);
        continue;
      }
    }
    if (!fits.mayFit(bytes)) continue;
    const entry = entryOf(file, bytes);
    if (entry === undefined || !fits.fits(entry)) continue;
    entries.push(entry);
    if (entries.length === limit) return { entries, next: `${entry.time} ${entry.hash}` };
  }
  return { entries };
}

/** A line as people read it; undefined when it is none. Does not prove that it is what was written: `verifyAudit` does. */
export function entryOf(file: string, bytes: Buffer): AuditEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('sequence' in value)) return undefined;
  return AuditEntrySchema.safeParse({ ...value, file, line: value.sequence }).data;
}

interface Filter {
  /** Over the bytes, before anything is parsed: false only for what does not fit. */
  mayFit(bytes: Buffer): boolean;
  fits(entry: AuditEntry): boolean;
}

function filterOf({ text, tool, turnId, outcome, from, to }: AuditFilter): Filter {
  const needles = [
    ...(turnId === undefined ? [] : [`"turnId":${JSON.stringify(turnId)}`]),
    ...(outcome === undefined ? [] : [`"outcome":"${outcome}"`]),
  ];
  const wanted = text?.toLowerCase();
  return {
    mayFit: (bytes) =>
      needles.every((needle) => bytes.includes(needle)) && (wanted === undefined || bytes.toString('utf8').toLowerCase().includes(wanted)),
    fits(entry) {
      const at = Date.parse(entry.time);
      return (
        (turnId === undefined || entry.turnId === turnId) &&
        (outcome === undefined || entry.outcome === outcome) &&
        (from === undefined || at >= from) &&
        (to === undefined || at <= to) &&
        (tool === undefined || (entry.tool !== undefined && fitsWildcard(tool, entry.tool)))
      );
    },
  };
}

function placeOf(before: string): { time: string; hash: string } {
  const [time = '', hash = ''] = before.split(' ');
  return { time, hash: `"hash":"${hash}"` };
}

/** All files of the folder as one stream. @param from ms since the epoch; older lines are not read */
async function* newestFirst(folder: string, from: number | undefined): AsyncGenerator<FoundLine> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.jsonl'));
  const chain = [...(names.includes(CURRENT_FILE) ? [CURRENT_FILE] : []), ...numberedFiles(names).reverse()];
  const others = names.filter((name) => name !== CURRENT_FILE && numberOf(name) === undefined).sort();
  const streams = [chain, ...others.map((name) => [name])].map((files) => linesOfFiles(folder, files));
  const heads: { line: FoundLine; stream: AsyncGenerator<FoundLine> }[] = [];
  try {
    for (const stream of streams) {
      const first = await stream.next();
      if (first.done !== true) heads.push({ line: first.value, stream });
    }
    const oldest = from === undefined ? '' : new Date(from).toISOString();
    while (heads.length > 0) {
      // Few files are written at the same time, so looking through all heads is quick enough.
      const newest = heads.reduce((best, each) => (each.line.time > best.line.time ? each : best));
      if (newest.line.time < oldest) return;
      yield newest.line;
      const following = await newest.stream.next();
      if (following.done === true) heads.splice(heads.indexOf(newest), 1);
      else newest.line = following.value;
    }
  } finally {
    for (const stream of streams) await stream.return(undefined);
  }
}

async function* linesOfFiles(folder: string, files: readonly string[]): AsyncGenerator<FoundLine> {
  let last = '9';
  for (const file of files) {
    try {
      for await (const bytes of linesBackwards(join(folder, file))) {
        // Without a time of its own (altered, or the clock was set back) a line keeps its place.
        const time = timeIn(bytes);
        last = time === undefined || time > last ? last : time;
        yield { file, bytes, time: last };
      }
    } catch (error) {
      // Deleted, or given its number, while we were reading.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
}

const TIME = Buffer.from('"time":"');
/** Characters of an ISO 8601 time with milliseconds in UTC. */
const TIME_LENGTH = 24;

/** The writer's own time is the last member of that name: `tool` and `turnId`, which come behind it, are texts. */
function timeIn(bytes: Buffer): string | undefined {
  const at = bytes.lastIndexOf(TIME);
  if (at === -1) return undefined;
  return bytes.toString('latin1', at + TIME.length, at + TIME.length + TIME_LENGTH);
}
