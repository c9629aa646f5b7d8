import { Broadcast } from '../contract/broadcast.ts';

export interface Stopped {
  /** ms since the epoch */
  at: number;
  /** Where it came from: `voice`, `page`, `cli`, `tray` … */
  by: string;
}

export type StopChange = { type: 'stopped'; stopped: Stopped } | { type: 'released' };

/** One signal above all others, and a latch: while it holds, nothing starts. */
export class EmergencyStop {
  #controller = new AbortController();
  #stopped: Stopped | undefined;
  readonly #changes = new Broadcast<StopChange>();

  get latched(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Since when, and by whom; undefined while nothing is stopped. */
  get stopped(): Stopped | undefined {
    return this.#stopped;
  }

  /** Aborts with the stop; a new one after each release, so what was stopped stays stopped. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Everything that listens to `signal` has been told when this returns. The first one counts; a second changes nothing. */
  stop(stopped: Stopped = { at: 0, by: 'host' }): void {
    if (this.latched) return;
    this.#stopped = stopped;
    this.#controller.abort(new Error('emergency stop'));
    this.#changes.publish({ type: 'stopped', stopped });
  }

  /** Only a person releases it. */
  release(): void {
    if (!this.latched) return;
    this.#controller = new AbortController();
    this.#stopped = undefined;
    this.#changes.publish({ type: 'released' });
  }

  /** Every stop and release from now on; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<StopChange> {
    return this.#changes.subscribe(signal);
  }
}
