import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { InterfaceEvent, jarvisInterface } from '../../contract/interface.ts';
import { API_TOKEN_FILE } from '../../main/gateway/api-token.ts';

const HOST = fileURLToPath(new URL('../../main/headless/index.ts', import.meta.url));
/** After which a host that tells nothing is given up, in ms. */
const START_MS = 60_000;

type Client = ContractRouterClient<typeof jarvisInterface>;

/** The host in a process of its own, as a person starts it, and a line to it as a page has one. */
export interface HostProcess extends AsyncDisposable {
  readonly pid: number;
  readonly client: Client;
  /** The next event that `wanted` takes; events before it are let go. Rejects when the host is gone or `patienceMs` have passed. */
  event(wanted: (event: InterfaceEvent) => boolean, patienceMs?: number): Promise<InterfaceEvent>;
}

/** @param settings text of its `settings.yaml`, without the server */
export async function startHostProcess(settings: string): Promise<HostProcess> {
  await using parts = new AsyncDisposableStack();
  const dataFolder = await mkdtemp(join(tmpdir(), 'jarvis-bench-data-'));
  parts.defer(() => rm(dataFolder, { recursive: true, force: true }));
  await writeFile(join(dataFolder, 'settings.yaml'), `server: { port: 0, openBrowser: false }\n${settings}`);
  const child = spawn(process.execPath, [HOST], { env: { ...process.env, JARVIS_DATA: dataFolder }, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  parts.defer(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const lines = createInterface({ input: child.stdout });
  const told = (prefix: string): Promise<string> =>
    new Promise((resolve, reject) => {
      lines.on('line', (line) => line.startsWith(prefix) && resolve(line.slice(prefix.length)));
      lines.on('close', () => reject(new Error(`the host ended before it said "${prefix}"`)));
      setTimeout(() => reject(new Error(`the host did not say "${prefix}" in ${START_MS} ms`)), START_MS).unref();
    });
  const [address] = await Promise.all([told('JARVIS: '), told('Listening')]);
  const { host } = new URL(address);
  const token = (await readFile(join(dataFolder, API_TOKEN_FILE), 'utf8')).trim();
  const socket = new globalThis.WebSocket(`ws://${host}/rpc`, { headers: { authorization: `Bearer ${token}` } });
  parts.defer(() => socket.close());
  const client: Client = createORPCClient(new RPCLink({ websocket: socket }));
  const waiting = new Set<(event: InterfaceEvent) => void>();
  const events = await client.events();
  const first = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const event of events) {
      first.resolve();
      for (const take of [...waiting]) take(event);
    }
  })();
  reading.catch(() => first.reject(new Error('the line to the host broke')));
  await first.promise;
  const owned = parts.move();
  return {
    pid: child.pid ?? 0,
    client,
    event(wanted, patienceMs = 30_000) {
      const { promise, resolve, reject } = Promise.withResolvers<InterfaceEvent>();
      const take = (event: InterfaceEvent): void => {
        if (wanted(event)) resolve(event);
      };
      const timer = setTimeout(() => reject(new Error(`what was waited for did not happen in ${patienceMs} ms`)), patienceMs);
      waiting.add(take);
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(take);
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
