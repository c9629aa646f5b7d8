import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import type { ByteSource } from './byte-source.ts';
import { type FileSum, faultOf, sumOfFile } from './check-file.ts';
import { bytesInWords, DownloadTrouble, diskTrouble } from './download-trouble.ts';
import { type OpenPart, PartialFile, type Representation, syncFolder } from './partial-file.ts';
import { type TransferOptions, transfer } from './transfer.ts';

/** How it is known that the file is the right one: the sum of the list, the publisher's own, its length alone, or not at all. */
export type Proof = 'list' | 'publisher' | 'size' | 'nothing';

export interface FetchedFile {
  path: string;
  bytes: number;
  sha256: string;
  proof: Proof;
}

export interface FileWish {
  /** Where it shall lie in the end. */
  target: string;
  title: string;
  /** Exact, where the list knows it. */
  bytes: number | undefined;
  sha256: string | undefined;
  /** What was verified already, before it was moved to its place. */
  settled: Omit<FetchedFile, 'path'> | undefined;
}

export interface FetchOptions extends Pick<TransferOptions, 'parts' | 'parallelFrom' | 'stallMs' | 'retries' | 'progress' | 'waiting'> {
  clock: Clock;
  openPart: OpenPart;
  /** Where files go that must never be loaded. */
  quarantine: string;
  newId: () => string;
  /** Rejects with trouble `disk` when so many bytes more have no room. */
  checkSpace(bytes: number): Promise<void>;
  /** Bytes and ms after which what was written is claimed. */
  claimBytes: number;
  claimMs: number;
  checking(): void;
  /** Verified; kept before the file moves, so that a kill in between costs nothing. */
  settling(fetched: FetchedFile): Promise<void>;
}

/** A file was refused and put away. */
class BadFile extends DownloadTrouble {}

/**
 * Brings a file to its place, whole and verified, or not at all. Sources are tried in order. Rejects with a `DownloadTrouble`, or the signal's reason; what was
 * written by then stays for the next time, except for a file that came wrong: that is in quarantine.
 */
export async function fetchFile(
  wish: FileWish,
  sources: readonly ByteSource[],
  options: FetchOptions,
  signal: AbortSignal,
): Promise<FetchedFile> {
  try {
    await mkdir(dirname(wish.target), { recursive: true });
  } catch (error) {
    throw diskTrouble(error, dirname(wish.target)) ?? error;
  }
  const there = await sumOfFile(wish.target, signal);
  const known = knownFile(wish, there);
  if (known !== undefined) return known;
  const said: string[] = [];
  for (const [index, source] of sources.entries()) {
    try {
      return await fromSource(
        source,
        wish,
        there,
        { ...options, retries: isLast(index) ? options.retries : Math.min(2, options.retries) },
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DownloadTrouble) || error.kind === 'disk') throw error;
      if (isLast(index) && !source.isMirror) throw error;
      said.push(error.message);
      if (isLast(index))
        throw new DownloadTrouble(error.kind, `${[...new Set(said)].join(' ')} Only the mirror may be asked.`, { cause: error });
    }
  }
  throw new DownloadTrouble('absent', 'There is no place to fetch it from.');

  function isLast(index: number): boolean {
    return index === sources.length - 1;
  }
}

function knownFile(wish: FileWish, there: FileSum | undefined): FetchedFile | undefined {
  if (there === undefined) return undefined;
  const { bytes, sha256 } = there;
  if (wish.sha256 === sha256) return { path: wish.target, bytes, sha256, proof: 'list' };
  return wish.settled?.sha256 === sha256 ? { path: wish.target, ...wish.settled } : undefined;
}

async function fromSource(
  source: ByteSource,
  wish: FileWish,
  there: FileSum | undefined,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const path = `${wish.target}.part`;
  for (let inOnePiece = false; ; ) {
    let wasJoined = false;
    let about: Representation | undefined;
    {
      await using partial = await PartialFile.open(path, options.openPart);
      const resumed = partial.done.bytes > 0;
      if (resumed) options.progress(partial.done.bytes, partial.about?.total);
      const claims = claimer(partial, options);
      const met = (now: Representation): Promise<boolean> => meet(now, wish, there, partial, source, options);
      try {
        const needed = await transfer(
          source,
          partial,
          { ...options, inOnePiece, proven: wish.sha256 !== undefined, expected: wish.bytes, met, tick: claims.tick },
          signal,
        );
        ({ about } = partial);
        // All of it must be on the disk before it gets its name.
        await partial.checkpoint();
        if (!needed && there !== undefined) return { path: wish.target, bytes: there.bytes, sha256: there.sha256, proof: 'publisher' };
      } finally {
        // Also on the way out: a pause must not lose what came. A disk that refuses leaves the older claim, which still holds.
        await claims.last();
      }
      wasJoined = resumed || (!inOnePiece && (about?.total ?? 0) >= options.parallelFrom);
    }
    options.checking();
    const came = await sumOfFile(path, signal);
    if (came === undefined) throw new DownloadTrouble('disk', `${path} was taken away while it was fetched.`);
    const wantedSum = wish.sha256 ?? about?.sum;
    const fault = faultOf(wish.target, came, { bytes: wish.bytes ?? about?.total, sha256: wantedSum });
    if (fault === undefined) {
      const proof: Proof =
        wish.sha256 !== undefined ? 'list' : about?.sum !== undefined ? 'publisher' : sizeWasTold(wish, about) ? 'size' : 'nothing';
      return await settle(path, { path: wish.target, bytes: came.bytes, sha256: came.sha256, proof }, options);
    }
    if (!wasJoined) throw await putAway(path, wish, source, came, fault, wantedSum, options);
    // Joined wrongly by us or by a server that lies about parts: once more, in a way that cannot be.
    options.waiting(`${fault} It is fetched once more, in one piece.`);
    await using partial = await PartialFile.open(path, options.openPart);
    if (partial.about !== undefined) await partial.begin(partial.about);
    inOnePiece = true;
  }
}

