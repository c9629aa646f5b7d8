import type { PageToHostAudio } from '../../contract/interface.ts';
import type { OpenCapture, OpenMicrophone } from './capture.ts';
import { loudnessOf } from './loudness.ts';

export type MicrophoneState =
  | 'off'
  | 'opening'
  | 'open'
  | 'muted'
  | 'refused'
  | 'not-found'
  | 'failed'
  | 'unplugged'
  /** Another page is heard. */
  | 'taken'
  /** The browser gives no microphone to this address (it wants https or localhost). */
  | 'unsupported';

export interface MicrophoneOptions {
  pageId: string;
  /** Absent where the browser has no microphone to give. */
  open: OpenMicrophone | undefined;
  send(message: PageToHostAudio): void;
  sendSamples(samples: Int16Array<ArrayBuffer>): void;
  onState(state: MicrophoneState): void;
  onHeldBack(heldBack: boolean): void;
}

type CloseReason = Extract<PageToHostAudio, { type: 'microphone-closed' }>['reason'];

/** The page's microphone: opens it, says so to the host, and really lets it go when muted, taken or told to. */
export class Microphone {
  readonly #options: MicrophoneOptions;
  #state: MicrophoneState = 'off';
  #capture: OpenCapture | undefined;
  /** Grows with every opening and closing: an opening that was overtaken closes what it gets. */
  #attempt = 0;
  #dbfs = -100;

  constructor(options: MicrophoneOptions) {
    this.#options = options;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  /** dBFS of the latest 32 ms; −100 while closed. */
  get dbfs(): number {
    return this.#dbfs;
  }

  /** Opens the microphone, taking it from another page if need be. Failures end in a state, not in an error. */
  async open(): Promise<void> {
    if (this.#state === 'open' || this.#state === 'opening') return;
    if (!this.#options.open) return this.#become('unsupported');
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#become('opening');
    let capture: OpenCapture;
    try {
      capture = await this.#options.open({
        onFrame: (frame) => {
          if (attempt !== this.#attempt) return;
          this.#dbfs = loudnessOf(frame);
          this.#options.sendSamples(frame);
        },
        onEnded: () => {
          if (attempt === this.#attempt) this.#close('unplugged', 'not-found');
        },
        onHeldBack: (heldBack) => {
          if (attempt === this.#attempt) this.#options.onHeldBack(heldBack);
        },
      });
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error);
      return;
    }
    if (attempt !== this.#attempt) return capture.stop();
    this.#capture = capture;
    this.#become('open');
    this.#announce(capture);
  }

  /** The line to the host is new: says again how the microphone stands. */
  announce(): void {
    if (this.#capture) this.#announce(this.#capture);
  }

  /** Muted ends the track itself; unmuted opens it again. */
  async setMuted(muted: boolean): Promise<void> {
    if (muted && this.#state !== 'muted') this.#close('muted', 'muted');
    else if (!muted && this.#state === 'muted') await this.open();
  }

  /** Another page is heard now. The host knows already, so nothing is said to it. */
  yield(): void {
    if (this.#state !== 'muted') this.#close('taken');
  }

  /** A device was plugged in or out. */
  async devicesChanged(): Promise<void> {
    if (this.#state === 'unplugged' || this.#state === 'not-found') await this.open();
  }

  #fail(error: unknown): void {
    const name = error instanceof Error ? error.name : '';
    if (name === 'NotAllowedError' || name === 'SecurityError') this.#close('refused', 'permission-refused');
    else if (name === 'NotFoundError' || name === 'OverconstrainedError') this.#close('not-found', 'not-found');
    else this.#close('failed', 'failed');
  }

  #close(state: MicrophoneState, reason?: CloseReason): void {
    this.#attempt += 1;
    this.#capture?.stop();
    this.#capture = undefined;
    this.#dbfs = -100;
    this.#options.onHeldBack(false);
    this.#become(state);
    if (reason) this.#options.send({ type: 'microphone-closed', reason });
  }

  #announce(capture: OpenCapture): void {
    this.#options.send({ type: 'microphone-opened', pageId: this.#options.pageId, label: capture.label });
  }

  #become(state: MicrophoneState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
