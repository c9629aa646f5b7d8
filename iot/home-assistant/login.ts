import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import { ConnectionProblem, problemOfHttpAnswer } from './connection-problem.ts';
import { homeAssistantAddress } from './home-assistant-address.ts';
import { httpRequest } from './http-request.ts';

/**
 * The login of Home Assistant (IndieAuth on OAuth 2): no secret is registered anywhere, the client is its own web address, and the
 * page it returns to must lie at the same host as that address.
 */
export interface LoginClient {
  /** Whatever a person typed. */
  url: string;
  /** JARVIS's own address, e.g. `http://127.0.0.1:7777/`. */
  clientId: string;
  /** Take a certificate that no authority has signed. */
  insecure?: boolean | undefined;
  clock: Clock;
}

export interface LoginTokens {
  accessToken: string;
  /** Lasts until it is revoked; keep it with the secrets. */
  refreshToken: string;
  /** ms since the epoch */
  expiresAt: number;
}

const GrantSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const FirstGrantSchema = GrantSchema.extend({ refresh_token: z.string().min(1) });
const ErrorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** ms before its end at which an access token is no longer used. */
const margin = 60_000;

/** The page where the person logs in and agrees. @throws JarvisError for a url that is no address */
export function authorizeUrl({ url, clientId }: Pick<LoginClient, 'url' | 'clientId'>, redirectUri: string, state: string): string {
  const page = new URL(`${homeAssistantAddress(url).base}/auth/authorize`);
  page.search = new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state }).toString();
  return page.href;
}

/** The code in the address that Home Assistant sent the person back to. @throws JarvisError where it was not our question, or a no */
export function readReturn(returned: string, state: string): string {
  const query = URL.parse(returned)?.searchParams;
  const refuse = (sentence: string): never => {
    throw new JarvisError('home-refused', sentence);
  };
  if (query?.get('state') !== state) return refuse('That login was not begun here. Please begin again.');
  const code = query.get('code');
  return code === null || code === '' ? refuse('The login was not completed.') : code;
}

/** @throws ConnectionProblem where trying again may help, else JarvisError `home-refused` with a sentence */
async function askForTokens<Grant>(
  client: LoginClient,
  schema: z.ZodType<Grant>,
  form: Record<string, string>,
  signal: AbortSignal,
): Promise<Grant> {
  const { base } = homeAssistantAddress(client.url);
  const { status, body } = await httpRequest(
    {
      url: `${base}/auth/token`,
      method: 'POST',
      form: { ...form, client_id: client.clientId },
      insecure: client.insecure,
      clock: client.clock,
    },
    signal,
  );
  const answer = parseJson(new TextDecoder().decode(body));
  const grant = schema.safeParse(answer);
  if (status === 200 && grant.success) return grant.data;
  if (status >= 500) throw problemOfHttpAnswer(status, undefined, base);
  const refused = ErrorSchema.safeParse(answer).data;
  if (status === 403) throw new JarvisError('home-refused', 'Home Assistant does not let this person log in from here.');
  if (refused?.error === 'invalid_grant' || refused?.error === 'invalid_request')
    throw new JarvisError('home-refused', 'Home Assistant no longer accepts this login. Please connect again.');
  throw new JarvisError('home-refused', `${base} did not answer the login as Home Assistant does.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** For a person who waits: whatever is wrong is said. */
function forPeople(error: unknown): never {
  throw error instanceof ConnectionProblem ? new JarvisError('home-refused', error.message, { cause: error }) : error;
}

/** @throws JarvisError `home-refused` with a sentence */
export async function exchangeCode(client: LoginClient, code: string, signal: AbortSignal): Promise<LoginTokens> {
  const form = { grant_type: 'authorization_code', code };
  const grant = await askForTokens(client, FirstGrantSchema, form, signal).catch(forPeople);
  return { accessToken: grant.access_token, refreshToken: grant.refresh_token, expiresAt: client.clock.now() + grant.expires_in * 1000 };
}

/** Takes the refresh token back. Home Assistant answers the same whether it knew it or not. @throws JarvisError `home-refused` with a sentence */
export async function revokeLogin(client: LoginClient, refreshToken: string, signal: AbortSignal): Promise<void> {
  const { base } = homeAssistantAddress(client.url);
  const { status } = await httpRequest(
    { url: `${base}/auth/revoke`, method: 'POST', form: { token: refreshToken }, insecure: client.insecure, clock: client.clock },
    signal,
  ).catch(forPeople);
  if (status !== 200) throw new JarvisError('home-refused', `Home Assistant did not take the login back (HTTP ${status}).`);
}

/**
 * Access tokens for a bridge's `token`, made anew before they end; many who ask at once share one request. The tokens reject with
 * JarvisError `home-refused` when the login was taken back, with ConnectionProblem when Home Assistant does not answer.
 */
export function createTokenSource(
  client: LoginClient,
  refreshToken: string,
  first?: LoginTokens,
): (signal?: AbortSignal) => Promise<string> {
  let held = first && { token: first.accessToken, expiresAt: first.expiresAt };
  let asking: Promise<string> | undefined;
  const refresh = async (signal: AbortSignal): Promise<string> => {
    try {
      const grant = await askForTokens(client, GrantSchema, { grant_type: 'refresh_token', refresh_token: refreshToken }, signal);
      held = { token: grant.access_token, expiresAt: client.clock.now() + grant.expires_in * 1000 };
      return held.token;
    } finally {
      asking = undefined;
    }
  };
  return async (signal = new AbortController().signal) => {
    if (held && held.expiresAt - margin > client.clock.now()) return held.token;
    asking ??= refresh(signal);
    return asking;
  };
}
