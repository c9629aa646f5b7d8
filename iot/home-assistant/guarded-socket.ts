import type { HaWebSocket } from 'home-assistant-js-websocket';
import type { WebSocket } from 'ws';

type Listener = (event: unknown) => void;

/**
 * The few members of a socket that the library uses. A message that it cannot digest is reported instead of thrown, as an error
 * thrown inside a socket's event would end the whole process.
 */
export class GuardedSocket {
  readonly OPEN = 1;
  readonly haVersion: string;
  readonly #socket: WebSocket;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(socket: WebSocket, haVersion: string, onBadMessage: (error: unknown) => void) {
    this.haVersion = haVersion;
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      // Home Assistant sends no binary messages of its own accord
      if (isBinary) return;
      const event = { data: String(data) };
      for (const listener of this.#listeners.get('message') ?? []) {
        try {
          listener(event);
        } catch (error) {
          onBadMessage(error);
        }
      }
    });
    socket.on('close', () => {
      for (const listener of this.#listeners.get('close') ?? []) listener({});
    });
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  send(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  close(): void {
    this.#socket.close();
  }

  /** The library's type asks for a whole browser socket; it uses no more than what is here. */
  forLibrary(): HaWebSocket {
    return this as unknown as HaWebSocket;
  }
}
