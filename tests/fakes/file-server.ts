import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileRequest {
  path: string;
  range: string | undefined;
  headers: IncomingMessage['headers'];
  /** Of this path, from 1. */
  count: number;
}

export interface FileAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer;
  /** The line is cut after so many bytes of the body. */
  cutAfter?: number;
  /** After so many bytes nothing comes until the promise settles. */
  holdAt?: { bytes: number; until: Promise<unknown> };
}
export type FileHandler = (request: FileRequest) => FileAnswer | Promise<FileAnswer>;

/** Bytes that are written at once; what is counted and cut is counted in these steps. */
const STEP = 16 * 1024;

/** A server of files that does what a test tells it, also what no server should. */
export class FileServer implements AsyncDisposable {
  readonly requests: FileRequest[] = [];
  /** Bytes of bodies handed to the network so far. */
  served = 0;
  /** Called after every step, with what was served so far. */
  onServed: (served: number) => void = () => undefined;
  /** Awaited before every step: holds all lines back as long as a test wants. */
  pace: () => Promise<void> = () => Promise.resolve();
  readonly #handlers = new Map<string, FileHandler>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FileServer> {
    const server = createServer();
    const files = new FileServer(server);
    server.on('request', (request, response) => {
      files.#answer(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return files;
  }

  url(path: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}`;
  }

  on(path: string, handler: FileHandler): string {
    this.#handlers.set(path, handler);
    return this.url(path);
  }

  /** Cuts every line that is open. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/';
    const count = this.requests.filter((each) => each.path === path).length + 1;
    const request: FileRequest = { path, range: incoming.headers.range, headers: incoming.headers, count };
    this.requests.push(request);
    const answer = await (this.#handlers.get(path)?.(request) ?? { status: 404 });
    const body = answer.body ?? Buffer.alloc(0);
    const framed = answer.headers?.['content-length'] !== undefined || answer.headers?.['transfer-encoding'] !== undefined;
    response.writeHead(answer.status, { ...(!framed && { 'content-length': String(body.length) }), ...answer.headers });
    const end = Math.min(body.length, answer.cutAfter ?? body.length);
    for (let at = 0; at < end && !response.destroyed; ) {
      const { holdAt } = answer;
      if (holdAt !== undefined && at >= holdAt.bytes) await holdAt.until;
      await this.pace();
      if (response.destroyed) break;
      const stop = Math.min(end, at + STEP, holdAt !== undefined && at < holdAt.bytes ? holdAt.bytes : end);
      const isTaken = response.write(body.subarray(at, stop));
      this.served += stop - at;
      at = stop;
      this.onServed(this.served);
      if (!isTaken && !response.destroyed) await drained(response);
    }
    if (answer.cutAfter !== undefined) {
      // What was written goes out first, then the line breaks.
      response.write('', () => response.destroy());
      return;
    }
    response.end();
  }
}

/** Until more can be written, or nobody reads any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

export interface FileOptions {
  etag?: string;
  lastModified?: string;
  ranges?: boolean;
  headers?: Record<string, string>;
}

/** What a well-behaved server does with a file. */
export function fileHandler(body: Buffer, options: FileOptions = {}): FileHandler {
  const headers = {
    ...(options.etag !== undefined && { etag: options.etag }),
    ...(options.lastModified !== undefined && { 'last-modified': options.lastModified }),
    ...options.headers,
  };
  return ({ range, headers: asked }) => {
    const parsed = /^bytes=(\d+)-(\d*)$/u.exec(range ?? '');
    const condition = asked['if-range'];
    const holds = condition === undefined || condition === options.etag || condition === options.lastModified;
    if (parsed === null || options.ranges === false || !holds) return { status: 200, headers, body };
    const start = Number(parsed[1]);
    const end = Math.min(body.length, parsed[2] === '' ? body.length : Number(parsed[2]) + 1);
    if (start >= body.length) return { status: 416, headers: { ...headers, 'content-range': `bytes */${body.length}` } };
    return {
      status: 206,
      headers: { ...headers, 'accept-ranges': 'bytes', 'content-range': `bytes ${start}-${end - 1}/${body.length}` },
      body: body.subarray(start, end),
    };
  };
}

/** `bytes` bytes that begin as a GGUF file does and repeat nowhere; the same for the same seed. */
export function modelBytes(bytes: number, seed = 1): Buffer {
  const body = Buffer.alloc(bytes);
  let state = seed * 2_654_435_761;
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    body.writeUInt32LE(state, at);
  }
  body.write('GGUF', 0, 'latin1');
  return body;
}
