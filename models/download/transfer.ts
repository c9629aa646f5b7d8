import type { Clock } from '../../contract/clock.ts';
import { type ByteRange, ByteRanges } from './byte-ranges.ts';
import { type ByteSource, type OpenedFile, sameFile } from './byte-source.ts';
import { DownloadTrouble } from './download-trouble.ts';
import type { PartialFile, Representation } from './partial-file.ts';
import { pourInto } from './pour.ts';

export interface TransferOptions {
  clock: Clock;
  /** Connections at once. */
  parts: number;
  /** Files of fewer bytes come over one connection. */
  parallelFrom: number;
  /** ms without a byte after which a line counts as lost */
  stallMs: number;
  /** Attempts that bring nothing, in a row. */
  retries: number;
  /** One connection, from the first byte: where parts were put together wrongly before. */
  inOnePiece: boolean;
  /** A checksum is known beforehand. */
  proven: boolean;
  /** Bytes that the list says. */
  expected: number | undefined;
  /** Called with what the server has, before any byte of it is kept. True: it is there already, fetch nothing. */
  met(about: Representation): Promise<boolean>;
  /** After every write: bytes that are there. */
  progress(done: number, total: number | undefined): void;
  /** Claims what was written, from time to time; throws when it must not go on. */
  tick(): Promise<void>;
  /** Before a pause between two attempts; undefined: it goes on. */
  waiting(words: string | undefined): void;
}

/** A line that brings less than this before it breaks is not asked again at once. */
const WORTHWHILE = 64 * 1024;
const MAXIMUM_WAIT = 10 * 60_000;

/**
 * Brings a partial file to its end from one source, through lost lines, addresses that run out and files that change. Resolves with true when every byte is
 * written; false: `met` had it already. Rejects with a `DownloadTrouble`, or the signal's reason.
 */
export async function transfer(source: ByteSource, partial: PartialFile, options: TransferOptions, signal: AbortSignal): Promise<boolean> {
  let { inOnePiece } = options;
  let fruitless = 0;
  let changes = 0;
  for (;;) {
    const before = partial.done.bytes;
    try {
      return await attempt(source, partial, { ...options, inOnePiece }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DownloadTrouble)) throw error;
      const gained = partial.done.bytes - before;
      // Without parts every attempt begins at the first byte, so what it brought counts for nothing.
      if (gained >= WORTHWHILE && !inOnePiece) fruitless = 0;
      switch (error.kind) {
        case 'no-ranges':
          if (inOnePiece) throw error;
          inOnePiece = true;
          break;
        case 'changed':
          changes += 1;
          if (changes > options.retries) throw error;
          break;
        case 'expired':
        case 'lost':
        case 'busy': {
          fruitless += 1;
          if (fruitless > options.retries) throw error;
          // An address that ran out in the middle of good work is asked for again at once.
          if (error.kind === 'expired' && fruitless === 1) break;
          const wait = Math.min(MAXIMUM_WAIT, error.waitMs ?? Math.min(30_000, 1000 * 2 ** (fruitless - 1)));
          options.waiting(`${error.message} Trying again in ${Math.ceil(wait / 1000)} s.`);
          await options.clock.sleep(wait, signal);
          options.waiting(undefined);
          break;
        }
        default:
          throw error;
      }
    }
  }
}

async function attempt(source: ByteSource, partial: PartialFile, options: TransferOptions, signal: AbortSignal): Promise<boolean> {
  const lines = new AbortController();
  const inner = AbortSignal.any([signal, lines.signal]);
  const wanted = options.inOnePiece ? undefined : nextSegment(partial, options);
  // Whole already: the journal claims nothing that is not there, and the sum is looked at by whoever called.
  if (wanted === 'none') return true;
  try {
    const opened = await withinTime(options, inner, source.title, (guarded) => source.open(wanted, partial.about, guarded));
    if (await options.met(opened.about)) return false;
    const fresh = partial.about === undefined || !opened.ranges || !sameFile(partial.about, opened.about, options.proven);
    if (!fresh) partial.describe(opened.about);
    else await partial.begin(opened.about);
    if (fresh && opened.ranges && wanted !== undefined && wanted.start > 0) {
      throw new DownloadTrouble('changed', `${source.title} has another file than the one that was begun.`);
    }
    if (!opened.ranges || wanted === undefined) await wholeFile(opened, partial, options, inner, source.title);
    else await inParts(opened, wanted, partial, options, inner, lines, source.title);
    return true;
  } finally {
    lines.abort(new DownloadTrouble('lost', 'Another part of the file could not be fetched.'));
  }
}

