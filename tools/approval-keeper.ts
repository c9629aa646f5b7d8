import type { ApprovalRecord, ApprovalStore } from './approval-store.ts';

/** Writes the newest record, one write at a time: what changes meanwhile goes with the next one. */
export class ApprovalKeeper {
  readonly #store: ApprovalStore;
  readonly #record: () => ApprovalRecord;
  readonly #trouble: (error: unknown) => void;
  #running: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;
  #closed = false;

  constructor(store: ApprovalStore, record: () => ApprovalRecord, trouble: (error: unknown) => void) {
    this.#store = store;
    this.#record = record;
    this.#trouble = trouble;
  }

  /** Resolves when everything up to now is on the disk, or the disk has refused and `trouble` was told. */
  save(): Promise<void> {
    if (this.#closed) return this.#running;
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      return this.#store.save(this.#record()).catch(this.#trouble);
    });
    this.#running = this.#queued;
    return this.#queued;
  }

  /** The last write: what ends after it is still there for the next run. */
  close(): Promise<void> {
    if (this.#closed) return this.#running;
    // Taken now: while an earlier write is still under way, everything may be called off.
    const last = this.#record();
    this.#closed = true;
    this.#running = this.#running.then(() => this.#store.save(last).catch(this.#trouble));
    return this.#running;
  }
}