const sizeWasTold = (wish: FileWish, about: Representation | undefined): boolean =>
  wish.bytes !== undefined || (about?.total !== undefined && about.counted !== true);

/** Looks at what the server has before a byte of it is kept. True: it lies there already. */
async function meet(
  about: Representation,
  wish: FileWish,
  there: FileSum | undefined,
  partial: PartialFile,
  source: ByteSource,
  options: FetchOptions,
): Promise<boolean> {
  if (wish.bytes !== undefined && about.total !== undefined && wish.bytes !== about.total) {
    throw new DownloadTrouble(
      'mismatch',
      `${source.title} has another file than the list: ${bytesInWords(about.total)} (${about.total} bytes) instead of ${wish.bytes} bytes.`,
    );
  }
  if (about.vouched === true && wish.sha256 !== undefined && about.sum !== wish.sha256) {
    throw new DownloadTrouble('mismatch', `${source.title} has another file than the list: its checksum is another.`);
  }
  if (there !== undefined && wish.sha256 === undefined && about.sum === there.sha256) return true;
  if (about.total !== undefined) await options.checkSpace(about.total - partial.done.bytes);
  return false;
}

interface Claims {
  tick(): Promise<void>;
  last(): Promise<void>;
}

/** Claims written bytes now and then, beside the writing; a claim that fails is told by the next tick. */
function claimer(partial: PartialFile, options: FetchOptions): Claims {
  let bytes = partial.done.bytes;
  let at = options.clock.monotonic();
  let running: Promise<void> | undefined;
  let failure: unknown;
  const isDue = (): boolean =>
    Math.abs(partial.done.bytes - bytes) >= options.claimBytes || options.clock.monotonic() - at >= options.claimMs;
  const claim = async (): Promise<void> => {
    try {
      // Again where enough came meanwhile: a line that stands still afterwards brings no tick.
      do {
        bytes = partial.done.bytes;
        at = options.clock.monotonic();
        await options.checkSpace(0);
        await partial.checkpoint();
      } while (isDue());
    } catch (error) {
      failure = error;
    } finally {
      running = undefined;
    }
  };
  return {
    async tick() {
      if (failure !== undefined) throw failure;
      if (isDue()) running ??= claim();
    },
    async last() {
      await running;
      await partial.checkpoint().catch(() => undefined);
    },
  };
}

async function settle(path: string, fetched: FetchedFile, options: FetchOptions): Promise<FetchedFile> {
  await options.settling(fetched);
  try {
    await rename(path, fetched.path);
    await syncFolder(dirname(fetched.path));
    await rm(`${path}.json`, { force: true });
  } catch (error) {
    throw diskTrouble(error, fetched.path) ?? error;
  }
  return fetched;
}

async function putAway(
  path: string,
  wish: FileWish,
  source: ByteSource,
  came: FileSum,
  fault: string,
  wantedSum: string | undefined,
  options: FetchOptions,
): Promise<BadFile> {
  const place = join(options.quarantine, `${basename(wish.target)}.${options.newId()}.bad`);
  const note = {
    reason: fault,
    from: source.url,
    expected: { bytes: wish.bytes, sha256: wantedSum },
    found: came,
    at: options.clock.now(),
  };
  await mkdir(options.quarantine, { recursive: true });
  await rename(path, place);
  await rm(`${path}.json`, { force: true });
  // For people; the file is out of the way with or without it.
  await writeFile(`${place}.json`, `${JSON.stringify(note, undefined, 2)}\n`).catch(() => undefined);
  return new BadFile('mismatch', `${wish.title} from ${source.title} is not used: ${fault} It is kept in ${options.quarantine}.`);
}
