import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { ConnectionProblem, notHomeAssistant, problemOfHttpAnswer, problemOfSocketError } from './connection-problem.ts';
import type { HomeAssistantAddress } from './home-assistant-address.ts';

export interface OpenSocketOptions {
  address: HomeAssistantAddress;
  /** Long-lived token or access token. */
  token: string;
  /** Take a certificate that no authority has signed. */
  insecure?: boolean | undefined;
  clock: Clock;
}

/** ms for the whole way to a session. */
const openingLimit = 10_000;
/** bytes of one message; the registries of 10,000 entities take about 10 MB */
const largestMessage = 128 * 1024 * 1024;
/** Since 2023.12 `weather.get_forecasts` and `calendar.get_events` answer. */
const oldest = { year: 2023, month: 12 };

const GreetingSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth_required') }),
  z.object({ type: z.literal('auth_ok'), ha_version: z.string().max(60).default('0') }),
  z.object({ type: z.literal('auth_invalid'), message: z.string().optional() }),
]);

function parseGreeting(text: string): z.infer<typeof GreetingSchema> | undefined {
  try {
    return GreetingSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isTooOld(version: string): boolean {
  const [year = 0, month = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return !(year > oldest.year || (year === oldest.year && month >= oldest.month));
}

const tooOld = (version: string, base: string) =>
  new ConnectionProblem(
    'too-old',
    `Home Assistant at ${base} is version ${version}; JARVIS needs ${oldest.year}.${oldest.month} or newer.`,
  );
const badToken = (base: string) =>
  new ConnectionProblem('bad-token', `Home Assistant at ${base} does not accept the token. It may have been revoked; make a new one.`);

/**
 * Opens a websocket and logs in; messages are joined into arrays from here on (`coalesce_messages`).
 * @throws ConnectionProblem with a sentence for people; the signal's reason when aborted
 */
export async function openSocket(
  { address, token, insecure, clock }: OpenSocketOptions,
  signal: AbortSignal,
): Promise<{ socket: WebSocket; version: string }> {
  signal.throwIfAborted();
  const { base } = address;
  const socket = new WebSocket(address.websocket, {
    maxPayload: largestMessage,
    perMessageDeflate: false,
    ...(insecure === true && { rejectUnauthorized: false }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let greeted = false;

  const onMessage = (data: unknown, isBinary: boolean): void => {
    const message = isBinary ? undefined : parseGreeting(String(data));
    if (!message || (!greeted && message.type === 'auth_ok')) reject(notHomeAssistant(base));
    else if (message.type === 'auth_required') {
      greeted = true;
      socket.send(JSON.stringify({ type: 'auth', access_token: token }));
    } else if (message.type === 'auth_ok' && !isTooOld(message.ha_version)) resolve(message.ha_version);
    else reject(message.type === 'auth_ok' ? tooOld(message.ha_version, base) : badToken(base));
  };
  const onClose = (): void =>
    reject(
      greeted
        ? new ConnectionProblem('unreachable', `Home Assistant at ${base} has closed the connection while logging in.`)
        : notHomeAssistant(base),
    );
  const onError = (error: Error): void => reject(problemOfSocketError(error, base));
  const abort = (): void => reject(signal.reason);
  socket.on('message', onMessage);
  socket.on('close', onClose);
  socket.on('error', onError);
  socket.on('unexpected-response', (_request, response) => {
    response.resume();
    reject(problemOfHttpAnswer(response.statusCode ?? 0, response.headers.location, base));
  });
  signal.addEventListener('abort', abort, { once: true });
  const done = new AbortController();
  clock.sleep(openingLimit, done.signal).then(
    () =>
      reject(
        socket.readyState === WebSocket.OPEN
          ? new ConnectionProblem('unreachable', `${base} answers, but lets nobody in yet. Home Assistant may still be starting.`)
          : new ConnectionProblem('unreachable', `Nobody answers at ${base}.`),
      ),
    (error: unknown) => {
      if (!done.signal.aborted) reject(error);
    },
  );
  try {
    const version = await promise;
    socket.off('message', onMessage);
    socket.off('close', onClose);
    socket.send(JSON.stringify({ id: 1, type: 'supported_features', features: { coalesce_messages: 1 } }));
    return { socket, version };
  } catch (error) {
    socket.terminate();
    throw error;
  } finally {
    done.abort();
    signal.removeEventListener('abort', abort);
  }
}
