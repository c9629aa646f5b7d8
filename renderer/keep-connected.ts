import type { InterfaceEvent } from '../contract/interface.ts';
import type { HostConnection } from './host-link.ts';
import type { Connection } from './state/page-state.ts';

export interface KeepConnectedOptions {
  connect(): Promise<HostConnection>;
  /** Both lines are being opened; nothing has arrived on them yet. */
  onConnected(connection: HostConnection): void;
  onEvent(event: InterfaceEvent): void;
  /** `connected` comes with the snapshot, not from here. */
  onChange(connection: Exclude<Connection, 'connected' | 'connecting'>): void;
  /** Timers, and the `online` event that cuts a wait short. */
  page: {
    setTimeout(callback: () => void, ms: number): number;
    clearTimeout(timer: number): void;
    addEventListener(type: 'online', callback: () => void): void;
  };
}

/** ms before the first, second … retry; the last one goes on. */
const RETRY_AFTER = [250, 500, 1000, 2000, 4000, 8000];

/** Lives on the host's event stream and opens it again, for as long as the page is there, whenever it is lost. */
export function keepConnected(options: KeepConnectedOptions): { tryNow(): void } {
  let failures = 0;
  let wakeUp: () => void = () => undefined;

  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = options.page.setTimeout(resolve, ms);
      wakeUp = () => {
        options.page.clearTimeout(timer);
        resolve();
      };
    });

  const live = async (connection: HostConnection) => {
    for await (const event of await connection.client.events()) {
      failures = 0;
      options.onEvent(event);
    }
  };

  const run = async () => {
    for (;;) {
      const connection = await options.connect();
      options.onConnected(connection);
      // The stream fails when its line does; `ended` knows why, unless only the stream ended and the line still stands.
      const streamEnded = live(connection).then(
        () => 'stream-ended' as const,
        () => 'stream-ended' as const,
      );
      const first = await Promise.race([streamEnded, connection.ended]);
      connection.close();
      options.onChange(first === 'stream-ended' ? await connection.ended : first);
      await wait(RETRY_AFTER[Math.min(failures, RETRY_AFTER.length - 1)] ?? 0);
      failures += 1;
    }
  };

  options.page.addEventListener('online', () => wakeUp());
  void run();
  return { tryNow: () => wakeUp() };
}
