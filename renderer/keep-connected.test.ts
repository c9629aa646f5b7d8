import { describe, expect, it } from 'vitest';
import type { InterfaceEvent } from '../contract/interface.ts';
import type { HostConnection, LinkEnd } from './host-link.ts';
import { keepConnected } from './keep-connected.ts';

const notice: InterfaceEvent = { type: 'notice', level: 'info', text: 'hello' };

/** A page whose timers a test fires by hand, and a host that accepts or refuses as told. */
function setUp() {
  const waits: number[] = [];
  const connections: { end(how: LinkEnd): void; closed: boolean }[] = [];
  const events: InterfaceEvent[] = [];
  const changes: string[] = [];
  const online: (() => void)[] = [];
  let fire: () => void = () => undefined;
  let speak = false;
  const connect = async (): Promise<HostConnection> => {
    const { promise: ended, resolve: end } = Promise.withResolvers<LinkEnd>();
    const entry = { end, closed: false };
    connections.push(entry);
    const greets = speak;
    return {
      // Only the stream is asked for here.
      client: Object.assign(Object.create(null), {
        events: async () =>
          (async function* () {
            if (greets) yield notice;
            await ended;
            throw new Error('the line is gone');
          })(),
      }),
      audio: { send: () => undefined, sendSamples: () => undefined, listen: () => undefined },
      ended,
      close: () => {
        entry.closed = true;
        end('lost');
      },
    };
  };
  const page = {
    setTimeout: (callback: () => void, ms: number) => {
      waits.push(ms);
      fire = callback;
      return 1;
    },
    clearTimeout: () => undefined,
    addEventListener: (_type: 'online', callback: () => void) => void online.push(callback),
  };
  const link = keepConnected({
    connect,
    onConnected: () => undefined,
    onEvent: (event) => events.push(event),
    onChange: (change) => changes.push(change),
    page,
  });
  const settle = async () => {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
  };
  return {
    waits,
    connections,
    events,
    changes,
    link,
    settle,
    goOnline: () => {
      for (const callback of online) callback();
    },
    greet: () => {
      speak = true;
    },
    fire: async () => {
      fire();
      await settle();
    },
    end: async (how: LinkEnd) => {
      connections.at(-1)?.end(how);
      await settle();
    },
  };
}

describe('the connection', () => {
  it('is tried again at growing distances while nobody answers', async () => {
    const { waits, changes, settle, fire, end } = setUp();
    await settle();
    for (let failure = 0; failure < 8; failure += 1) {
      await end('lost');
      await fire();
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(new Set(changes)).toEqual(new Set(['lost']));
  });

  it('starts with a short wait again once the host has spoken', async () => {
    const { waits, events, settle, fire, end, greet } = setUp();
    await settle();
    await end('lost');
    await fire();
    await end('lost');
    greet();
    await fire();
    expect(events).toEqual([notice]);
    await end('lost');
    expect(waits).toEqual([250, 500, 250]);
  });

  it('says why it was refused, and closes what was left open', async () => {
    const { connections, changes, settle, end } = setUp();
    await settle();
    await end('unauthorised');
    expect(changes).toEqual(['unauthorised']);
    expect(connections[0]?.closed).toBe(true);
  });

  it('does not wait when the person or the network asks for it now', async () => {
    const { connections, link, goOnline, settle, end } = setUp();
    await settle();
    await end('lost');
    link.tryNow();
    await settle();
    expect(connections).toHaveLength(2);
    await end('lost');
    goOnline();
    await settle();
    expect(connections).toHaveLength(3);
  });
});
