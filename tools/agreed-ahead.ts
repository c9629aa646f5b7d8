import type { Clock } from '../contract/clock.ts';
import type { Approval, Risk, Taint } from '../contract/tool.ts';
import type { AnsweredBy } from './approval-words.ts';

/** A yes to exactly one call, given before the gate asks for it: by whoever approved a plan in which it stands as the gate itself would word it. */
export interface Ahead {
  turnId: string;
  /** Of tool and canonical input, as the gate computes it. */
  digest: string;
  risk: Risk;
  /** What of outside the turn had read when the person saw it. */
  taint: readonly Taint[];
  by: AnsweredBy;
}

/** ms; a plan that takes longer asks again. */
const LASTS_MS = 15 * 60_000;

interface Kept extends Ahead {
  /** On the clock that cannot be set back. */
  deadline: number;
}

/**
 * Yeses that were given ahead. Each counts once, in its turn, for its digest. It is no answer where the question has become another one: strong, of another
 * risk, or asked after more of outside was read than the person knew of.
 */
export class AgreedAhead {
  readonly #clock: Clock;
  readonly #kept = new Set<Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns takes it back; to be called at the end of the turn at the latest */
  add(ahead: Ahead): () => void {
    const kept: Kept = { ...ahead, taint: [...ahead.taint], deadline: this.#clock.monotonic() + LASTS_MS };
    this.#kept.add(kept);
    return () => void this.#kept.delete(kept);
  }

  /** Spends the yes to this question, where there is one. */
  take(question: Pick<Approval, 'turnId' | 'digest' | 'risk' | 'strong' | 'taint'>): Ahead | undefined {
    const now = this.#clock.monotonic();
    for (const kept of this.#kept) if (now > kept.deadline) this.#kept.delete(kept);
    const { turnId, digest, risk, strong, taint = [] } = question;
    const found = [...this.#kept].find((kept) => kept.turnId === turnId && kept.digest === digest);
    if (found === undefined) return undefined;
    // Asked anew or not: it was given for this one call.
    this.#kept.delete(found);
    const knew = ({ origin, name }: Taint): boolean => found.taint.some((each) => each.origin === origin && each.name === name);
    return strong !== true && risk === found.risk && taint.every(knew) ? found : undefined;
  }
}
