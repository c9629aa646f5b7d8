import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication } from '../authentication.ts';
import type { House } from '../house.ts';
import { describeConfig } from '../house-config.ts';
import { stateAsDictionary } from '../state-machine.ts';

export interface HttpReply {
  status: number;
  /** An object is sent as JSON, a string as HTML, bytes with `type`. */
  body?: unknown;
  type?: string;
  location?: string;
}

export interface HttpRequest {
  method: string;
  url: URL;
  form: URLSearchParams;
  json: unknown;
}

/** Undefined: this route is not its own. */
export type HttpRoute = (request: HttpRequest) => HttpReply | undefined | Promise<HttpReply | undefined>;

/** REST: `/api/…` only with a valid token, the rest open. */
export function createHttpListener(
  house: House,
  authentication: Authentication,
  open: readonly HttpRoute[],
  guarded: readonly HttpRoute[],
) {
  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    for (const route of open) {
      const reply = await route(request);
      if (reply) return send(response, reply);
    }
    if (!request.url.pathname.startsWith('/api')) return send(response, { status: 404, body: '404: Not Found', type: 'text/plain' });
    const token = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
    if (token === undefined || !authentication.ownerOf(token))
      return send(response, { status: 401, body: '401: Unauthorized', type: 'text/plain' });
    for (const route of [coreRoutes(house), ...guarded]) {
      const reply = await route(request);
      if (reply) return send(response, reply);
    }
    return send(response, { status: 404, body: '404: Not Found', type: 'text/plain' });
  };
}

function coreRoutes(house: House): HttpRoute {
  return ({ method, url }) => {
    if (method !== 'GET') return undefined;
    if (url.pathname === '/api/') return { status: 200, body: { message: 'API running.' } };
    if (url.pathname === '/api/config') return { status: 200, body: describeConfig(house) };
    if (url.pathname === '/api/states') return { status: 200, body: house.states.all().map(stateAsDictionary) };
    const one = /^\/api\/states\/([^/]+)$/.exec(url.pathname)?.[1];
    if (one === undefined) return undefined;
    const state = house.states.get(decodeURIComponent(one));
    return state ? { status: 200, body: stateAsDictionary(state) } : { status: 404, body: { message: 'Entity not found.' } };
  };
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const contentType = incoming.headers['content-type'] ?? '';
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://fake'),
    form: await readForm(body, contentType),
    json: contentType.startsWith('application/json') ? parseJson(body.toString('utf8')) : undefined,
  };
}

async function readForm(body: Buffer, contentType: string): Promise<URLSearchParams> {
  const form = new URLSearchParams();
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(contentType)) return form;
  const parsed = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  for (const [key, value] of parsed) if (typeof value === 'string') form.append(key, value);
  return form;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, type, location }: HttpReply): void {
  const isBytes = body instanceof Uint8Array;
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': type ?? (isText ? 'text/html; charset=utf-8' : 'application/json'),
    ...(location === undefined ? {} : { location }),
  });
  response.end(body === undefined || isBytes || isText ? body : JSON.stringify(body));
}
