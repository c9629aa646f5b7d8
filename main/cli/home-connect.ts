import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type HomeConnection, HomeConnectionSchema } from '../../contract/interface.ts';
import { openDataFolder } from '../../store/data-folder.ts';
import { takeInstanceLock } from '../../store/instance-lock.ts';
import { openSecrets } from '../../store/secrets/open-secrets.ts';
import type { ConnectRequest } from '../host/connect-request.ts';
import { parseHomeAddress } from '../host/home-address.ts';
import { HomeConnections } from '../host/home-connections.ts';
import { openLog } from '../host/log.ts';
import { findRunningHost } from '../host/running-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { logIn, logInAtRunning } from './home-login.ts';
import type { ConnectOptions, HomeCommandOptions } from './home-options.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { secretFromStdin, secretFromTerminal } from './read-secret.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Looks whether it can be reached, keeps it, and tells a JARVIS that runs already. Throws with a sentence for people. */
export async function connectHome(text: string, options: ConnectOptions): Promise<void> {
  const { type, url } = parseHomeAddress(text);
  using interrupted = untilInterrupted();
  const running = await findRunningHost();
  const { insecure } = options;
  let connection: HomeConnection;
  if (options.login === true) {
    if (type !== 'home-assistant')
      throw new CommandError('Only a Home Assistant has a login; a broker wants --username and --password-stdin.');
    connection =
      running === undefined
        ? await alone((connections) => logIn({ url, insecure: insecure ?? false }, connections, interrupted.signal))
        : await logInAtRunning(running, { url, insecure: insecure ?? false }, interrupted.signal);
  } else {
    const secrets = type === 'home-assistant' ? { token: await tokenFor(url, options) } : await passwordFor(url, options);
    const request = { url, insecure, ...secrets, ...(options.ca !== undefined && { ca: resolve(options.ca) }) };
    connection =
      running === undefined
        ? await alone((connections) => connectAlone(connections, request, interrupted.signal))
        : await running.request(HomeConnectionSchema, 'POST', '/home/connections', request);
  }
  if (options.json === true) printJson(connection);
  else print(`Connected: ${connection.title}.`);
}

export async function disconnectHome(text: string, options: HomeCommandOptions): Promise<void> {
  const { type, url } = parseHomeAddress(text);
  const id = `${type} ${url}`;
  const running = await findRunningHost();
  if (running === undefined) await alone((connections) => connections.disconnect(id));
  else await running.request(z.unknown(), 'POST', '/home/disconnect', { id });
  if (options.json === true) printJson({ id, disconnected: true });
  else print(`Forgotten: ${url}. Its token and its devices are gone from here.`);
}

async function connectAlone(
  connections: HomeConnections,
  { token, ...request }: ConnectRequest & { token?: string },
  signal: AbortSignal,
): Promise<HomeConnection> {
  const made = await connections.connect({ ...request, ...(token !== undefined && { credentials: { type: 'token', token } }) }, signal);
  return made.connection;
}

async function tokenFor(url: string, options: ConnectOptions): Promise<string> {
  if (options.username !== undefined || options.passwordStdin === true || options.ca !== undefined)
    throw new CommandError('--username, --password-stdin and --ca are for brokers (mqtt://…); Home Assistant wants a token.');
  if (options.tokenStdin === true) return secretFromStdin('token');
  complain(`Make a long-lived access token: ${url}/profile/security`);
  const token = await secretFromTerminal('Token (it is not shown): ');
  if (token === undefined) throw new CommandError('Nobody is here to ask for the token. Give it with --token-stdin, or use --login.');
  if (token === '') throw new CommandError('Without a token there is no way in.');
  return token;
}

async function passwordFor(url: string, options: ConnectOptions): Promise<{ username?: string; password?: string }> {
  if (options.tokenStdin === true)
    throw new CommandError('--token-stdin is for Home Assistant; a broker wants --username and --password-stdin.');
  if (options.username === undefined) {
    if (options.passwordStdin === true) throw new CommandError('--password-stdin needs --username.');
    return {};
  }
  const { username } = options;
  const password =
    options.passwordStdin === true ? await secretFromStdin('password') : await secretFromTerminal(`Password of ${username} at ${url}: `);
  return { username, ...(password !== undefined && password !== '' && { password }) };
}

/** Changes what the next start finds; nobody else may do so meanwhile. */
async function alone<T>(work: (connections: HomeConnections) => Promise<T>): Promise<T> {
  const dataFolder = await openDataFolder();
  const lock = await takeInstanceLock(dataFolder, { pid: process.pid, address: '', now: systemClock.now() });
  if (!lock.taken) throw new CommandError(`JARVIS is just starting or busy (process ${lock.holder.pid}). Try again in a moment.`);
  try {
    const secrets = await openSecrets({ dataFolder, clock: systemClock });
    return await work(
      new HomeConnections({
        dataFolder,
        secrets,
        clock: systemClock,
        random: Math.random,
        log: openLog({ level: 'error' }),
        runId: randomUUID(),
        notice: complain,
      }),
    );
  } finally {
    await lock.release();
  }
}
