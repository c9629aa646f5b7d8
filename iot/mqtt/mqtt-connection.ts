import mqtt, { type MqttClient } from 'mqtt';
import type { Clock } from '../../contract/clock.ts';
import { connectionFailure } from './connection-failure.ts';

/** PEM texts; see `readTls`. */
export interface MqttTls {
  /** Of the authority that signed the broker's certificate. */
  ca?: string;
  /** Ours, for a broker that wants to see one. */
  cert?: string;
  key?: string;
  /** Take any certificate of the broker. */
  insecure?: boolean;
}

export interface MqttConnectionOptions {
  /** `mqtt://host:1883`, `mqtts://`, `ws://`, `wss://` */
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  tls?: MqttTls | undefined;
  clientId: string;
  clock: Clock;
  /** What the broker says for us when we are gone without a goodbye. */
  will?: { topic: string; payload: string };
  /** A session has begun: subscribe and greet. May take as long as it likes; the loop watches the session meanwhile. */
  connected(client: MqttClient): Promise<void>;
  disconnected(reason: string): void;
  /** @param retained kept by the broker from before, not said just now */
  message(topic: string, payload: Uint8Array, retained: boolean): void;
}

/** ms before the first and before every later attempt. */
const firstPause = 500;
const longestPause = 30_000;

/** @throws TypeError for an address that no broker can have */
export function checkBrokerUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (!parsed || !['mqtt:', 'mqtts:', 'tcp:', 'ssl:', 'ws:', 'wss:'].includes(parsed.protocol) || parsed.hostname === '')
    throw new TypeError(`"${url.replace(/\/\/[^@/]*@/, '//')}" is no broker's address; it looks like mqtt://host:1883`);
  return parsed;
}

const hostOf = (url: string): string => {
  const { protocol, hostname, port } = checkBrokerUrl(url);
  return `${hostname}:${port || (['mqtts:', 'ssl:'].includes(protocol) ? 8883 : protocol === 'wss:' ? 443 : protocol === 'ws:' ? 80 : 1883)}`;
};

/** Keeps one session with the broker alive until `signal` aborts; pauses double from half a second to 30 s. */
export async function keepConnected(options: MqttConnectionOptions, signal: AbortSignal): Promise<void> {
  let pause = firstPause;
  while (!signal.aborted) {
    const { reason, wasConnected } = await session(options, signal);
    if (signal.aborted) return;
    options.disconnected(reason);
    pause = wasConnected ? firstPause : Math.min(longestPause, pause * 2);
    try {
      await options.clock.sleep(pause, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

async function session(options: MqttConnectionOptions, signal: AbortSignal): Promise<{ reason: string; wasConnected: boolean }> {
  const client = mqtt.connect(options.url, {
    clientId: options.clientId,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    ...(options.tls?.ca !== undefined && { ca: options.tls.ca }),
    ...(options.tls?.cert !== undefined && { cert: options.tls.cert }),
    ...(options.tls?.key !== undefined && { key: options.tls.key }),
    ...(options.tls?.insecure === true && { rejectUnauthorized: false }),
    ...(options.will && { will: { topic: options.will.topic, payload: Buffer.from(options.will.payload), qos: 0, retain: true } }),
    // the embedded broker speaks 3.1.1 only
    protocolVersion: 4,
    reconnectPeriod: 0,
    // a command must never be sent minutes later, when the broker is back
    queueQoSZero: false,
    resubscribe: false,
    connectTimeout: 10_000,
    keepalive: 30,
  });
  const host = hostOf(options.url);
  let reason = `The MQTT broker at ${host} has closed the connection.`;
  let wasConnected = false;
  const ended = Promise.withResolvers<void>();
  const stop = (): void => ended.resolve();
  signal.addEventListener('abort', stop, { once: true });
  client.on('error', (error) => {
    reason = connectionFailure(error, host);
    ended.resolve();
  });
  client.on('close', stop);
  client.on('message', (topic, payload, { retain }) => options.message(topic, payload, retain));
  client.on('connect', () => {
    wasConnected = true;
    options.connected(client).catch((error: unknown) => {
      reason = connectionFailure(error, host);
      ended.resolve();
    });
  });
  if (signal.aborted) stop();
  await ended.promise;
  signal.removeEventListener('abort', stop);
  // a polite goodbye on purpose only; a dead connection is dropped
  await client.endAsync(!signal.aborted);
  return { reason, wasConnected };
}
