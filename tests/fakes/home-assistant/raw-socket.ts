import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { FakeHomeAssistant } from './fake-home-assistant.ts';

export interface RawSocket extends Disposable {
  readonly socket: WebSocket;
  /** Frames as they came, parsed; broken ones as text. */
  readonly frames: readonly unknown[];
  send(...messages: unknown[]): void;
  /** The first message (coalesced ones unpacked) that fits, past or to come. */
  find(fits: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  result(id: number): Promise<Record<string, unknown>>;
}

/** A client that hides nothing of the protocol: for tests of the wire itself. An empty `token`: it does not log in. */
export async function openRawSocket(fake: FakeHomeAssistant, token: string | undefined = fake.token): Promise<RawSocket> {
  const socket = new WebSocket(`${fake.url.replace(/^http/, 'ws')}/api/websocket`, { rejectUnauthorized: false });
  const frames: unknown[] = [];
  const messages: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    const frame = parse(String(data));
    frames.push(frame);
    for (const message of Array.isArray(frame) ? frame : [frame]) if (isMessage(message)) messages.push(message);
    for (const look of [...waiting]) look();
  });
  const find = (fits: (message: Record<string, unknown>) => boolean) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const look = () => {
        const found = messages.find(fits);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      socket.once('close', () => reject(new Error(`The socket closed after ${JSON.stringify(frames.at(-1))}`)));
      look();
    });
  await once(socket, 'open');
  await find((message) => message.type === 'auth_required');
  if (token !== '') {
    socket.send(JSON.stringify({ type: 'auth', access_token: token }));
    await find((message) => message.type === 'auth_ok');
  }
  return {
    socket,
    frames,
    send: (...outgoing) => {
      for (const message of outgoing)
        socket.send(typeof message === 'string' || message instanceof Buffer ? message : JSON.stringify(message));
    },
    find,
    result: (id) => find((message) => message.id === id && message.type === 'result'),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

const isMessage = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
