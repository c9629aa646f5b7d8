import type { Clock } from '../../contract/clock.ts';
import type { ByteRange } from './byte-ranges.ts';
import type { PartialFile } from './partial-file.ts';

export interface PourOptions {
  clock: Clock;
  /** ms without a byte after which a line counts as lost */
  stallMs: number;
  progress(done: number, total: number | undefined): void;
  tick(): Promise<void>;
}

/** Bytes that may wait for the disk before the line is held back. */
const AHEAD = 4 * 1024 * 1024;

export interface Poured {
  /** Behind the last byte that was written. */
  at: number;
  /** False: the line broke, or stood still. */
  ended: boolean;
}

/**
 * Writes a body to its place in the file: a fast line in large pieces, a slow one at once. More than the range is cut off. A line that breaks is no error
 * here, what came of it counts. Rejects when it cannot be written, or with the signal's reason.
 */
export async function pourInto(
  partial: PartialFile,
  body: AsyncIterable<Uint8Array>,
  range: ByteRange,
  options: PourOptions,
  signal: AbortSignal,
): Promise<Poured> {
  const over = new AbortController();
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => undefined);
  let beats = 0;
  let at = range.start;
  let received = range.start;
  let waiting: Uint8Array[] = [];
  let failure: unknown;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        const chunks = waiting;
        waiting = [];
        await partial.write(at, chunks);
        at += chunks.reduce((sum, each) => sum + each.byteLength, 0);
        beats += 1;
        options.progress(partial.done.bytes, partial.about?.total);
        await options.tick();
      }
    } catch (error) {
      failure = error;
    } finally {
      writing = undefined;
    }
  };
  const watch = async (): Promise<void> => {
    for (let seen = -1; seen !== beats; ) {
      seen = beats;
      await options.clock.sleep(options.stallMs, over.signal);
    }
    late.reject(new Error('the line stands still'));
  };
  watch().catch(() => undefined);
  signal.addEventListener('abort', () => late.reject(signal.reason), { signal: over.signal });

  let ended = false;
  const chunks = body[Symbol.asyncIterator]();
  try {
    signal.throwIfAborted();
    while (received < range.end) {
      const next = await Promise.race([chunks.next(), late.promise]);
      if (next.done === true) {
        ended = true;
        break;
      }
      beats += 1;
      const piece = next.value.subarray(0, range.end - received);
      received += piece.byteLength;
      if (piece.byteLength > 0) waiting.push(piece);
      writing ??= write();
      if (received - at >= AHEAD) await writing;
      if (failure !== undefined) break;
    }
    if (received === range.end) ended = true;
  } catch {
    // A line that broke is told by the place that was reached, unless it was cut on purpose.
    if (signal.aborted) failure ??= signal.reason;
  } finally {
    over.abort();
    // Not awaited: a line that hangs would hang this too. One that has said all may be used again.
    if (ended) leaveAtEnd(chunks);
    else leave(chunks);
    await writing;
  }
  if (failure !== undefined) throw failure;
  return { at, ended };
}

function leave(chunks: AsyncIterator<Uint8Array>): void {
  chunks.return?.(undefined)?.catch(() => undefined);
}

function leaveAtEnd(chunks: AsyncIterator<Uint8Array>): void {
  chunks.next().then(
    (next) => {
      if (next.done !== true) leave(chunks);
    },
    () => undefined,
  );
}
