import type { MqttClient } from 'mqtt';
import { type AnnouncementOptions, JarvisAnnouncement, jarvisTopics } from './announce-jarvis.ts';
import type { JarvisPresence } from './jarvis-presence.ts';
import { checkBrokerUrl, keepConnected, type MqttConnectionOptions } from './mqtt-connection.ts';

export interface KeepAnnouncedOptions extends AnnouncementOptions, Pick<MqttConnectionOptions, 'url' | 'username' | 'password' | 'tls'> {}

const sessionOf = (client: MqttClient) => ({
  publish: (topic: string, payload: string, { retain }: { retain: boolean }): void => {
    if (client.connected) client.publish(topic, payload, { retain, qos: 0 });
  },
});

/**
 * Keeps JARVIS announced at a broker until `signal` aborts, by a session of its own: its last will is that JARVIS is gone.
 * @throws TypeError for a url of no broker
 */
export async function keepAnnounced(options: KeepAnnouncedOptions, presence: JarvisPresence, signal: AbortSignal): Promise<void> {
  checkBrokerUrl(options.url);
  const { available, id } = jarvisTopics(options);
  let announcement: JarvisAnnouncement | undefined;
  const telling = (async () => {
    for await (const _change of presence.changes(signal)) announcement?.tell();
  })();
  signal.addEventListener('abort', () => announcement?.leave(), { once: true });
  await keepConnected(
    {
      ...connectionOf(options),
      clientId: `jarvis-presence-${id}`,
      will: { topic: available, payload: 'offline' },
      connected: async (client) => {
        announcement = new JarvisAnnouncement(sessionOf(client), presence, options);
        await client.subscribeAsync(announcement.subscriptions, { qos: 0 });
        announcement.announce();
      },
      disconnected: () => {
        announcement = undefined;
      },
      message: (topic, bytes, retained) => announcement?.hear(topic, bytes, retained),
    },
    signal,
  );
  await telling;
}

/**
 * Takes the announcement back, once; for a JARVIS that is no longer to be seen. Gives up when `signal` aborts.
 * @throws TypeError for a url of no broker
 */
export async function withdrawAnnouncement(options: KeepAnnouncedOptions, signal: AbortSignal): Promise<void> {
  checkBrokerUrl(options.url);
  const done = new AbortController();
  const presence: JarvisPresence = {
    state: 'idle',
    muted: false,
    lastCommand: undefined,
    changes: async function* () {},
    onMute: () => undefined,
    onSay: () => undefined,
  };
  await keepConnected(
    {
      ...connectionOf(options),
      clientId: `jarvis-presence-${jarvisTopics(options).id}`,
      connected: async (client) => {
        new JarvisAnnouncement(sessionOf(client), presence, options).withdraw();
        // answered after everything before it, so that nothing is lost by leaving
        await client.subscribeAsync(jarvisTopics(options).birth, { qos: 1 });
        done.abort();
      },
      disconnected: () => undefined,
      message: () => undefined,
    },
    AbortSignal.any([signal, done.signal]),
  );
}

const connectionOf = ({ url, username, password, tls, clock }: KeepAnnouncedOptions) => ({ url, username, password, tls, clock });
