import { ModelError } from '../model-link.ts';
import type { Resident } from './resident.ts';

interface Waiter {
  arrived(resident: Resident): void;
  failed(error: unknown): void;
  progress(done: number): void;
}

/** A load that somebody asked for, with everybody who waits for it. When nobody waits any more it is given up. */
export class Arrival {
  readonly modelId: string;
  /** Monotonic ms of the first ask. */
  readonly since: number;
  readonly #wanted = new AbortController();
  readonly #waiters = new Set<Waiter>();

  constructor(modelId: string, since: number) {
    this.modelId = modelId;
    this.since = since;
  }

  /** Aborted when nobody wants it any more. */
  get signal(): AbortSignal {
    return this.#wanted.signal;
  }

  /** What `take` makes of the model in the very moment it is there, before anything can happen to it. Rejects with the signal's reason when aborted. */
  join<Result>(take: (resident: Resident) => Result, progress: (done: number) => void, signal: AbortSignal): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = (): void => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
        if (this.#waiters.size === 0) this.cancel('Nobody waits for this model any more.');
      };
      const waiter: Waiter = {
        arrived(resident) {
          signal.removeEventListener('abort', leave);
          resolve(take(resident));
        },
        failed(error) {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
        progress,
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiters.add(waiter);
    });
  }

  tellProgress(done: number): void {
    for (const waiter of this.#waiters) waiter.progress(done);
  }

  arrive(resident: Resident): void {
    for (const waiter of this.#waiters) waiter.arrived(resident);
    this.#waiters.clear();
  }

  fail(error: unknown): void {
    for (const waiter of this.#waiters) waiter.failed(error);
    this.#waiters.clear();
  }

  cancel(reason: string): void {
    const error = new ModelError('aborted', reason);
    this.fail(error);
    this.#wanted.abort(error);
  }
}
