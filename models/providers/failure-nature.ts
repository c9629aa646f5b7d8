export type ProviderFailureKind =
  | 'key'
  | 'quota'
  | 'rate-limit'
  | 'overloaded'
  | 'too-long'
  | 'unreachable'
  | 'timed-out'
  | 'broken-answer'
  | 'no-such-model'
  | 'refused'
  | 'failed';

/** Whom a failure is about, for its sentence. */
export interface FailureSubject {
  /** The provider as people know it. */
  name: string;
  model?: string;
  /** The key that was sent: wherever a server repeats it, it is struck out. */
  key?: string;
  /** ms since the epoch, for `retry-after` as a date. */
  now: number;
}

export interface FailureNature {
  kind: ProviderFailureKind;
  /** Whether the same request to the same provider may do better later. Absent: as is usual for the kind. */
  retryable?: boolean;
  retryAfterMs?: number;
  /** Absent: the kind's own. `{name}` and `{model}` are filled in. */
  sentence?: string;
  /** The server's own words. */
  detail?: string;
}
