import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, expect, it, vi } from 'vitest';
import type { jarvisInterface, PageToHostAudio } from '../../contract/interface.ts';
import { FakeJarvisApi } from '../../tests/fakes/fake-jarvis-api.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { systemClock } from '../host/system-clock.ts';
import type { AudioConnection } from './page-audio.ts';
import { openPortLink } from './port-link.ts';
import { createRouter } from './router.ts';
import { createRpc } from './rpc-link.ts';

const links: Disposable[] = [];
afterEach(() => {
  for (const link of links.splice(0)) link[Symbol.dispose]();
});

function connect() {
  const host = new FakeJarvisApi();
  const heard: (PageToHostAudio | number[] | 'closed')[] = [];
  const connections: AudioConnection[] = [];
  const calls = new MessageChannel();
  const sound = new MessageChannel();
  links.push(
    openPortLink({
      rpcPort: calls.port1,
      audioPort: sound.port1,
      rpc: createRpc(createRouter(host.api, silentLog), silentLog),
      audio: {
        connect(connection) {
          connections.push(connection);
          return {
            onMessage: (message) => heard.push(message),
            onSamples: (samples) => heard.push([...samples]),
            onClosed: () => heard.push('closed'),
          };
        },
      },
      id: 'window',
      clock: systemClock,
      log: silentLog,
    }),
  );
  const client: ContractRouterClient<typeof jarvisInterface> = createORPCClient(new RPCLink({ port: calls.port2 }));
  calls.port2.start();
  return { host, client, heard, connections, callsPage: calls.port2, soundPage: sound.port2 };
}

it('carries calls and events over a message port, and ends them with it', async () => {
  const { host, client, callsPage } = connect();
  expect(await client.ask({ text: 'turn on the lamp' })).toEqual({ turnId: 'turn-1' });
  expect(host.asked).toEqual([{ text: 'turn on the lamp', source: 'page' }]);
  const events = (await client.events())[Symbol.asyncIterator]();
  expect((await events.next()).value).toMatchObject({ type: 'snapshot' });
  expect(host.subscribers).toBe(1);
  callsPage.close();
  await vi.waitFor(() => expect(host.subscribers).toBe(0));
});

it('carries sound both ways and drops nonsense', async () => {
  const { heard, connections, soundPage, callsPage, client } = connect();
  soundPage.postMessage(JSON.stringify({ type: 'talk-started' }));
  soundPage.postMessage(Int16Array.from([1, -2, 3]).subarray(1));
  soundPage.postMessage(Int16Array.from([5]).buffer);
  for (const nonsense of [7, undefined, {}, 'garbage', new Uint8Array(3)]) soundPage.postMessage(nonsense);
  soundPage.postMessage(JSON.stringify({ type: 'talk-ended', take: true }));
  await vi.waitFor(() => expect(heard).toEqual([{ type: 'talk-started' }, [-2, 3], [5], { type: 'talk-ended', take: true }]));

  const received: unknown[] = [];
  soundPage.on('message', (message) => received.push(message));
  connections[0]?.send({ type: 'earcon', sound: 'wake' });
  connections[0]?.sendSamples(Int16Array.from([1, 2, 3]).subarray(2));
  await vi.waitFor(() => expect(received.length).toBe(2));
  expect(received).toEqual(['{"type":"earcon","sound":"wake"}', Int16Array.from([3]).buffer]);

  callsPage.postMessage({ what: 'nonsense' });
  expect(await client.approvals()).toEqual([]);
  soundPage.close();
  await vi.waitFor(() => expect(heard.at(-1)).toBe('closed'));
});
