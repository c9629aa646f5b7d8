import { type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from '../../contract/clock.ts';
import { ConnectionProblem, problemOfSocketError } from './connection-problem.ts';

export interface HttpRequest {
  url: string;
  method?: 'GET' | 'POST';
  /** Sent as a form. */
  form?: Readonly<Record<string, string>>;
  /** Take a certificate that no authority has signed; the built-in `fetch` cannot. */
  insecure?: boolean | undefined;
  clock: Clock;
}

export interface HttpAnswer {
  status: number;
  contentType: string;
  body: Uint8Array;
}

const limitMs = 15_000;
const largestBody = 20 * 1024 * 1024;

/** Follows no redirections. @throws ConnectionProblem; the signal's reason */
export async function httpRequest({ url, method = 'GET', form, insecure, clock }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const target = new URL(url);
  const sent = form && new URLSearchParams(form).toString();
  const done = new AbortController();
  const tooLate = new AbortController();
  clock.sleep(limitMs, done.signal).then(
    () => tooLate.abort(),
    () => undefined,
  );
  const options: RequestOptions = {
    method,
    signal: AbortSignal.any([signal, tooLate.signal]),
    ...(sent !== undefined && {
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(sent) },
    }),
  };
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const outgoing =
        target.protocol === 'https:'
          ? requestHttps(target, { ...options, ...(insecure === true && { rejectUnauthorized: false }) })
          : requestHttp(target, options);
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on('data', (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length > largestBody) incoming.destroy(new ConnectionProblem('lost', `${target.origin} sent more than can be taken.`));
        });
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, contentType: incoming.headers['content-type'] ?? '', body: Buffer.concat(chunks) }),
        );
      });
      outgoing.end(sent);
    });
  } catch (error) {
    signal.throwIfAborted();
    if (tooLate.signal.aborted) throw new ConnectionProblem('unreachable', `${target.origin} has not answered.`, { cause: error });
    if (error instanceof ConnectionProblem || !(error instanceof Error)) throw error;
    throw problemOfSocketError(error, target.origin);
  } finally {
    done.abort();
  }
}
