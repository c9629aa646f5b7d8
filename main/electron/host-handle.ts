import type { MessagePortMain } from 'electron';

/** What the desktop shell needs of a running host. */
export interface HostHandle {
  /** A fresh address with its one-time token, for one window. Undefined when the host has no gateway. */
  newAddress(): string | undefined;
  /**
   * Serves one page on these ports: `rpc` by oRPC's message-port handler, `audio` as the `/audio` socket does (text = JSON, bytes = s16le).
   * Absent: pages come in by `newAddress` and websocket.
   */
  connectPorts?(ports: { rpc: MessagePortMain; audio: MessagePortMain }): void;
  /** Emergency stop of everything that JARVIS does; the host itself goes on. In force at once. */
  stopEverything(by: 'tray' | 'hotkey'): Promise<void>;
  /** Ends the host; idempotent. */
  stop(): Promise<void>;
}
