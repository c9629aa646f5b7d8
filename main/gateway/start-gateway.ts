import { existsSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import staticFiles from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../../contract/clock.ts';
import { LOGIN_CALLBACK } from '../host/home-login.ts';
import type { Log } from '../host/log.ts';
import { addHomeLoginRoute, type FinishHomeLogin } from './home-login-route.ts';
import type { PageAudio } from './page-audio.ts';
import { PageSockets } from './page-sockets.ts';
import { createRestApi } from './rest-api.ts';
import type { Caller, JarvisRouter } from './router.ts';
import { createRpc } from './rpc-link.ts';
import { whyForeign } from './same-origin.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { Sessions } from './sessions.ts';

export interface GatewayOptions {
  /** Address to listen on: loopback unless a person set another. */
  host: string;
  /** 0 = any free one. */
  port: number;
  /** True: the port was asked for by name, so another will not do. False: the next free one is taken. */
  strictPort: boolean;
  /** Folder of the built page (`out/renderer`). */
  pageFolder: string;
  router: JarvisRouter;
  audio: PageAudio;
  /** JARVIS as an MCP server. */
  mcp?: { bodyLimit: number; serve(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> };
  /** See `openApiToken`. */
  apiToken: string;
  finishHomeLogin: FinishHomeLogin;
  version: string;
  log: Log;
  clock: Clock;
  /** At least 128 random bits, safe in an address. */
  randomToken(): string;
}

export interface Gateway extends AsyncDisposable {
  /** With the first one-time token. */
  address: string;
  port: number;
  /** The page's address with a fresh one-time token. */
  newAddress(): string;
  /** Ends every line and request; idempotent. */
  stop(): Promise<void>;
}

/** A command with a signature brings all that lets it in; no other procedure is reached without a token. */
const SIGNED_PATH = '/api/signed';

/** Who comes here has no cookie yet, or cannot bring it; what lets them in is checked there. */
const OPEN_PATHS = ['/healthz', '/enter', LOGIN_CALLBACK, SIGNED_PATH];

/** Ports tried after one that is taken. */
const MOST_TRIES = 20;

/**
 * Serves the page, its websockets `/rpc` and `/audio`, and the REST API under `/api` (description: `/api/openapi.json`).
 * Throws a sentence for people when it cannot listen.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  for (let port = options.port; ; port += 1) {
    try {
      return await listen(options, port > 65_535 ? 0 : port);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE' && !options.strictPort && port < options.port + MOST_TRIES) continue;
      throw new Error(whyNotListening(code, options.host, port), { cause: error });
    }
  }
}

function whyNotListening(code: unknown, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `Port ${port} is used by another program. Choose another with --port or in the settings (server.port).`;
  if (code === 'EACCES') return `This account may not listen on port ${port}. Choose one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host} to listen on (server.host in the settings).`;
  return `JARVIS cannot listen on ${host}:${port}: ${String(code)}`;
}

async function listen(options: GatewayOptions, wantedPort: number): Promise<Gateway> {
  const { host, log } = options;
  // Requests stay out of the log: their addresses hold tokens.
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 65_536 });
  let cookieName = 'jarvis';
  const sessions = new Sessions({ ...options, cookieName: () => cookieName });
  const sockets = new PageSockets({ ...options, rpc: createRpc(options.router, log) });
  let port = wantedPort;
  const newAddress = (): string => `http://${nameOf(host)}:${port}/enter?token=${sessions.newToken()}`;

  const callers = new WeakMap<FastifyRequest, Caller>();
  app.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.raw.setHeader(name, value);
    const foreign = whyForeign(request.raw, host);
    if (foreign !== undefined) {
      reply.code(403).type('text/plain').send(foreign);
      return;
    }
    const path = pathOf(request.url);
    const caller = sessions.callerOf(request.raw);
    if (caller !== undefined) callers.set(request, caller);
    else if (!OPEN_PATHS.includes(path)) {
      reply.code(401);
      notLetIn(
        reply,
        'This page is closed',
        'JARVIS lets in only who has the address that it printed when it started. Each address works once.',
      );
      return;
    }
    done();
  });
  app.setErrorHandler((error, _request, reply) => {
    const code = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
    if (code >= 500) log.error({ error }, 'a request failed');
    reply.code(code).type('text/plain').send(STATUS_CODES[code]);
  });

  app.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ ok: true }));
  app.get<{ Querystring: { token?: string | string[] } }>('/enter', (request, reply) => {
    const { token } = request.query;
    const cookie = typeof token === 'string' ? sessions.exchange(token) : undefined;
    reply.header('cache-control', 'no-store');
    if (cookie !== undefined) return reply.header('set-cookie', cookie).redirect('/', 303);
    // Opened again in a browser that is in already.
    if (callers.has(request)) return reply.redirect('/', 303);
    reply.code(403);
    return notLetIn(reply, 'This address was used already', 'Each address works once. Start JARVIS again, or ask it for a new address.');
  });
  const stopping = new AbortController();
  addHomeLoginRoute(app, LOGIN_CALLBACK, { finish: options.finishHomeLogin, log, ended: stopping.signal });
  app.post('/mcp', { bodyLimit: options.mcp?.bodyLimit ?? 1 }, async (request, reply) => {
    // A page has no use for it, and what is on a page must not reach it.
    if (options.mcp === undefined || callers.get(request)?.source !== 'api')
      return reply.code(403).type('text/plain').send('Only with the API token.');
    reply.hijack();
    await options.mcp.serve(request.raw, reply.raw, request.body);
  });
  // Nothing is told there unasked; the protocol wants this status then.
  app.get('/mcp', (_request, reply) => reply.code(405).send());
  app.post('/address', (request, reply) => {
    // Who is in as a page must not let others in.
    if (callers.get(request)?.source !== 'api') return reply.code(403).type('text/plain').send('Only with the API token.');
    return reply.header('cache-control', 'no-store').send({ address: newAddress() });
  });
  await app.register(restRoutes(options, callers));
  await servePage(app, options.pageFolder);

  app.server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', (error) => log.debug({ error: error.message }, 'a websocket handshake broke off'));
    const caller = sessions.callerOf(request);
    if (whyForeign(request, host) !== undefined) refuse(socket, 403);
    else if (caller === undefined) refuse(socket, 401);
    else if (sockets.full()) refuse(socket, 503);
    else if (!sockets.upgrade(pathOf(request.url ?? ''), request, socket, head, caller)) refuse(socket, 404);
  });

  try {
    await app.listen({ host, port: wantedPort });
  } catch (error) {
    await app.close();
    throw error;
  }
  const bound = app.server.address();
  if (bound !== null && typeof bound === 'object') port = bound.port;
  // Browsers share cookies among the ports of a machine; two hosts must not overwrite each other's.
  cookieName = `jarvis-${port}`;
  const beating = sockets.keepAlive(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    sockets.closeAll();
    await app.close();
    await beating;
  };
  return { address: newAddress(), port, newAddress, stop, [Symbol.asyncDispose]: stop };
}

function restRoutes({ router, version }: GatewayOptions, callers: WeakMap<FastifyRequest, Caller>) {
  const api = createRestApi(router, version);
  return (scope: FastifyInstance, _options: object, done: () => void): void => {
    // oRPC reads bodies itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    scope.get('/api', async (_request, reply) => reply.type('text/html; charset=utf-8').send(await api.page()));
    scope.get('/api/openapi.json', async () => api.specification());
    scope.all('/api/*', async (request, reply) => {
      const caller = callers.get(request) ?? (request.url === SIGNED_PATH ? { source: 'api' as const } : undefined);
      if (caller === undefined) return reply.code(401).send();
      reply.hijack();
      if (await api.handle(request.raw, reply.raw, caller)) return;
      reply.raw
        .writeHead(404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: 'There is no such procedure; see /api.' }));
    });
    done();
  };
}

async function servePage(app: FastifyInstance, pageFolder: string): Promise<void> {
  app.get('/rpc', (_request, reply) => reply.code(426).header('upgrade', 'websocket').send());
  app.get('/audio', (_request, reply) => reply.code(426).header('upgrade', 'websocket').send());
  if (!existsSync(join(pageFolder, 'index.html'))) {
    app.get('/', (_request, reply) => {
      reply.code(503);
      return notLetIn(reply, 'The page is not built', 'Run "npm start", or "npm run build" once.');
    });
    return;
  }
  await app.register(staticFiles, {
    root: pageFolder,
    setHeaders(reply, path) {
      // Names under assets hold a digest of the contents.
      reply.header('cache-control', /[\\/]assets[\\/]/u.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

function notLetIn(reply: FastifyReply, title: string, text: string): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="dark light"><title>JARVIS</title><h1>${title}</h1><p>${text}</p></html>`,
    );
}

const refuse = (socket: Duplex, code: number): void => {
  socket.end(`HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

/** How a browser on this machine calls the address that the gateway listens on. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
