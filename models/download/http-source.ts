import type { Clock } from '../../contract/clock.ts';
import type { ByteRange } from './byte-ranges.ts';
import { type ByteSource, type OpenedFile, sameFile } from './byte-source.ts';
import { DownloadTrouble, type TroubleKind } from './download-trouble.ts';
import type { Representation } from './partial-file.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpSourceOptions {
  fetch: Fetch;
  /** For servers that say "not before such a time of day". */
  clock: Pick<Clock, 'now'>;
  isMirror: boolean;
  /** A checksum is known beforehand: bytes whose origin nobody can prove may be joined, for the sum will tell. */
  proven: boolean;
  /** A key or the like for this address; it goes to that origin alone, never along a redirect to another. */
  headersFor?: ((url: URL) => Readonly<Record<string, string>> | undefined) | undefined;
}

const REDIRECTS = 10;

/** A file on a server. Redirects are followed by hand: the first address is the one that lasts, and it may tell the publisher's checksum. */
export function httpSource(url: string, options: HttpSourceOptions): ByteSource {
  const title = new URL(url).host;
  return {
    url,
    title,
    isMirror: options.isMirror,
    async open(range, known, signal) {
      const answer = await follow(url, wish(range, known?.url === url ? known : undefined), options, signal);
      const { response, told } = answer;
      if (response.status === 416) {
        // Past the end of what the server has; or an empty file, of which no range can be had.
        await drop(response);
        throw new DownloadTrouble(range?.start === 0 ? 'no-ranges' : 'changed', `${title} has another file by now.`);
      }
      if (!response.ok) throw await troubleOf(response, url, answer, options.clock);
      await refusePage(response, url);
      if (response.status === 206 && range !== undefined) {
        const total = await partOf(response, range);
        const about = describe(url, total, response, told);
        return { about, ranges: true, body: bodyOf(response), again: (next, inner) => nextPart(answer.url, next, about, inner) };
      }
      const about = describe(url, wholeLength(response), response, told);
      const never = (): Promise<never> => Promise.reject(new DownloadTrouble('no-ranges', `${title} does not send parts.`));
      return { about, ranges: false, body: bodyOf(response), again: never } satisfies OpenedFile;
    },
  };

  /** From where the redirects led; such an address may run out. */
  async function nextPart(
    direct: string,
    range: ByteRange,
    about: Representation,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const answer = await follow(direct, wish(range, about), options, signal);
    const { response } = answer;
    if (response.status === 416) {
      await drop(response);
      throw new DownloadTrouble('changed', `${title} has another file by now.`);
    }
    if (!response.ok || isPage(response)) {
      const expired = direct !== url && [400, 401, 403, 404, 410].includes(response.status);
      if (expired || response.ok) {
        await drop(response);
        throw new DownloadTrouble('expired', `The address that ${title} gave has run out.`);
      }
      throw await troubleOf(response, url, answer, options.clock);
    }
    if (response.status !== 206) {
      await drop(response);
      const now = describe(about.url, wholeLength(response), response, NOTHING_TOLD);
      const same = samePart(about, now);
      throw new DownloadTrouble(same ? 'no-ranges' : 'changed', `${title} sent the whole file where a part was asked for.`);
    }
    const total = await partOf(response, range);
    if (!samePart(about, describe(about.url, total, response, NOTHING_TOLD))) {
      await drop(response);
      throw new DownloadTrouble('changed', `${title} changed the file while it was fetched.`);
    }
    return bodyOf(response);
  }
}

function wish(range: ByteRange | undefined, known: Representation | undefined): Record<string, string> {
  // Bytes as they are: a range of something compressed on the way could not be put together.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (range === undefined) return headers;
  headers.range = `bytes=${range.start}-${range.end - 1}`;
  // Where the publisher vouches for a sum there is a better proof, and each of its many servers may have a tag of its own.
  if (known?.validator !== undefined && known.vouched !== true && range.start > 0) headers['if-range'] = known.validator;
  return headers;
}

/** A part comes from where the first answer led to; the tag there is no proof where the publisher vouches for a sum. */
function samePart(about: Representation, now: Representation): boolean {
  if (about.vouched === true) return now.total === undefined || now.total === about.total;
  return sameFile(about, now, true);
}

interface Told {
  sum?: string;
  total?: number;
}

const NOTHING_TOLD: Told = {};

interface Answer {
  response: Response;
  /** Where it came from in the end. */
  url: string;
  /** Said by those on the way, who know the file better than the store of bytes at the end. */
  told: Told;
}

async function follow(url: string, headers: Record<string, string>, options: HttpSourceOptions, signal: AbortSignal): Promise<Answer> {
  const first = new URL(url);
  const told: Told = {};
  let at = first;
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    const own = at.origin === first.origin ? options.headersFor?.(at) : undefined;
    const response = await ask(at, { ...headers, ...own }, options.fetch, signal);
    const sum = sumIn(response.headers.get('x-linked-etag'));
    const total = wholeNumber(response.headers.get('x-linked-size'));
    if (sum !== undefined) told.sum = sum;
    if (total !== undefined) told.total = total;
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return { response, url: at.href, told };
    await drop(response);
    at = nextHop(at, location);
  }
  throw new DownloadTrouble('refused', `${first.host} sends from one address to the next without end.`);
}

