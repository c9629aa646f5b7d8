import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { jarvisMark } from './entity-identity.ts';
import { type JarvisPresence, jarvisStates } from './jarvis-presence.ts';

/** As much of a session with a broker as an announcement needs. */
export interface AnnouncingSession {
  publish(topic: string, payload: string, options: { retain: boolean }): void;
}

export interface AnnouncementOptions {
  /** Told apart from other JARVISes; letters, digits, `-` and `_`. */
  installationId: string;
  discoveryPrefix: string;
  /** Whether the last command is shown at all. */
  lastCommand: boolean;
  clock: Clock;
  log: Log;
}

/** Characters of a text that others may make JARVIS say. */
const longestSaying = 500;
/** As many sayings in as many ms. */
const mostSayings = 6;
const sayingsMs = 60_000;
/** ms between two full announcements, whoever asks. */
const announcingMs = 5000;

/** Printable text on one line; undefined when nothing is left. */
function saying(bytes: Uint8Array): string | undefined {
  // far more than is kept, and no more: the rest is not even looked at
  const text = new TextDecoder()
    .decode(bytes.subarray(0, longestSaying * 8))
    .replace(/[\p{C}\p{Z}\uFFFD]+/gu, ' ')
    .trim();
  return text === '' ? undefined : Array.from(text).slice(0, longestSaying).join('').trim();
}

/** Everything that one installation uses at the broker. */
export function jarvisTopics({ installationId, discoveryPrefix }: Pick<AnnouncementOptions, 'installationId' | 'discoveryPrefix'>) {
  const id = installationId.replace(/[^a-zA-Z0-9_-]/g, '').slice(0, 64);
  const base = `jarvis/${id}`;
  return {
    id,
    config: `${discoveryPrefix}/device/${jarvisMark}${id}/config`,
    birth: `${discoveryPrefix}/status`,
    available: `${base}/available`,
    state: `${base}/state`,
    command: `${base}/last-command`,
    muted: `${base}/muted`,
    mute: `${base}/muted/set`,
    say: `${base}/say`,
  };
}

/**
 * JARVIS as a device of Home Assistant: its state, the last command, a switch that mutes it, and a text that it says. One for each
 * session; the broker says `offline` on the topic `available` when the session is lost.
 */
export class JarvisAnnouncement {
  readonly #session: AnnouncingSession;
  readonly #presence: JarvisPresence;
  readonly #options: AnnouncementOptions;
  readonly #topics: ReturnType<typeof jarvisTopics>;
  readonly #said: number[] = [];
  readonly #told = new Map<string, string>();
  #announcedAt = Number.NEGATIVE_INFINITY;

  constructor(session: AnnouncingSession, presence: JarvisPresence, options: AnnouncementOptions) {
    this.#session = session;
    this.#presence = presence;
    this.#options = options;
    this.#topics = jarvisTopics(options);
  }

  /** What must be listened to. */
  get subscriptions(): string[] {
    return [this.#topics.mute, this.#topics.say, this.#topics.birth];
  }

  announce(): void {
    const now = this.#options.clock.monotonic();
    if (now - this.#announcedAt < announcingMs) return;
    this.#announcedAt = now;
    this.#session.publish(this.#topics.config, JSON.stringify(this.#config()), { retain: true });
    this.#session.publish(this.#topics.available, 'online', { retain: true });
    // the broker forgets what an earlier setting had it keep
    if (!this.#options.lastCommand) this.#session.publish(this.#topics.command, '', { retain: true });
    this.#told.clear();
    this.tell();
  }

  /** Publishes what has changed. */
  tell(): void {
    const { state, muted, lastCommand } = this.#presence;
    this.#publish(this.#topics.state, state);
    this.#publish(this.#topics.muted, muted ? 'ON' : 'OFF');
    if (!this.#options.lastCommand || !lastCommand) return;
    const { intent, entityIds } = lastCommand;
    this.#publish(this.#topics.command, JSON.stringify({ intent: intent.slice(0, 100), targets: entityIds.slice(0, 50) }));
  }

  #publish(topic: string, payload: string): void {
    if (this.#told.get(topic) === payload) return;
    this.#told.set(topic, payload);
    this.#session.publish(topic, payload, { retain: true });
  }

  /** @param retained a command that the broker kept is from another time and is not obeyed */
  hear(topic: string, bytes: Uint8Array, retained: boolean): void {
    if (bytes.length === 0 || (retained && topic !== this.#topics.birth)) return;
    if (topic === this.#topics.birth) {
      // a Home Assistant has come up and knows of nothing yet
      if (bytes.length < 20 && new TextDecoder().decode(bytes) === 'online') this.announce();
    } else if (topic === this.#topics.mute) this.#mute(bytes);
    else if (topic === this.#topics.say) this.#say(bytes);
  }

  #mute(bytes: Uint8Array): void {
    const word = new TextDecoder().decode(bytes.subarray(0, 10));
    if (word === 'ON' || word === 'OFF') this.#presence.onMute(word === 'ON');
  }

  #say(bytes: Uint8Array): void {
    const text = saying(bytes);
    if (text === undefined) return;
    const now = this.#options.clock.monotonic();
    while (this.#said[0] !== undefined && now - this.#said[0] >= sayingsMs) this.#said.shift();
    if (this.#said.length >= mostSayings) {
      this.#options.log.warn('MQTT: JARVIS is told to say too much; the rest is left unsaid');
      return;
    }
    this.#said.push(now);
    this.#presence.onSay(text);
  }

  /** JARVIS goes, and comes back another time. */
  leave(): void {
    this.#session.publish(this.#topics.available, 'offline', { retain: true });
  }

  /** JARVIS is no longer announced: everything that the broker keeps of it goes. */
  withdraw(): void {
    for (const topic of [this.#topics.config, this.#topics.available, this.#topics.state, this.#topics.command, this.#topics.muted])
      this.#session.publish(topic, '', { retain: true });
  }

  #config(): Record<string, unknown> {
    const { id, available, state, command, muted, mute, say } = this.#topics;
    const part = (name: string, config: Record<string, unknown>) => [name, { unique_id: `${jarvisMark}${id}_${name}`, ...config }] as const;
    const parts = [
      part('state', {
        platform: 'sensor',
        name: 'State',
        icon: 'mdi:robot',
        device_class: 'enum',
        options: jarvisStates,
        state_topic: state,
      }),
      part('mute', { platform: 'switch', name: 'Mute', icon: 'mdi:microphone-off', state_topic: muted, command_topic: mute }),
      // Home Assistant's texts hold no more than 255 characters
      part('say', { platform: 'text', name: 'Say', icon: 'mdi:bullhorn', command_topic: say, max: 255 }),
      ...(this.#options.lastCommand
        ? [
            part('last_command', {
              platform: 'sensor',
              name: 'Last command',
              icon: 'mdi:message-text',
              state_topic: command,
              value_template: '{{ value_json.intent }}',
              json_attributes_topic: command,
            }),
          ]
        : // with nothing but its platform it is taken back
          [['last_command', { platform: 'sensor' }] as const]),
    ];
    return {
      device: { identifiers: [`${jarvisMark}${id}`], name: 'JARVIS', manufacturer: 'JARVIS', model: 'Voice assistant' },
      origin: { name: 'JARVIS' },
      availability_topic: available,
      components: Object.fromEntries(parts),
    };
  }
}
