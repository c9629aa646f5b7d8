/** Time comes in as an argument, so that logic can be proved without waiting. */
export interface Clock {
  /** ms since the Unix epoch; may jump. */
  now(): number;
  /** ms that only ever grow; for durations. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
