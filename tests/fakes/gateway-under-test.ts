import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { jarvisInterface, PageToHostAudio } from '../../contract/interface.ts';
import type { AudioConnection, PageAudio } from '../../main/gateway/page-audio.ts';
import { createRouter } from '../../main/gateway/router.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../main/gateway/start-gateway.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { FakeJarvisApi } from './fake-jarvis-api.ts';
import { recordingLog } from './recording-log.ts';

const API_TOKEN = 'api-token-of-these-tests';

/** Keeps what the pages sent. */
class FakeAudio implements PageAudio {
  connections: AudioConnection[] = [];
  messages: PageToHostAudio[] = [];
  samples: number[] = [];
  closed = 0;
  onChange: () => void = () => undefined;

  connect(connection: AudioConnection) {
    this.connections.push(connection);
    this.onChange();
    return {
      onMessage: (message: PageToHostAudio) => {
        this.messages.push(message);
        this.onChange();
      },
      onSamples: (samples: Int16Array) => {
        this.samples.push(...samples);
        this.onChange();
      },
      onClosed: () => {
        this.closed += 1;
        this.onChange();
      },
    };
  }

  until(condition: () => boolean): Promise<void> {
    return vi.waitFor(() => {
      if (!condition()) throw new Error('not yet');
    }, 10_000);
  }
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export let folder: string;
export let host: FakeJarvisApi;
export let audio: FakeAudio;
export let logged: string[];
export let gateway: Gateway;
let tokens: number;
const sockets: WebSocket[] = [];

export function options(): GatewayOptions {
  const log = recordingLog((line) => logged.push(line));
  return {
    host: '127.0.0.1',
    port: 0,
    strictPort: false,
    pageFolder: folder,
    router: createRouter(host.api, log),
    audio,
    apiToken: API_TOKEN,
    finishHomeLogin: host.finishHomeLogin,
    version: '1.2.3',
    log,
    clock: systemClock,
    randomToken() {
      tokens += 1;
      return `token-${tokens}`;
    },
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-gateway-'));
  await writeFile(join(folder, 'index.html'), '<title>the page</title>');
  host = new FakeJarvisApi();
  audio = new FakeAudio();
  logged = [];
  tokens = 0;
  gateway = await startGateway(options());
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

export function ask(
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: gateway.port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export const pathOf = (address: string): string => new URL(address).pathname + new URL(address).search;

export async function enter(): Promise<string> {
  const { headers } = await ask(pathOf(gateway.newAddress()));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

export const bearer = { authorization: `Bearer ${API_TOKEN}` };

/** Resolves with the open socket, or with the HTTP status that refused it. */
export function open(path: string, headers: Record<string, string>): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}${path}`, { headers });
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}

export async function openPage(path: string): Promise<WebSocket> {
  const socket = await open(path, { cookie: await enter(), origin: `http://127.0.0.1:${gateway.port}` });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  return socket;
}

export const closing = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.on('close', (code) => resolve(code)));

export async function openClient(): Promise<{ client: ContractRouterClient<typeof jarvisInterface>; socket: globalThis.WebSocket }> {
  const address = `127.0.0.1:${gateway.port}`;
  const socket = new globalThis.WebSocket(`ws://${address}/rpc`, { headers: { cookie: await enter(), origin: `http://${address}` } });
  return { client: createORPCClient(new RPCLink({ websocket: socket })), socket };
}
