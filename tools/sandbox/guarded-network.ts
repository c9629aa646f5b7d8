import { lookup } from 'node:dns/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { BlockList, connect, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type GuardedNetwork, NETWORK_FOLDER } from './shut-in.ts';

export interface GuardedNetworkHandle extends AsyncDisposable {
  network: GuardedNetwork;
}

export interface GuardedNetworkOptions {
  /** `api.example.org`, `*.example.org`, with or without a port. */
  hosts: readonly string[];
  node: string;
  /** Addresses of a name. */
  resolve?: (host: string) => Promise<string>;
}

const RELAY = fileURLToPath(new URL('network-relay.mjs', import.meta.url));
/** On the loopback of the sandbox, which is nobody else's. */
const RELAY_PORT = 3128;
const CONNECT_MS = 10_000;

/** This machine by another name: a host that is on the list must not lead back here. */
const OURSELVES = new BlockList();
OURSELVES.addSubnet('127.0.0.0', 8);
OURSELVES.addSubnet('169.254.0.0', 16);
OURSELVES.addSubnet('0.0.0.0', 8);
OURSELVES.addAddress('::1', 'ipv6');
OURSELVES.addAddress('::', 'ipv6');
OURSELVES.addSubnet('fe80::', 10, 'ipv6');

/** An HTTP and HTTPS proxy at a socket in a folder of its own, which lets through to the named hosts and to nobody else. Ends with its handle. */
export async function openGuardedNetwork({ hosts, node, resolve = firstAddress }: GuardedNetworkOptions): Promise<GuardedNetworkHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-network-'));
  const open = new Set<Duplex>();
  const track = <Stream extends Duplex>(stream: Stream): Stream => {
    open.add(stream);
    stream.on('error', () => stream.destroy()).once('close', () => open.delete(stream));
    return stream;
  };
  /** The address to connect to; undefined where it may not. */
  const addressOf = async (host: string, port: number): Promise<string | undefined> => {
    if (!hosts.some((allowed) => isAllowed(allowed, host, port))) return undefined;
    const address = await resolve(host);
    const named = hosts.some((allowed) => allowed.startsWith(host) && (isIP(host) !== 0 || host === 'localhost'));
    return !named && OURSELVES.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ? undefined : address;
  };

  const server = createServer((incoming, answer) => void forward(incoming, answer, addressOf));
  server.on('connection', track);
  server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    void tunnel(incoming.url ?? '', track(socket), head, addressOf, track);
  });
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(join(folder, 'proxy.sock'), listening));
  const proxy = `http://127.0.0.1:${RELAY_PORT}`;
  return {
    network: {
      folder,
      relay: [node, RELAY, `${NETWORK_FOLDER}/proxy.sock`, String(RELAY_PORT)],
      files: [node, RELAY],
      // Both spellings are in use; NODE_USE_ENV_PROXY makes Node's own fetch and http look at them.
      env: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, https_proxy: proxy, NODE_USE_ENV_PROXY: '1' },
    },
    async [Symbol.asyncDispose]() {
      for (const stream of open) stream.destroy();
      await new Promise<void>((closed) => server.close(() => closed()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type AddressOf = (host: string, port: number) => Promise<string | undefined>;

async function tunnel(
  target: string,
  socket: Duplex,
  head: Buffer,
  addressOf: AddressOf,
  track: (stream: Duplex) => Duplex,
): Promise<void> {
  const { host, port } = hostAndPort(target, 443);
  const address = await addressOf(host, port).catch(() => undefined);
  if (socket.destroyed) return;
  if (address === undefined) {
    socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  const outer = connect({ host: address, port, timeout: CONNECT_MS });
  track(outer);
  outer.once('error', () => socket.destroy()).once('timeout', () => outer.destroy());
  outer.once('connect', () => {
    outer.setTimeout(0);
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    outer.write(head);
    outer.pipe(socket).pipe(outer);
  });
  socket.once('close', () => outer.destroy());
}

async function forward(incoming: IncomingMessage, answer: ServerResponse, addressOf: AddressOf): Promise<void> {
  const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url ?? '') : undefined;
  const { host, port } = hostAndPort(url?.host ?? '', 80);
  const address = url?.protocol === 'http:' ? await addressOf(host, port).catch(() => undefined) : undefined;
  if (url === undefined || address === undefined) {
    answer.writeHead(403).end('This host is not among those it may speak to.\n');
    return;
  }
  const { 'proxy-connection': _, connection: __, ...headers } = incoming.headers;
  const outer = request(
    {
      host: address,
      port,
      method: incoming.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host },
      timeout: CONNECT_MS,
    },
    (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    },
  );
  outer.once('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  incoming.pipe(outer);
}

/** `*.example.org` fits every name below it, not the name itself. */
export function isAllowed(pattern: string, host: string, port: number): boolean {
  const allowed = hostAndPort(pattern.toLowerCase(), 0);
  if (allowed.port !== 0 && allowed.port !== port) return false;
  return allowed.host.startsWith('*.')
    ? host.endsWith(allowed.host.slice(1)) && host.length > allowed.host.length - 1
    : host === allowed.host;
}

function hostAndPort(text: string, otherwise: number): { host: string; port: number } {
  const match = /^\[?([^\]]*?)\]?(?::(\d{1,5}))?$/u.exec(text.toLowerCase());
  return { host: (match?.[1] ?? '').replace(/\.$/u, ''), port: match?.[2] === undefined ? otherwise : Number(match[2]) };
}

const firstAddress = async (host: string): Promise<string> => (isIP(host) === 0 ? (await lookup(host)).address : host);
