import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../host/log.ts';
import { AudioLink, MESSAGE_LIMIT } from './audio-link.ts';
import { CALL_LIMIT } from './call-limit.ts';
import type { PageAudio } from './page-audio.ts';
import type { Caller } from './router.ts';
import type { OpenRpcLink } from './rpc-link.ts';

/** Bytes that may wait for a page that reads too slowly. */
const WAITING_LIMIT = 16_000_000;
const MOST_LINES = 64;
/** ms between heartbeats; a line that missed one whole turn is dead. */
const HEARTBEAT_MS = 15_000;
const GOING_AWAY = 1001;

export interface PageSocketsOptions {
  rpc: OpenRpcLink;
  audio: PageAudio;
  clock: Clock;
  log: Log;
}

/** The websockets of pages: `/rpc` for calls, `/audio` for sound. Who may open one is decided before. */
export class PageSockets {
  readonly #options: PageSocketsOptions;
  readonly #rpcServer = new WebSocketServer({ noServer: true, maxPayload: CALL_LIMIT });
  readonly #audioServer = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT });
  readonly #open = new Set<WebSocket>();
  readonly #silent = new WeakSet<WebSocket>();
  #lines = 0;

  constructor(options: PageSocketsOptions) {
    this.#options = options;
  }

  /** True when `path` is one of ours; the handshake then goes on by itself. */
  upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): boolean {
    if (path === '/rpc') this.#rpcServer.handleUpgrade(request, socket, head, (opened) => this.#openRpc(opened, caller));
    else if (path === '/audio') this.#audioServer.handleUpgrade(request, socket, head, (opened) => this.#openAudio(opened));
    else return false;
    return true;
  }

  full(): boolean {
    return this.#open.size >= MOST_LINES;
  }

  /** Until `signal` aborts: drops lines whose other end is gone without a word. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#options.clock.sleep(HEARTBEAT_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      for (const socket of this.#open) {
        if (this.#silent.has(socket)) socket.terminate();
        else {
          this.#silent.add(socket);
          socket.ping();
        }
      }
    }
  }

  closeAll(): void {
    for (const socket of this.#open) {
      socket.close(GOING_AWAY, 'JARVIS is ending');
      // A page that is gone would keep the host alive until its answer times out.
      socket.terminate();
    }
  }

  #openRpc(socket: WebSocket, caller: Caller): void {
    const link = this.#options.rpc(
      {
        send(data) {
          if (socket.bufferedAmount > WAITING_LIMIT) socket.terminate();
          else socket.send(data);
        },
        close: (code, reason) => socket.close(code, reason),
      },
      caller,
    );
    this.#attend(socket, () => link.close());
    socket.on('message', (data, isBinary) => link.take(isBinary ? bytesOf(data) : bytesOf(data).toString()));
  }

  #openAudio(socket: WebSocket): void {
    this.#lines += 1;
    const link = new AudioLink({
      ...this.#options,
      id: `socket-${this.#lines}`,
      wire: {
        sendText: (text) => socket.send(text),
        sendBytes: (samples) => socket.send(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)),
        waiting: () => socket.bufferedAmount,
        close: (code, reason) => socket.close(code, reason),
      },
    });
    this.#attend(socket, () => link.close());
    socket.on('message', (data, isBinary) => {
      if (isBinary) link.takeBytes(bytesOf(data));
      else link.takeText(bytesOf(data).toString());
    });
  }

  #attend(socket: WebSocket, onClosed: () => void): void {
    this.#open.add(socket);
    const alive = (): void => {
      this.#silent.delete(socket);
    };
    socket.on('pong', alive);
    socket.on('message', alive);
    socket.on('error', (error) => this.#options.log.info({ error: error.message }, 'a page broke the websocket protocol'));
    socket.on('close', () => {
      this.#open.delete(socket);
      onClosed();
    });
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
