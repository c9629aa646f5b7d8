import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../host/log.ts';
import { AudioLink } from './audio-link.ts';
import type { PageAudio } from './page-audio.ts';
import type { OpenRpcLink } from './rpc-link.ts';

/** The host's end of a message port: Electron's `MessagePortMain` or, in tests, Node's `MessagePort`. */
export interface HostPort {
  postMessage(message: unknown): void;
  /** Electron wraps what arrives in an event, Node does not; `data` tells them apart. */
  on(event: 'message', listen: (message: unknown) => void): unknown;
  on(event: 'close', listen: () => void): unknown;
  start(): void;
  close(): void;
}

export interface PortLinkOptions {
  rpcPort: HostPort;
  audioPort: HostPort;
  /** Of `createRpc`. */
  rpc: OpenRpcLink;
  audio: PageAudio;
  id: string;
  clock: Clock;
  log: Log;
}

/** Connects a page inside Electron by two message ports: the same two lines that a browser has as websockets. */
export function openPortLink({ rpcPort, audioPort, rpc, audio, id, clock, log }: PortLinkOptions): Disposable {
  const calls = rpc(
    {
      send: (data) => rpcPort.postMessage(typeof data === 'string' ? data : bufferOf(data)),
      close: () => rpcPort.close(),
    },
    { source: 'page' },
  );
  const sound = new AudioLink({
    id,
    audio,
    clock,
    log,
    wire: {
      sendText: (text) => audioPort.postMessage(text),
      sendBytes: (samples) => audioPort.postMessage(bufferOf(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))),
      // A port does not tell; both ends are on this machine.
      waiting: () => 0,
      close: () => audioPort.close(),
    },
  });
  rpcPort.on('message', (message) => {
    const data = contentOf(message);
    if (typeof data === 'string') calls.take(data);
    else if (data instanceof Uint8Array) calls.take(data);
    else log.warn('a page sent what is no call');
  });
  rpcPort.on('close', () => calls.close());
  audioPort.on('message', (message) => {
    const data = contentOf(message);
    if (typeof data === 'string') sound.takeText(data);
    else if (data instanceof Uint8Array) sound.takeBytes(data);
    else log.warn('a page sent what is no sound');
  });
  audioPort.on('close', () => sound.close());
  rpcPort.start();
  audioPort.start();
  return {
    [Symbol.dispose]() {
      calls.close();
      sound.close();
      rpcPort.close();
      audioPort.close();
    },
  };
}

/** Text or bytes; undefined for anything else. */
function contentOf(message: unknown): string | Uint8Array | undefined {
  const data = typeof message === 'object' && message !== null && 'data' in message ? message.data : message;
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return undefined;
}

/** A buffer of exactly these bytes: a port would clone the whole buffer behind a view. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