/** Small enough that lines share the work to the end and a lost one costs little; large enough that asking costs nothing. */
function segmentBytes(total: number, options: TransferOptions): number {
  if (total < options.parallelFrom || options.parts <= 1) return total;
  return Math.ceil(Math.min(Math.max(total / (options.parts * 4), Math.min(8 * 1024 * 1024, total / options.parts)), 128 * 1024 * 1024));
}

function nextSegment(partial: PartialFile, options: TransferOptions): ByteRange | 'none' {
  const total = partial.about?.total ?? options.expected;
  if (total === undefined || total === 0) return { start: 0, end: Math.ceil(options.parallelFrom / options.parts) };
  const [gap] = partial.done.gaps(total);
  if (gap === undefined) return partial.isComplete ? 'none' : { start: 0, end: total };
  return { start: gap.start, end: Math.min(gap.end, gap.start + segmentBytes(total, options)) };
}

async function wholeFile(
  opened: OpenedFile,
  partial: PartialFile,
  options: TransferOptions,
  signal: AbortSignal,
  title: string,
): Promise<void> {
  const { about } = opened;
  const range = { start: 0, end: about.total ?? Number.POSITIVE_INFINITY };
  const { at, ended } = await pourInto(partial, opened.body, range, options, signal);
  if (about.total === undefined ? !ended : at < about.total) throw new DownloadTrouble('lost', `${title} broke off.`);
  // Only the end tells how long it was, where the server did not.
  if (about.total === undefined) partial.describe({ ...about, total: at, counted: true });
}

async function inParts(
  opened: OpenedFile,
  first: ByteRange,
  partial: PartialFile,
  options: TransferOptions,
  signal: AbortSignal,
  lines: AbortController,
  title: string,
): Promise<void> {
  const total = opened.about.total ?? first.end;
  const size = segmentBytes(total, options);
  const begun = { start: first.start, end: Math.min(first.end, total) };
  const queue = new ByteRanges([...partial.done.list(), begun]).gaps(total).flatMap((gap) => cut(gap, size));
  const fetchAll = async (segment: ByteRange | undefined, body: AsyncIterable<Uint8Array> | undefined): Promise<void> => {
    let open = body;
    for (let next = segment; next !== undefined; next = queue.shift()) {
      for (let at = next.start; at < next.end; ) {
        const range = { start: at, end: next.end };
        const stream = open ?? (await withinTime(options, signal, title, (guarded) => opened.again(range, guarded)));
        open = undefined;
        ({ at } = await pourInto(partial, stream, range, options, signal));
        if (at < next.end && at - range.start < WORTHWHILE) throw new DownloadTrouble('lost', `${title} broke off.`);
      }
    }
  };
  const workers = total < options.parallelFrom ? 1 : Math.max(1, options.parts);
  const work = Array.from({ length: workers }, (_, index) =>
    index === 0 ? fetchAll(begun, opened.body) : fetchAll(queue.shift(), undefined),
  );
  // One that fails ends the others; all must have stopped writing before anybody looks at the file.
  for (const each of work) each.catch((error: unknown) => lines.abort(error));
  const ends = await Promise.allSettled(work);
  const failed = ends.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw lines.signal.aborted ? lines.signal.reason : failed.reason;
}

function cut({ start, end }: ByteRange, size: number): ByteRange[] {
  const count = Math.max(0, Math.ceil((end - start) / size));
  return Array.from({ length: count }, (_, index) => ({ start: start + index * size, end: Math.min(end, start + (index + 1) * size) }));
}

/** A server that takes the wish and never answers is as good as none. */
async function withinTime<T>(
  { clock, stallMs }: TransferOptions,
  signal: AbortSignal,
  title: string,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const settled = new AbortController();
  // The answer's body lives on behind this, so the signal that it hangs on must stay quiet once it came.
  clock.sleep(stallMs, settled.signal).then(
    () => late.abort(new DownloadTrouble('lost', `${title} does not answer.`)),
    () => undefined,
  );
  try {
    return await act(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    signal.throwIfAborted();
    throw late.signal.aborted ? late.signal.reason : error;
  } finally {
    settled.abort();
  }
}
