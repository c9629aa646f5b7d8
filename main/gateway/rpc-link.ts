// oRPC's handler for one message at a time; nothing in it is Bun's but the name.
import { RPCHandler } from '@orpc/server/bun-ws';
import type { Log } from '../host/log.ts';
import type { Caller, JarvisRouter } from './router.ts';

/** Carries encoded calls; whatever wire it is. */
export interface RpcWire {
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

export interface RpcLink {
  take(data: string | Uint8Array): void;
  /** The wire is gone: subscriptions and calls of its page end. */
  close(): void;
}

const UNREADABLE = 1007;

export type OpenRpcLink = (wire: RpcWire, caller: Caller) => RpcLink;

/** Opens calls over any wire. What is no call ends the wire, never the host. */
export function createRpc(router: JarvisRouter, log: Log): OpenRpcLink {
  const handler = new RPCHandler(router);
  return (wire, caller) => {
    let closed = false;
    const line = {
      send(data: string | ArrayBufferLike | Uint8Array): number {
        if (!closed) wire.send(typeof data === 'string' || data instanceof Uint8Array ? data : new Uint8Array(data));
        return 0;
      },
    };
    return {
      take(data) {
        handler.message(line, data, { context: caller }).catch((error: unknown) => {
          // Calls answer their own failures; what is left is a message that cannot be read, or a subscription that its reader left.
          if (closed || isAbort(error)) return;
          log.warn({ error }, 'a line of calls failed and was closed');
          wire.close(UNREADABLE, 'that is no call');
        });
      },
      close() {
        closed = true;
        handler.close(line);
      },
    };
  };
}

/** How oRPC tells that the other side gave up; see `AbortError` there. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