async function ask(url: URL, headers: Record<string, string>, fetch: Fetch, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url.href, { headers, redirect: 'manual', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new DownloadTrouble('lost', `${url.host} cannot be reached.`, { cause: error });
  }
}

function nextHop(from: URL, location: string): URL {
  const next = URL.parse(location, from.href);
  if (next === null || !['http:', 'https:'].includes(next.protocol) || (from.protocol === 'https:' && next.protocol === 'http:')) {
    throw new DownloadTrouble('refused', `${from.host} sends on to an address that is not safe to follow.`);
  }
  return next;
}

/** Total of the file, from a part that must begin and end where it was asked to. */
async function partOf(response: Response, range: ByteRange): Promise<number> {
  const said = /^bytes (\d+)-(\d+)\/(\d+)$/u.exec(response.headers.get('content-range') ?? '');
  const [start, last, total] = (said ?? []).slice(1).map(Number);
  const right = start === range.start && last !== undefined && total !== undefined && last + 1 === Math.min(range.end, total);
  if (!right || isEncoded(response)) {
    await drop(response);
    throw new DownloadTrouble('no-ranges', 'The server sends other parts than it is asked for.');
  }
  return total;
}

function describe(url: string, total: number | undefined, response: Response, told: Told): Representation {
  const tag = response.headers.get('etag');
  const strong = tag !== null && !tag.startsWith('W/') ? tag : undefined;
  const validator = strong ?? response.headers.get('last-modified') ?? undefined;
  const sum = told.sum ?? sumIn(tag);
  const length = total ?? (isEncoded(response) ? told.total : undefined);
  return {
    url,
    ...(length !== undefined && { total: length }),
    ...(sum !== undefined && { sum }),
    ...(told.sum !== undefined && { vouched: true }),
    ...(validator !== undefined && { validator }),
  };
}

/** What is compressed on the way has another length than the file. */
const wholeLength = (response: Response): number | undefined =>
  isEncoded(response) ? undefined : wholeNumber(response.headers.get('content-length'));

function isEncoded(response: Response): boolean {
  const encoding = response.headers.get('content-encoding');
  return encoding !== null && encoding.trim() !== '' && encoding.trim().toLowerCase() !== 'identity';
}

function wholeNumber(text: string | null): number | undefined {
  const value = text !== null && /^\d{1,15}$/u.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A SHA-256 where others put any tag. */
function sumIn(tag: string | null): string | undefined {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/iu.exec(tag?.trim() ?? '')?.[1]?.toLowerCase();
}

const isPage = (response: Response): boolean => /^\s*(text\/html|application\/xhtml)/iu.test(response.headers.get('content-type') ?? '');

async function refusePage(response: Response, url: string): Promise<void> {
  if (!isPage(response)) return;
  await drop(response);
  throw new DownloadTrouble(
    'refused',
    `${new URL(url).host} sent a web page instead of the model; perhaps it wants a login: ${pageOf(url)}`,
  );
}

async function troubleOf(response: Response, url: string, answer: Answer, clock: Pick<Clock, 'now'>): Promise<DownloadTrouble> {
  await drop(response);
  const { status } = response;
  const host = new URL(answer.url).host;
  const [kind, words] = meaningOf(status, host, url);
  return new DownloadTrouble(kind, words, { waitMs: waitOf(response, clock) });
}

function meaningOf(status: number, host: string, url: string): [TroubleKind, string] {
  if (status === 401 || status === 403 || status === 451) {
    return ['refused', `This model needs a licence accepted at ${pageOf(url)} (${host} answered ${status}).`];
  }
  if (status === 404 || status === 410) return ['absent', `${host} does not have this file.`];
  if (status === 429 || status === 503) return ['busy', `${host} is too busy (${status}).`];
  if (status >= 500 || status === 408 || status === 425) return ['lost', `${host} failed (${status}).`];
  return ['refused', `${host} refused (${status}).`];
}

/** Where a person can read about the model: the repository's page, where the address has the usual form. */
function pageOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/(resolve|blob|raw)\/.*$/u, '');
}

function waitOf(response: Response, clock: Pick<Clock, 'now'>): number | undefined {
  const text = response.headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = wholeNumber(text);
  const ms = seconds === undefined ? Date.parse(text) - clock.now() : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Can be left at any time, also while a read hangs: the line is freed then. */
function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  const reader = response.body?.getReader();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const read = await reader?.read();
        return read === undefined || read.done ? { done: true, value: undefined } : { done: false, value: read.value };
      },
      async return() {
        await reader?.cancel();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** Frees the line; what the server still wanted to say is of no use. */
async function drop(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
