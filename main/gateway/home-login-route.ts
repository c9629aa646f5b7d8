import type { FastifyInstance, FastifyReply } from 'fastify';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import type { Log } from '../host/log.ts';
import { escapeHtml } from './escape-html.ts';

/** Ends a login at Home Assistant, and connects it. Throws a `JarvisError` when it cannot. @returns where the person came from */
export type FinishHomeLogin = (state: string, code: string, signal: AbortSignal) => Promise<{ title: string; returnTo: string }>;

/** No secret of ours is longer. */
const LONGEST = 2_000;

/**
 * Where Home Assistant sends a person back to. The browser comes from another site, so it brings no cookie: the state alone, known to who began the
 * login, lets it in. For the same reason the way on is a page, not a redirect, whose cookies would stay behind as well.
 */
export function addHomeLoginRoute(
  app: FastifyInstance,
  path: string,
  options: { finish: FinishHomeLogin; log: Log; ended: AbortSignal },
): void {
  app.get<{ Querystring: Record<string, string | string[] | undefined> }>(path, async (request, reply) => {
    const { state, code } = request.query;
    if (typeof state !== 'string' || typeof code !== 'string' || state.length > LONGEST || code.length > LONGEST) {
      return say(reply.code(400), 'This is no login', 'Begin at JARVIS: connect Home Assistant there.');
    }
    try {
      const { title, returnTo } = await options.finish(state, code, options.ended);
      return say(reply, 'Connected', `JARVIS is connected to ${title}.`, ownPage(returnTo, request.headers.host));
    } catch (error) {
      if (error instanceof JarvisError) {
        const reason = sentenceFor(error.failure);
        return say(reply.code(403), 'This login did not work', reason, failedPage(reason, request.headers.host));
      }
      options.log.error({ error }, 'a login failed');
      return say(reply.code(500), 'This login did not work', 'Something went wrong on my side.');
    }
  });
}

/** The page to go on to, if this host serves it: nobody may use a login to lead people elsewhere. */
function ownPage(returnTo: string, host: string | undefined): string | undefined {
  const url = URL.parse(returnTo);
  return url !== null && url.protocol === 'http:' && url.host === host ? url.href : undefined;
}

/** The page of this host, told what went wrong, where the person can try again. */
function failedPage(reason: string, host: string | undefined): string | undefined {
  const url = URL.parse(`http://${host}/`);
  url?.searchParams.set('login-error', reason);
  return host === undefined ? undefined : url?.href;
}

function say(reply: FastifyReply, title: string, text: string, onward?: string): FastifyReply {
  const refresh = onward === undefined ? '' : `<meta http-equiv="refresh" content="0; url=${escapeHtml(onward)}">`;
  const link = onward === undefined ? 'You can close this page.' : `<a href="${escapeHtml(onward)}">Back to JARVIS</a>`;
  return reply
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="dark light">${refresh}<title>JARVIS</title>` +
        `<h1>${title}</h1><p>${escapeHtml(text)}</p><p>${link}</p></html>`,
    );
}
