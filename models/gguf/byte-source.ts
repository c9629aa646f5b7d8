import type { FileHandle } from 'node:fs/promises';
import { GgufError } from './gguf-error.ts';

/** Bytes that can be asked for in any order, wherever they lie. */
export interface ByteSource {
  /** Bytes in all; undefined while nobody has told. */
  size(): number | undefined;
  /** `length` bytes from `offset` on; fewer only where the source ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Of a file that somebody else opens and closes. */
export async function fileByteSource(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    size: () => size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const bytes = new Uint8Array(wanted);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await handle.read(bytes, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    },
  };
}

export function memoryByteSource(bytes: Uint8Array): ByteSource {
  return {
    size: () => bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

const CONTENT_RANGE = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/u;

/** Bytes of a file that is only given whole which are read to get at a part of it. */
const WHOLE_MOST = 32 * 1024 * 1024;

/**
 * Of a file on a server, by ranges, so that a model can be looked at before it is fetched. A server that gives files only whole is listened to from the
 * beginning each time, and broken off; what lies far behind is not had from it. Throws `GgufError` where it cannot be reached, the signal's reason when aborted.
 */
export function urlByteSource(url: URL, ask: typeof fetch, signal?: AbortSignal): ByteSource {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new GgufError('unsupported', `Only http and https addresses can be read, not ${url.protocol}`);
  let size: number | undefined;
  return {
    size: () => size,
    async read(offset, length) {
      if (length === 0 || (size !== undefined && offset >= size)) return new Uint8Array(0);
      let response: Response;
      try {
        response = await ask(url, {
          headers: { range: `bytes=${offset}-${offset + length - 1}`, 'accept-encoding': 'identity' },
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw new GgufError('unreachable', `${url.host} cannot be reached`, { cause: error });
      }
      try {
        if (response.status === 416) return new Uint8Array(0);
        if (response.status === 200) {
          if (offset + length > WHOLE_MOST)
            throw new GgufError('unsupported', `${url.host} gives files only whole, and the beginning of this one is too long to look at`);
          return (await atMost(response, offset + length, url, signal)).subarray(offset);
        }
        if (response.status !== 206) throw new GgufError('unreachable', `${url.host} answered ${response.status} for this file`);
        const range = CONTENT_RANGE.exec(response.headers.get('content-range') ?? '');
        if (range === null || Number(range[1]) !== offset)
          throw new GgufError('unreachable', `${url.host} sent another part of the file than was asked for`);
        if (range[3] !== '*') size = Number(range[3]);
        return await atMost(response, length, url, signal);
      } finally {
        if (response.body !== null && !response.bodyUsed) await response.body.cancel();
      }
    },
  };
}

/** The body, however much more a server sends. */
async function atMost(response: Response, length: number, url: URL, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  if (response.body === null) return bytes.subarray(0, 0);
  try {
    for await (const chunk of response.body) {
      const part = chunk.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      if (filled === length) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new GgufError('unreachable', `The connection to ${url.host} broke off`, { cause: error });
  }
  return bytes.subarray(0, filled);
}
