import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { z } from 'zod';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import { type HomeConnection, HomeConnectionSchema } from '../../contract/interface.ts';
import type { HomeConnections } from '../host/home-connections.ts';
import { HomeLogins, LOGIN_CALLBACK } from '../host/home-login.ts';
import type { RunningHost } from '../host/running-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError, complain } from './output.ts';

interface Login {
  url: string;
  insecure: boolean;
}

/** ms a person has to log in, as `HomeLogins` has it. */
const LOGIN_MS = 10 * 60_000;
/** How often the running JARVIS is asked whether the person is back, in ms. */
const LOOK_MS = 500;

/** The person logs in at Home Assistant and comes back to a page of this command, on loopback. */
export async function logIn(login: Login, connections: HomeConnections, signal: AbortSignal): Promise<HomeConnection> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(LOGIN_MS)]);
  const logins = new HomeLogins({ clock: systemClock, randomToken: () => randomBytes(24).toString('base64url') });
  const done = Promise.withResolvers<HomeConnection>();
  const server = createServer(async (request, response) => {
    const say = (status: number, text: string): void => {
      response
        .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' })
        .end(`${text}\n`);
    };
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname !== LOGIN_CALLBACK) return say(404, 'There is no such page.');
    try {
      const { credentials, url, insecure } = await logins.finish(searchParams.get('state') ?? '', searchParams.get('code') ?? '', stop);
      const { connection } = await connections.connect({ url, insecure, credentials }, stop);
      say(200, `JARVIS is connected to ${connection.title}. You can close this page.`);
      done.resolve(connection);
    } catch (error) {
      const text = error instanceof JarvisError ? sentenceFor(error.failure) : 'Something went wrong; see the terminal.';
      say(403, text);
      complain(error instanceof Error && !(error instanceof JarvisError) ? `${text} ${error.message}` : text);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const origin = `http://127.0.0.1:${port}`;
    askPerson(logins.start({ ...login, origin, returnTo: origin }).authorizeUrl);
    stop.addEventListener('abort', () => done.reject(new CommandError('Nobody logged in.')), { once: true });
    return await done.promise;
  } finally {
    server.close();
  }
}

/** The same through the JARVIS that runs already: the person comes back to its page. */
export async function logInAtRunning(running: RunningHost, login: Login, signal: AbortSignal): Promise<HomeConnection> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(LOGIN_MS)]);
  const id = `home-assistant ${login.url}`;
  const look = async (): Promise<HomeConnection | undefined> => {
    const all = await running.request(z.array(HomeConnectionSchema), 'GET', '/home/connections');
    return all.find((connection) => connection.id === id);
  };
  const before = await look();
  if (before !== undefined && before.status.state !== 'refused')
    throw new CommandError(`${before.title} is set up already. To log in anew, disconnect it first: jarvis home disconnect ${login.url}`);
  const returnTo = `${running.origin}/`;
  const begun = z.object({ authorizeUrl: z.string() });
  askPerson((await running.request(begun, 'POST', '/home/login', { ...login, returnTo })).authorizeUrl);
  while (!stop.aborted) {
    const now = await look();
    if (now !== undefined && now.status.state !== 'refused') return now;
    await systemClock.sleep(LOOK_MS, stop).catch(() => undefined);
  }
  throw new CommandError('Nobody logged in.');
}

const askPerson = (address: string): void => complain(`Log in here, in any browser on this machine:\n${address}`);
