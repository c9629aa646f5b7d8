import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Broadcast } from '../contract/broadcast.ts';
import type { Clock } from '../contract/clock.ts';
import type { Approval, ApprovalAnswer } from '../contract/tool.ts';

export type ApprovalChange = { type: 'asked'; approval: Approval } | { type: 'ended'; answer: ApprovalAnswer };

export type ApprovalQuestion = Omit<Approval, 'id' | 'askedAt' | 'expiresAt'>;

interface Pending {
  approval: Approval;
  end(answer: ApprovalAnswer): void;
}

/** Proof of one yes; good once, for one digest, for a while. */
export interface Permit {
  approvalId: string;
  digest: string;
  expiresAt: number;
  signature: Buffer;
}

/** What waits for a person's yes. An answer counts once, for exactly the input that was shown, and only in time. */
export class Approvals {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #expiryMs: number;
  readonly #pending = new Map<string, Pending>();
  readonly #changes = new Broadcast<ApprovalChange>();
  readonly #spent = new Set<string>();
  /** Never leaves this process: a permit from anywhere else is no permit. */
  readonly #key = randomBytes(32);

  constructor(options: { clock: Clock; newId: () => string; expiryMs: number }) {
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#expiryMs = options.expiryMs;
  }

  pending(): Approval[] {
    return [...this.#pending.values()].map(({ approval }) => approval);
  }

  changes(signal: AbortSignal): AsyncIterable<ApprovalChange> {
    return this.#changes.subscribe(signal);
  }

  /** Asks and waits for the answer, its expiry, or `signal`. `asked` is called at once. */
  async ask(
    question: ApprovalQuestion,
    signal: AbortSignal,
    asked: (approval: Approval) => void,
  ): Promise<{ answer: ApprovalAnswer; permit: Permit | undefined }> {
    const askedAt = this.#clock.now();
    const approval: Approval = { ...question, id: this.#newId(), askedAt, expiresAt: askedAt + this.#expiryMs };
    const answered = new AbortController();
    const answer = await new Promise<ApprovalAnswer>((resolve) => {
      const end = (given: ApprovalAnswer): void => {
        if (!this.#pending.delete(approval.id)) return;
        answered.abort();
        this.#changes.publish({ type: 'ended', answer: given });
        resolve(given);
      };
      this.#pending.set(approval.id, { approval, end });
      const refuse = (by: 'expiry' | 'cancel'): void => end({ approvalId: approval.id, approved: false, by });
      if (signal.aborted) refuse('cancel');
      else signal.addEventListener('abort', () => refuse('cancel'), { once: true, signal: answered.signal });
      this.#clock.sleep(this.#expiryMs, answered.signal).then(
        () => refuse('expiry'),
        () => undefined,
      );
      asked(approval);
      this.#changes.publish({ type: 'asked', approval });
    });
    return { answer, permit: answer.approved ? this.#permit(approval) : undefined };
  }

  /** False when it is unknown, answered already or too late. */
  answer(approvalId: string, approved: boolean, by: ApprovalAnswer['by']): boolean {
    const pending = this.#pending.get(approvalId);
    if (pending === undefined || this.#clock.now() > pending.approval.expiresAt) return false;
    pending.end({ approvalId, approved, by });
    return true;
  }

  /** Spends a permit: true once, for the digest it was given for, before it expires. */
  redeem(permit: Permit | undefined, digest: string): boolean {
    if (permit === undefined || permit.digest !== digest || this.#clock.now() > permit.expiresAt || this.#spent.has(permit.approvalId))
      return false;
    if (!timingSafeEqual(permit.signature, this.#sign(permit))) return false;
    this.#spent.add(permit.approvalId);
    return true;
  }

  #permit(approval: Approval): Permit {
    const bare = { approvalId: approval.id, digest: approval.digest, expiresAt: approval.expiresAt };
    return { ...bare, signature: this.#sign(bare) };
  }

  #sign({ approvalId, digest, expiresAt }: Omit<Permit, 'signature'>): Buffer {
    return createHmac('sha256', this.#key).update(`${approvalId}\n${digest}\n${expiresAt}`).digest();
  }
}
