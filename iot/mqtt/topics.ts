import type { Complaints } from './complaints.ts';

/** Something heard on a topic. */
export interface Heard {
  bytes: Uint8Array;
  retained: boolean;
  /** The payload in that encoding. @throws TypeError for bytes that are no text in it */
  text(encoding?: string): string;
}
export type Listener = (heard: Heard) => void;

interface Options {
  complaints: Complaints;
  /** Called with topics that nobody listened to before, or not with that quality of service. */
  subscribe(topic: string, qos: 0 | 1 | 2): void;
  unsubscribe(topic: string): void;
}

interface Channel {
  listeners: Set<Listener>;
  qos: 0 | 1 | 2;
}

/** Bytes of a payload that is kept for those who listen later, and of all of them. */
const largestKept = 16 * 1024;
const mostKept = 32 * 1024 * 1024;

type Decoder = InstanceType<typeof TextDecoder>;
const decoders = new Map<string, Decoder>();

/** @throws RangeError for an encoding that nobody knows */
export function decoderFor(encoding: string): Decoder {
  const known = decoders.get(encoding);
  if (known) return known;
  // an empty name means raw bytes in Home Assistant: every byte is a letter
  const made = new TextDecoder(encoding === '' ? 'latin1' : encoding, { fatal: encoding !== '' });
  if (decoders.size < 50) decoders.set(encoding, made);
  return made;
}

function heardOf(bytes: Uint8Array, retained: boolean): Heard {
  let utf8: string | undefined;
  return {
    bytes,
    retained,
    text: (encoding = 'utf-8') => {
      if (encoding !== 'utf-8') return decoderFor(encoding).decode(bytes);
      utf8 ??= decoderFor('utf-8').decode(bytes);
      return utf8;
    },
  };
}

/** Who listens to which topic, and what each said last: several entities share a topic, and the broker sends what it keeps only once. */
export class Topics {
  readonly #options: Options;
  readonly #channels = new Map<string, Channel>();
  readonly #last = new Map<string, Uint8Array>();
  #kept = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  all(): [topic: string, qos: 0 | 1 | 2][] {
    return [...this.#channels].map(([topic, { qos }]) => [topic, qos]);
  }

  hear(topic: string, bytes: Uint8Array, retained: boolean): void {
    const channel = this.#channels.get(topic);
    if (!channel) return;
    this.#keep(topic, bytes);
    const heard = heardOf(bytes, retained);
    for (const listener of channel.listeners) this.#tell(topic, listener, heard);
  }

  /** One listener's trouble is not the others'. */
  #tell(topic: string, listener: Listener, heard: Heard): void {
    try {
      listener(heard);
    } catch (error) {
      this.#options.complaints.about(topic, error);
    }
  }

  #keep(topic: string, bytes: Uint8Array): void {
    this.#forget(topic);
    if (bytes.length > largestKept || this.#kept + bytes.length > mostKept) return;
    // a copy: the library's own would keep a whole packet alive
    this.#last.set(topic, Uint8Array.from(bytes));
    this.#kept += bytes.length;
  }

  #forget(topic: string): void {
    this.#kept -= this.#last.get(topic)?.length ?? 0;
    this.#last.delete(topic);
  }

  /** Hears what was said last at once. @returns how to stop */
  listen(topic: string, qos: 0 | 1 | 2, listener: Listener): () => void {
    const channel = this.#channels.get(topic) ?? { listeners: new Set(), qos };
    if (channel.listeners.size === 0 || qos > channel.qos) {
      channel.qos = qos > channel.qos ? qos : channel.qos;
      this.#channels.set(topic, channel);
      this.#options.subscribe(topic, channel.qos);
    }
    channel.listeners.add(listener);
    const last = this.#last.get(topic);
    if (last) this.#tell(topic, listener, heardOf(last, true));
    return () => {
      channel.listeners.delete(listener);
      if (channel.listeners.size > 0) return;
      this.#channels.delete(topic);
      this.#forget(topic);
      this.#options.unsubscribe(topic);
    };
  }
}
