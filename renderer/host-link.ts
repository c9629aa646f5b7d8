import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { type HostToPageAudio, HostToPageAudioSchema, type jarvisInterface, type PageToHostAudio } from '../contract/interface.ts';

export type JarvisClient = ContractRouterClient<typeof jarvisInterface>;

/** The page's sound line. `listen` is called once, before anything can arrive. */
export interface AudioWire {
  send(message: PageToHostAudio): void;
  /** 16 kHz mono. Dropped while more than `SEND_LIMIT` bytes wait to leave. */
  sendSamples(samples: Int16Array<ArrayBuffer>): void;
  listen(onMessage: (message: HostToPageAudio) => void, onSamples: (samples: Int16Array) => void): void;
}

export type LinkEnd = 'lost' | 'unauthorised';

export interface HostConnection {
  client: JarvisClient;
  audio: AudioWire;
  /** Resolves when either line is gone; never rejects. */
  ended: Promise<LinkEnd>;
  close(): void;
}

/** What the Electron preload offers; absent in a browser. */
export interface JarvisShell {
  /** False where the host behind the shell speaks websocket alone. */
  byPorts: boolean;
  /** Asks for a fresh pair of ports. They come as a window message `jarvis-ports` with [rpc, audio]. */
  requestPorts(): void;
  /** `talk`: the global hotkey; `mute`: the tray. Both toggle. */
  onCommand(callback: (command: unknown) => void): void;
}

declare global {
  interface Window {
    jarvisShell?: JarvisShell;
  }
}

/** Ten seconds of sound: a line that is further behind than this is as good as lost. */
const SEND_LIMIT = 320_000;

/** Opens both lines to the host, by message port inside Electron and by websocket elsewhere. Resolves at once; `ended` tells when they fail. */
export function connectToHost(page: Window): Promise<HostConnection> {
  return page.jarvisShell?.byPorts ? connectByPorts(page, page.jarvisShell) : Promise.resolve(connectBySockets(page));
}

function connectBySockets(page: Window): HostConnection {
  const base = page.location.href;
  const rpc = new WebSocket(socketAddress('rpc', base));
  const sound = new WebSocket(socketAddress('audio', base));
  sound.binaryType = 'arraybuffer';
  const sockets = [rpc, sound];
  const ended = Promise.race(
    sockets.map((socket) => new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve, { once: true }))),
  ).then(async (event) => {
    const said = event.wasClean;
    for (const socket of sockets) socket.close();
    return said ? 'lost' : await askWhyRefused(base);
  });
  return {
    client: createORPCClient(new SocketLink({ websocket: rpc })),
    audio: socketWire(sound),
    ended,
    close: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

function socketAddress(path: string, base: string): string {
  const address = new URL(`/${path}`, base);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return address.href;
}

/** A browser hides from the page why a websocket was refused; a plain request to the same address is answered with the status. */
async function askWhyRefused(base: string): Promise<LinkEnd> {
  try {
    const response = await fetch(new URL('/rpc', base), { cache: 'no-store', signal: AbortSignal.timeout(3000) });
    return response.status === 401 || response.status === 403 ? 'unauthorised' : 'lost';
  } catch {
    // No answer at all: the host is away, which is what `lost` says.
    return 'lost';
  }
}

function socketWire(socket: WebSocket): AudioWire {
  const whenOpen = (action: () => void) => {
    if (socket.readyState === WebSocket.OPEN) action();
    else if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener('open', action, { once: true });
  };
  return {
    send: (message) => whenOpen(() => socket.send(JSON.stringify(message))),
    sendSamples: (samples) => {
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < SEND_LIMIT) socket.send(samples);
    },
    listen: (onMessage, onSamples) => socket.addEventListener('message', (event) => receive(event.data, onMessage, onSamples)),
  };
}

function connectByPorts(page: Window, shell: JarvisShell): Promise<HostConnection> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent) => {
      const [rpc, sound] = event.ports;
      if (event.source !== page || event.data !== 'jarvis-ports' || !rpc || !sound) return;
      page.removeEventListener('message', take);
      const closed = [rpc, sound].map((port) => new Promise<void>((done) => port.addEventListener('close', () => done(), { once: true })));
      const client: JarvisClient = createORPCClient(new PortLink({ port: rpc }));
      rpc.start();
      resolve({
        client,
        audio: portWire(sound),
        ended: Promise.race(closed).then(() => 'lost'),
        close: () => {
          for (const port of [rpc, sound]) port.close();
        },
      });
    };
    page.addEventListener('message', take);
    shell.requestPorts();
  });
}

function portWire(port: MessagePort): AudioWire {
  return {
    send: (message) => port.postMessage(JSON.stringify(message)),
    sendSamples: (samples) => port.postMessage(samples.buffer),
    listen: (onMessage, onSamples) => {
      port.addEventListener('message', (event) => receive(event.data, onMessage, onSamples));
      port.start();
    },
  };
}

/** Text is a message, bytes are sound (s16le, as every browser's own order is); anything else is dropped and said on the console. */
export function receive(data: unknown, onMessage: (message: HostToPageAudio) => void, onSamples: (samples: Int16Array) => void): void {
  if (data instanceof ArrayBuffer) {
    onSamples(new Int16Array(data, 0, data.byteLength >> 1));
    return;
  }
  if (ArrayBuffer.isView(data)) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    onSamples(new Int16Array(bytes.buffer, 0, bytes.byteLength >> 1));
    return;
  }
  const parsed = HostToPageAudioSchema.safeParse(parseJson(data));
  if (parsed.success) onMessage(parsed.data);
  else console.warn(`An unreadable audio message from the host was dropped: ${parsed.error.issues[0]?.message ?? 'no reason'}`);
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    // What is no JSON fails the schema, which reports it.
    return undefined;
  }
}
