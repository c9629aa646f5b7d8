import type { Clock } from '../../contract/clock.ts';
import type { ProviderFailure } from '../providers/provider-failure.ts';

type Failure = Pick<ProviderFailure, 'kind' | 'sentence' | 'retryAfterMs'>;

export interface Rest {
  /** For people. */
  reason: string;
  /** ms since the epoch; absent: until the settings change. */
  until?: number;
}

/** One way to a model, or a whole provider: closed, resting, or on trial after a rest. */
export interface CircuitBreaker {
  /** Undefined: it may be asked. */
  resting(): Rest | undefined;
  /** The last failure, until an answer came through. */
  problem(): string | undefined;
  /** Somebody asks it now. After a rest only one at a time may, until it is known how that went. */
  begin(): void;
  succeeded(): void;
  /** @param weight `count`: opens after several in a row; `at-once`; `for-good`: until it is closed by hand; `none`: says nothing about it */
  failed(failure: Failure, weight: FailureWeight): void;
  /** Neither: the person stopped it. */
  gaveUp(): void;
}

export type FailureWeight = 'none' | 'count' | 'at-once' | 'for-good';

/** Failures in a row after which it rests. */
const MOST_IN_A_ROW = 3;
/** ms of the first rest; each failed trial doubles it. */
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 15 * 60_000;
/** Of what a person has to put right: an empty account, a model that is not there. */
const LONG_REST_MS = 60 * 60_000;
/** A provider that asks for more is not believed. */
const LONGEST_ASKED_MS = 24 * 60 * 60_000;
const SHORTEST_REST_MS = 1000;

export function circuitBreaker(clock: Clock): CircuitBreaker {
  let inARow = 0;
  let rests = 0;
  let problem: string | undefined;
  /** Of the monotonic clock; Infinity until the settings change. */
  let restUntil: number | undefined;
  let isOnTrial = false;

  return {
    resting() {
      if (restUntil === undefined || problem === undefined) return;
      const left = restUntil - clock.monotonic();
      if (left === Number.POSITIVE_INFINITY) return { reason: problem };
      if (left > 0) return { reason: problem, until: clock.now() + left };
      return isOnTrial ? { reason: `${problem} It is being tried again.`, until: clock.now() + SHORTEST_REST_MS } : undefined;
    },
    problem: () => problem,
    begin() {
      if (restUntil !== undefined) isOnTrial = true;
    },
    succeeded() {
      inARow = 0;
      rests = 0;
      problem = undefined;
      restUntil = undefined;
      isOnTrial = false;
    },
    gaveUp() {
      isOnTrial = false;
    },
    failed(failure, weight) {
      const wasOnTrial = isOnTrial;
      isOnTrial = false;
      if (weight === 'none') return;
      problem = failure.sentence;
      inARow += 1;
      if (weight === 'for-good') {
        restUntil = Number.POSITIVE_INFINITY;
        return;
      }
      // Calls that were under way together fail together: a rest that has begun is not made longer by them.
      const isResting = restUntil !== undefined && restUntil > clock.monotonic();
      if (weight === 'count' && !wasOnTrial && (isResting || inARow < MOST_IN_A_ROW)) return;
      const until = clock.monotonic() + restMs(failure, rests);
      if (!isResting) rests += 1;
      restUntil = Math.max(restUntil ?? 0, until);
    },
  };
}

function restMs({ kind, retryAfterMs }: Failure, rests: number): number {
  if (retryAfterMs !== undefined && Number.isFinite(retryAfterMs))
    return Math.min(LONGEST_ASKED_MS, Math.max(SHORTEST_REST_MS, retryAfterMs));
  if (kind === 'quota' || kind === 'no-such-model') return LONG_REST_MS;
  return Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(rests, 10));
}
