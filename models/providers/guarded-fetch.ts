import type { Clock } from '../../contract/clock.ts';
import type { FailureNature, FailureSubject } from './failure-nature.ts';
import { ProviderFailure, providerFailure } from './provider-failure.ts';

/** What the platform's own `fetch` is. */
export type WebFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface AnswerLimits {
  /** ms until the first byte of the answer. */
  firstByteMs: number;
  /** ms between one piece of the answer and the next. */
  betweenBytesMs: number;
  /** Bytes of one answer. */
  maximumBytes: number;
  /** Bytes without an end of line in between, for streams. */
  maximumLineBytes: number;
}

export interface GuardOptions {
  fetch: WebFetch;
  clock: Clock;
  limits: AnswerLimits;
  /** Read anew for every request. */
  key(): Promise<string | undefined>;
  /** How this kind of server takes the key. */
  header: { name: string; prefix: string };
  /** Whom failures are about. */
  name: string;
  model?: string;
  /** What is expected: server-sent events, lines of JSON, or one piece of JSON. */
  answer: 'events' | 'lines' | 'json';
}

/** Headers that the SDKs put keys into. What they were given is a placeholder; here alone is the key known. */
const KEY_HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'];
const MOST_ERROR_BYTES = 65_536;

/**
 * A `fetch` for one provider: puts the key in, follows nobody to another address (a key, and what was said, must not end up there), watches the time and the
 * size, and rejects with a `ProviderFailure` for everything that is not the answer asked for. An abort by the caller rejects with the signal's reason.
 */
export function guardedFetch(options: GuardOptions): WebFetch {
  return async (input, init) => {
    const { signal: callerSignal } = init ?? {};
    callerSignal?.throwIfAborted();
    const key = await options.key();
    const headers = new Headers(init?.headers);
    for (const name of KEY_HEADERS) headers.delete(name);
    if (key !== undefined && key !== '') setKey(headers, options, key);
    const own = new AbortController();
    const watch = new AnswerWatch(options, own, key);
    try {
      const response = await watch.first(
        options.fetch(input, {
          ...init,
          headers,
          redirect: 'manual',
          signal: callerSignal ? AbortSignal.any([callerSignal, own.signal]) : own.signal,
        }),
      );
      return await examine(response, options, watch);
    } catch (error) {
      callerSignal?.throwIfAborted();
      own.abort(error);
      throw watch.failure(error);
    }
  };
}

function setKey(headers: Headers, { header, name }: GuardOptions, key: string): void {
  try {
    headers.set(header.name, header.prefix + key);
  } catch {
    // The error of `set` repeats the key.
    throw new ProviderFailure({ kind: 'key', sentence: 'The key of {name} holds signs that no key can have.' }, { name });
  }
}

async function examine(response: Response, { answer }: GuardOptions, watch: AnswerWatch): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  if (response.status >= 300) {
    const body = await watch.text(response, MOST_ERROR_BYTES);
    throw watch.failure({ status: response.status, headers: response.headers, body: /html/iu.test(type) ? '' : body });
  }
  if (response.body === null) throw watch.broken();
  if (/\bhtml\b/iu.test(type)) {
    await response.body.cancel();
    throw watch.failure({ kind: 'broken-answer', retryable: false, sentence: 'At the address of {name} is a web page, not a model.' });
  }
  if (answer === 'events' && /^application\/json\b/iu.test(type)) {
    const body = await watch.text(response, MOST_ERROR_BYTES);
    if (/"error"/u.test(body)) throw watch.failure({ status: 500, headers: response.headers, body });
    throw watch.broken();
  }
  return new Response(watch.body(response.body), response);
}

/** Time and size of one answer. */
class AnswerWatch {
  readonly #options: GuardOptions;
  readonly #request: AbortController;
  readonly #key: string | undefined;
  #bytes = 0;
  #line = 0;
  #tail = '';

  constructor(options: GuardOptions, request: AbortController, key: string | undefined) {
    this.#options = options;
    this.#request = request;
    this.#key = key;
  }

  first<T>(work: Promise<T>): Promise<T> {
    return this.#within(work, this.#options.limits.firstByteMs, { kind: 'timed-out' });
  }

  async text(response: Response, most: number): Promise<string> {
    const reader = response.body?.getReader();
    if (reader === undefined) return '';
    const decoder = new TextDecoder();
    let text = '';
    for (let bytes = 0; bytes < most; ) {
      const { done, value } = await this.#next(reader);
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
    return text;
  }

  body(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = source.getReader();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const { done, value } = await this.#next(reader);
            if (done) return controller.close();
            this.#measure(value);
            controller.enqueue(value);
            if (!this.#isLast(value)) return;
            // Some servers keep the connection open after the last event.
            controller.close();
            await reader.cancel();
          } catch (error) {
            this.#request.abort(error);
            controller.error(isAbort(error) ? error : this.failure(error));
          }
        },
        cancel: (reason) => {
          this.#request.abort(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  broken(sentence?: string): ProviderFailure {
    return this.failure({ kind: 'broken-answer', ...(sentence === undefined ? {} : { sentence }) });
  }

  failure(error: unknown): ProviderFailure {
    const { name, model, clock } = this.#options;
    const subject: FailureSubject = {
      name,
      now: clock.now(),
      ...(model === undefined ? {} : { model }),
      ...(this.#key === undefined ? {} : { key: this.#key }),
    };
    return isNature(error) ? new ProviderFailure(error, subject) : providerFailure(error, subject);
  }

  #next(reader: ReadableStreamDefaultReader<Uint8Array>): ReturnType<typeof reader.read> {
    const { firstByteMs, betweenBytesMs } = this.#options.limits;
    return this.#bytes === 0
      ? this.#within(reader.read(), firstByteMs, { kind: 'timed-out' })
      : this.#within(reader.read(), betweenBytesMs, { kind: 'timed-out', sentence: '{name} fell silent in the middle of its answer.' });
  }

  /** Its time runs only while we wait for the other side: a slow reader of ours is no fault of the server's. */
  async #within<T>(work: Promise<T>, ms: number, late: FailureNature): Promise<T> {
    const done = new AbortController();
    const expiry = this.#options.clock.sleep(ms, done.signal).then(() => {
      const failure = this.failure(late);
      this.#request.abort(failure);
      throw failure;
    });
    expiry.catch(() => undefined); // ended in time
    try {
      return await Promise.race([work, expiry]);
    } finally {
      done.abort();
      work.catch(() => undefined); // lost the race; its error is that of the expiry
    }
  }

  #measure(piece: Uint8Array): void {
    const { maximumBytes, maximumLineBytes } = this.#options.limits;
    this.#bytes += piece.byteLength;
    if (this.#bytes > maximumBytes) throw this.broken('{name} does not come to an end with its answer.');
    if (this.#options.answer === 'json') return;
    const end = piece.lastIndexOf(10);
    this.#line = end === -1 ? this.#line + piece.byteLength : piece.byteLength - end - 1;
    if (this.#line > maximumLineBytes) throw this.broken();
  }

  #isLast(piece: Uint8Array): boolean {
    if (this.#options.answer !== 'events') return false;
    this.#tail = (this.#tail + Buffer.from(piece.subarray(-24)).toString('latin1')).slice(-24);
    return /^data: ?\[DONE\]\r?\n\r?\n$/mu.test(this.#tail);
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const isNature = (value: unknown): value is FailureNature =>
  typeof value === 'object' && value !== null && !(value instanceof Error) && 'kind' in value;
