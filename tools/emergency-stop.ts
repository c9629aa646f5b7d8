/** One signal above all others, and a latch: while it holds, nothing starts. */
export class EmergencyStop {
  #controller = new AbortController();

  get latched(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Aborts with the stop; a new one after each release, so what was stopped stays stopped. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(): void {
    this.#controller.abort(new Error('emergency stop'));
  }

  /** Only a person releases it. */
  release(): void {
    if (this.latched) this.#controller = new AbortController();
  }
}
