import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Broadcast } from '../contract/broadcast.ts';
import type { Clock } from '../contract/clock.ts';
import type { Approval, ApprovalAnswer } from '../contract/tool.ts';

export type ApprovalChange = { type: 'asked'; approval: Approval } | { type: 'ended'; answer: ApprovalAnswer };

export type ApprovalQuestion = Omit<Approval, 'id' | 'askedAt' | 'expiresAt'>;

/** Ways in which a person answers; expiry and cancel are ours to say. */
export type AnsweredBy = Exclude<ApprovalAnswer['by'], 'expiry' | 'cancel'>;

interface Pending {
  approval: Approval;
  /** On the clock that cannot be set back. */
  deadline: number;
  end(answer: ApprovalAnswer): void;
}

/** Proof of one yes; good once, for one digest, for a while. */
export interface Permit {
  approvalId: string;
  digest: string;
  /** ms since the epoch */
  expiresAt: number;
  /** The same moment on the clock that cannot be set back. */
  deadline: number;
  signature: Uint8Array;
}

/** What waits for a person's yes. An answer counts once, for exactly the input that was shown, and only in time. */
export class Approvals {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #expiryMs: number;
  readonly #pending = new Map<string, Pending>();
  readonly #changes = new Broadcast<ApprovalChange>();
  /** Approvals given and not yet used; what is not here is spent. */
  readonly #unspent = new Set<string>();
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

  /** Everything asked and ended from now on; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<ApprovalChange> {
    return this.#changes.subscribe(signal);
  }

  /** Asks and waits for the answer, its expiry, or `signal`. `asked` is called at once; when it throws, nothing stays pending. */
  async ask(
    question: ApprovalQuestion,
    signal: AbortSignal,
    asked: (approval: Approval) => void = () => undefined,
  ): Promise<{ answer: ApprovalAnswer; permit: Permit | undefined }> {
    const askedAt = this.#clock.now();
    const approval: Approval = { ...question, id: this.#newId(), askedAt, expiresAt: askedAt + this.#expiryMs };
    const pending = { approval, deadline: this.#clock.monotonic() + this.#expiryMs };
    const answer = await new Promise<ApprovalAnswer>((resolve, reject) => {
      const ended = new AbortController();
      const end = (given: ApprovalAnswer): void => {
        if (!this.#pending.delete(approval.id)) return;
        ended.abort();
        this.#changes.publish({ type: 'ended', answer: given });
        resolve(given);
      };
      const refuse = (by: 'expiry' | 'cancel'): void => end({ approvalId: approval.id, approved: false, by });
      this.#pending.set(approval.id, { ...pending, end });
      this.#changes.publish({ type: 'asked', approval });
      try {
        asked(approval);
      } catch (error) {
        reject(error);
        refuse('cancel');
      }
      if (signal.aborted) refuse('cancel');
      signal.addEventListener('abort', () => refuse('cancel'), { once: true, signal: ended.signal });
      this.#clock.sleep(this.#expiryMs, ended.signal).then(
        () => refuse('expiry'),
        () => undefined,
      );
    });
    return { answer, permit: answer.approved ? this.#permit(pending) : undefined };
  }

  /** False when it is unknown, answered already or too late. */
  answer(approvalId: string, approved: boolean, by: AnsweredBy): boolean {
    const pending = this.#pending.get(approvalId);
    if (pending === undefined) return false;
    if (this.#isOver(pending.approval.expiresAt, pending.deadline)) {
      pending.end({ approvalId, approved: false, by: 'expiry' });
      return false;
    }
    pending.end({ approvalId, approved, by });
    return true;
  }

  /** Spends a permit: true once, for the digest it was given for, before it expires. */
  redeem(permit: Permit | undefined, digest: string): boolean {
    if (permit === undefined || !timingSafeEqual(sized(permit.signature), this.#sign(permit))) return false;
    return this.#unspent.delete(permit.approvalId) && permit.digest === digest && !this.#isOver(permit.expiresAt, permit.deadline);
  }

  /** Either clock may end it: the wall clock also counts sleep, the other cannot be set back. */
  #isOver(expiresAt: number, deadline: number): boolean {
    return this.#clock.now() > expiresAt || this.#clock.monotonic() > deadline;
  }

  #permit({ approval, deadline }: { approval: Approval; deadline: number }): Permit {
    const bare = { approvalId: approval.id, digest: approval.digest, expiresAt: approval.expiresAt, deadline };
    this.#unspent.add(approval.id);
    return { ...bare, signature: this.#sign(bare) };
  }

  #sign({ approvalId, digest, expiresAt, deadline }: Omit<Permit, 'signature'>): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([approvalId, digest, expiresAt, deadline]))
      .digest();
  }
}

/** Comparing in constant time wants equal lengths; a signature of another length is wrong anyhow. */
const sized = (signature: Uint8Array): Buffer => Buffer.concat([signature], 32);
