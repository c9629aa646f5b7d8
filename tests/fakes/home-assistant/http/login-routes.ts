import type { Authentication } from '../authentication.ts';
import type { HttpReply, HttpRequest, HttpRoute } from './http-api.ts';

const refusal = (error: string, description?: string, status = 400): HttpReply => ({
  status,
  body: { error, ...(description === undefined ? {} : { error_description: description }) },
});

/** `/manifest.json`, by which a Home Assistant is known from afar, and the login flow: authorize → code → tokens. */
export function loginRoutes(authentication: Authentication, revoked: (refreshTokenId: string) => void): HttpRoute {
  return (request) => {
    const { method, url } = request;
    if (method === 'GET' && url.pathname === '/manifest.json') return { status: 200, body: manifest, type: 'application/manifest+json' };
    if (method === 'GET' && url.pathname === '/auth/providers') return { status: 200, body: providers };
    if (url.pathname === '/auth/authorize') return authorize(authentication, request);
    if (method === 'POST' && url.pathname === '/auth/token') return token(authentication, request, revoked);
    if (method === 'POST' && url.pathname === '/auth/revoke') return revoke(authentication, request, revoked);
    return undefined;
  };
}

const manifest = {
  background_color: '#FFFFFF',
  description: 'Home automation platform that puts local control and privacy first.',
  dir: 'ltr',
  display: 'standalone',
  icons: [],
  lang: 'en-US',
  name: 'Home Assistant',
  short_name: 'Home Assistant',
  start_url: '/?homescreen=1',
  id: '/?homescreen=1',
  theme_color: '#03A9F4',
};

const providers = { providers: [{ name: 'Home Assistant Local', id: null, type: 'homeassistant' }], preselect_remember_me: true };

/** GET shows a page with one button; POST, or a GET with `automatic=1`, goes back to the client with the code. */
function authorize(authentication: Authentication, { method, url, form }: HttpRequest): HttpReply {
  const value = (name: string) => form.get(name) ?? url.searchParams.get(name) ?? '';
  const clientId = value('client_id');
  const redirect = value('redirect_uri');
  if (!isAllowedRedirect(clientId, redirect)) return { status: 400, body: 'Invalid redirect URI', type: 'text/plain' };
  if (method === 'GET' && value('automatic') === '') return { status: 200, body: page(url) };
  const back = new URL(redirect);
  back.searchParams.set('code', authentication.issueCode(clientId));
  const state = value('state');
  if (state !== '') back.searchParams.set('state', state);
  back.searchParams.set('storeToken', 'true');
  return { status: 302, location: back.href };
}

/** The redirect must lie on the host of the client's own address. */
function isAllowedRedirect(clientId: string, redirect: string): boolean {
  if (!URL.canParse(clientId) || !URL.canParse(redirect)) return false;
  return new URL(clientId).host === new URL(redirect).host;
}

function page(url: URL): string {
  const action = `${url.pathname}${url.search}`.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html><title>Home Assistant</title><h1>Log in</h1><form method="post" action="${action}"><button>Log in</button></form>`;
}

function token(authentication: Authentication, { form }: HttpRequest, revoked: (refreshTokenId: string) => void): HttpReply {
  if (form.get('action') === 'revoke') return revoke(authentication, { form }, revoked);
  const clientId = form.get('client_id') ?? '';
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      if (!URL.canParse(clientId)) return refusal('invalid_request', 'Invalid client id');
      const tokens = authentication.redeemCode(form.get('code') ?? '', clientId);
      if (!tokens) return refusal('invalid_request', 'Invalid code');
      return {
        status: 200,
        body: {
          access_token: tokens.accessToken,
          token_type: 'Bearer',
          refresh_token: tokens.refreshToken,
          expires_in: 1800,
          ha_auth_provider: 'homeassistant',
        },
      };
    }
    case 'refresh_token': {
      const refreshToken = form.get('refresh_token');
      if (refreshToken === null) return refusal('invalid_request');
      const accessToken = authentication.refresh(refreshToken, clientId);
      if (accessToken === undefined) return refusal(authentication.knows(refreshToken) ? 'invalid_request' : 'invalid_grant');
      return { status: 200, body: { access_token: accessToken, token_type: 'Bearer', expires_in: 1800 } };
    }
    default:
      return refusal('unsupported_grant_type');
  }
}

/** Answers 200 whatever the token was. */
function revoke(authentication: Authentication, { form }: Pick<HttpRequest, 'form'>, revoked: (refreshTokenId: string) => void): HttpReply {
  const id = authentication.revoke(form.get('token') ?? '');
  if (id !== undefined) revoked(id);
  return { status: 200, body: '' };
}
