import type { Clock } from '../../contract/clock.ts';
import { type HostToPageAudio, PageToHostAudioSchema } from '../../contract/interface.ts';
import type { Log } from '../host/log.ts';
import type { AudioListener, PageAudio } from './page-audio.ts';

/** One page's sound line, whatever wire carries it. */
export interface AudioWire {
  sendText(text: string): void;
  sendBytes(samples: Int16Array): void;
  /** Bytes that wait to leave. */
  waiting(): number;
  close(code: number, reason: string): void;
}

/** Bytes in one message at most. */
export const MESSAGE_LIMIT = 65_536;
/** Bytes a page may send in a burst, and per second on average: four times the pace of speech. */
const BURST_BYTES = 512_000;
const BYTES_PER_SECOND = 128_000;
/** Counted for every message beside its bytes, so that a flood of tiny ones is one too. */
const MESSAGE_COST = 64;
/** Bytes of speech that may wait for a page; more than a minute. */
const WAITING_LIMIT = 4_000_000;

/** Close codes of RFC 6455. */
const TOO_BIG = 1009;
const POLICY = 1008;

export interface AudioLinkOptions {
  id: string;
  wire: AudioWire;
  audio: PageAudio;
  clock: Clock;
  log: Log;
}

/** Checks what a page sends before the host sees it. Nonsense is dropped and logged once; a flood ends the line. */
export class AudioLink {
  readonly #options: AudioLinkOptions;
  readonly #listener: AudioListener;
  #closed = false;
  #complained = false;
  #budget = BURST_BYTES;
  #refilledAt: number;

  constructor(options: AudioLinkOptions) {
    const { id, wire, audio, clock } = options;
    this.#options = options;
    this.#refilledAt = clock.monotonic();
    this.#listener = audio.connect({
      id,
      send: (message: HostToPageAudio) => {
        if (!this.#closed) wire.sendText(JSON.stringify(message));
      },
      sendSamples: (samples) => {
        if (this.#closed) return;
        if (wire.waiting() > WAITING_LIMIT) wire.close(POLICY, 'the page does not take its sound');
        else wire.sendBytes(samples);
      },
      close: () => wire.close(1000, ''),
    });
  }

  takeText(text: string): void {
    if (!this.#affords(text.length)) return;
    const message = PageToHostAudioSchema.safeParse(parseJson(text));
    if (message.success) this.#listener.onMessage(message.data);
    else this.#complain('a page sent what is no message');
  }

  /** Any buffer; copied. */
  takeBytes(bytes: Uint8Array): void {
    if (!this.#affords(bytes.length)) return;
    if (bytes.length % 2 !== 0) this.#complain('a page sent half a sample');
    else if (bytes.length > 0) this.#listener.onSamples(new Int16Array(new Uint8Array(bytes).buffer));
  }

  /** The wire is gone. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.onClosed();
  }

  #affords(bytes: number): boolean {
    if (this.#closed) return false;
    const now = this.#options.clock.monotonic();
    this.#budget = Math.min(BURST_BYTES, this.#budget + ((now - this.#refilledAt) * BYTES_PER_SECOND) / 1000);
    this.#refilledAt = now;
    this.#budget -= bytes + MESSAGE_COST;
    if (bytes <= MESSAGE_LIMIT && this.#budget >= 0) return true;
    this.#options.log.warn({ connection: this.#options.id, bytes }, 'a page sent too much sound and was cut off');
    this.#options.wire.close(bytes > MESSAGE_LIMIT ? TOO_BIG : POLICY, 'too much sound');
    this.close();
    return false;
  }

  #complain(what: string): void {
    if (!this.#complained) this.#options.log.warn({ connection: this.#options.id }, what);
    this.#complained = true;
  }
}

/** Undefined for what is no JSON; no schema of ours takes it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
