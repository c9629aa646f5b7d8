import { Broadcast } from '../contract/broadcast.ts';
import type { Clock } from '../contract/clock.ts';
import type { Approval, ApprovalAnswer, ApprovalDay, ToolRequest } from '../contract/tool.ts';
import { AgreedAhead, type Ahead } from './agreed-ahead.ts';
import { codeIn, newApprovalCode, WRONG_CODES } from './approval-code.ts';
import { ApprovalDays } from './approval-days.ts';
import { ApprovalKeeper } from './approval-keeper.ts';
import { isOver, type Permit, Permits } from './approval-permit.ts';
import type { ApprovalRecord, ApprovalStore, KeptApproval, Repeat } from './approval-store.ts';
import type { AnsweredBy, AnswerResult } from './approval-words.ts';

export type { AnsweredBy } from './approval-words.ts';

export type ApprovalChange = { type: 'asked'; approval: Approval } | { type: 'ended'; answer: ApprovalAnswer };

export type ApprovalQuestion = Omit<Approval, 'id' | 'askedAt' | 'expiresAt' | 'code' | 'restored'> & {
  /** Who asks. Absent: the input holds a secret that must not be kept, so after a restart it cannot be asked for again, nor become a rule. */
  repeat?: Repeat;
};

export interface GivenAnswer {
  approvalId: string;
  approved: boolean;
  by: AnsweredBy;
  code?: string | undefined;
  /** In words, whatever it came by: no click, so what is strong wants its code. */
  said?: boolean;
}

export interface ApprovalOptions {
  clock: Clock;
  newId: () => string;
  /** ms a person has. */
  expiryMs: number;
  /** Absent: nothing outlives this process. */
  store?: ApprovalStore;
  /** Told when the store refuses; questions and answers go on. */
  storeTrouble?: (error: unknown) => void;
  newCode?: () => string;
}

interface Pending {
  approval: Approval;
  repeat: Repeat | undefined;
  /** On the clock that cannot be set back. */
  deadline: number;
  wrongCodes: number;
  end(answer: ApprovalAnswer): void;
}

/** A yes to a question of an earlier run, while the gate judges the same request anew. */
interface Agreed {
  approval: Approval;
  by: AnsweredBy;
  deadline: number;
}

/** A yes that is there before its question. */
interface GivenYes {
  by: AnsweredBy;
  expiresAt: number;
  deadline: number;
}

/** Answers that are a click of a person on what is shown. */
const CLICKS: ReadonlySet<AnsweredBy> = new Set<AnsweredBy>(['page', 'notification']);

/** What waits for a person's yes. An answer counts once, for exactly the input that was shown, and only in time. */
export class Approvals {
  readonly #options: ApprovalOptions;
  readonly #clock: Clock;
  readonly #pending = new Map<string, Pending>();
  readonly #changes = new Broadcast<ApprovalChange>();
  readonly #permits: Permits;
  readonly #days = new ApprovalDays();
  readonly #keeper: ApprovalKeeper | undefined;
  /** By the id of the turn that carries the repeated request, which nobody else knows. */
  readonly #agreed = new Map<string, Agreed>();
  readonly #ahead: AgreedAhead;
  #putAnew: ((request: ToolRequest) => Promise<unknown>) | undefined;
  #closed = false;

  constructor(options: ApprovalOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#permits = new Permits(options.clock);
    this.#ahead = new AgreedAhead(options.clock);
    if (options.store !== undefined) {
      this.#keeper = new ApprovalKeeper(options.store, () => this.#record(), options.storeTrouble ?? (() => undefined));
    }
  }

  /**
   * Brings back what an earlier run left, once, before anything is asked. `putAnew` carries the same request to the gate when somebody says yes to it.
   * `problem`: what was kept is not to be trusted, in words. Throws when it cannot be read at all.
   */
  async restore(putAnew: (request: ToolRequest) => Promise<unknown>): Promise<{ problem?: string }> {
    this.#putAnew = putAnew;
    const { record, problem } = (await this.#options.store?.load()) ?? {};
    this.#days.restore(record?.days ?? []);
    const now = this.#clock.now();
    for (const kept of record?.pending ?? []) {
      // A clock that was set back in between must not give more time than there was.
      if (now > kept.approval.expiresAt || now < kept.approval.askedAt) this.#days.answered({ approved: false, by: 'expiry' }, now);
      else this.#bringBack(kept, now);
    }
    if (record !== undefined) await this.#keeper?.save();
    return problem === undefined ? {} : { problem };
  }

  /** In the order in which they were asked. */
  pending(): Approval[] {
    return [...this.#pending.values()].map(({ approval }) => approval);
  }

  /** What waits, and who asked; `repeat` is absent where its input must not be kept. */
  waiting(approvalId: string): { approval: Approval; repeat: Repeat | undefined } | undefined {
    const pending = this.#pending.get(approvalId);
    return pending === undefined ? undefined : { approval: pending.approval, repeat: pending.repeat };
  }

  /** Oldest first. */
  days(): ApprovalDay[] {
    return this.#days.list();
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
    const { repeat, ...shown } = question;
    const askedAt = this.#clock.now();
    const { expiryMs, newId } = this.#options;
    const agreed = this.#takeAgreed(question) ?? this.#takeAhead(question, askedAt + expiryMs);
    const approval: Approval = {
      ...shown,
      id: newId(),
      ...(question.strong === true ? { code: (this.#options.newCode ?? newApprovalCode)() } : {}),
      askedAt,
      expiresAt: agreed?.expiresAt ?? askedAt + expiryMs,
    };
    const deadline = agreed?.deadline ?? this.#clock.monotonic() + expiryMs;
    let answer: ApprovalAnswer;
    if (agreed === undefined) answer = await this.#wait({ approval, repeat, deadline }, signal, asked);
    else {
      asked(approval);
      answer = { approvalId: approval.id, approved: !signal.aborted, by: signal.aborted ? 'cancel' : agreed.by };
    }
    if (!answer.approved) return { answer, permit: undefined };
    // Spent on the disk before anything is done: killed in the effect, it must not wait there for a second yes.
    await this.#keeper?.save();
    return {
      answer,
      permit: this.#permits.give({ approvalId: approval.id, digest: approval.digest, expiresAt: approval.expiresAt, deadline }),
    };
  }

  /** False when it is unknown, answered already, too late, or wants its code. */
  answer(approvalId: string, approved: boolean, by: AnsweredBy): boolean {
    return this.give({ approvalId, approved, by }) === 'taken';
  }

  /** An answer of a person. */
  give({ approvalId, approved, by, code, said }: GivenAnswer): AnswerResult {
    const pending = this.#closed ? undefined : this.#pending.get(approvalId);
    if (pending === undefined) return 'unknown';
    const { approval } = pending;
    if (isOver({ expiresAt: approval.expiresAt, deadline: pending.deadline }, this.#clock)) {
      pending.end({ approvalId, approved: false, by: 'expiry' });
      return 'expired';
    }
    if (approved && approval.strong === true && (said === true || !CLICKS.has(by))) {
      if (code === undefined) return 'code-needed';
      if (codeIn(code) !== approval.code) return this.#wrongCode(pending);
    }
    if (approved && approval.restored === true) return this.#agree(pending, by);
    pending.end({ approvalId, approved, by });
    return 'taken';
  }

  /**
   * A person has agreed to exactly this call by approving a plan that shows it. When the gate asks for it in that turn, the yes is there already, once; the
   * gate has judged it before and judges it after as any other. What is strong, or has become another question, is asked all the same.
   * @returns takes it back
   */
  agreeAhead(ahead: Ahead): () => void {
    return this.#ahead.add(ahead);
  }

  /** There is nobody to be asked: a no that no person has said. */
  nobody(approvalId: string): void {
    this.#pending.get(approvalId)?.end({ approvalId, approved: false, by: 'nobody' });
  }

  /** Spends a permit: true once, for the digest it was given for, before it expires. */
  redeem(permit: Permit | undefined, digest: string): boolean {
    return this.#permits.redeem(permit, digest);
  }

  /** Writes down what still waits, for the next run. No answer is taken from now on. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#keeper?.close() ?? Promise.resolve();
  }

  #wait(
    { approval, repeat, deadline }: Pick<Pending, 'approval' | 'repeat' | 'deadline'>,
    signal: AbortSignal,
    asked: (approval: Approval) => void,
  ): Promise<ApprovalAnswer> {
    return new Promise<ApprovalAnswer>((resolve, reject) => {
      const ended = this.#add({ approval, repeat, deadline, wrongCodes: 0 }, resolve);
      const cancel = (): void => this.#pending.get(approval.id)?.end({ approvalId: approval.id, approved: false, by: 'cancel' });
      this.#days.asked(approval.askedAt);
      this.#changes.publish({ type: 'asked', approval });
      void this.#keeper?.save();
      try {
        asked(approval);
      } catch (error) {
        reject(error);
        cancel();
      }
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true, signal: ended });
    });
  }

  /** @returns a signal that aborts when it has ended */
  #add(pending: Omit<Pending, 'end'>, told: (answer: ApprovalAnswer) => void): AbortSignal {
    const { id, expiresAt } = pending.approval;
    const ended = new AbortController();
    const end = (given: ApprovalAnswer): void => {
      if (!this.#pending.delete(id)) return;
      ended.abort();
      this.#days.answered(given, this.#clock.now());
      this.#changes.publish({ type: 'ended', answer: given });
      void this.#keeper?.save();
      told(given);
    };
    this.#pending.set(id, { ...pending, end });
    this.#clock.sleep(Math.max(0, expiresAt - this.#clock.now()), ended.signal).then(
      () => end({ approvalId: id, approved: false, by: 'expiry' }),
      () => undefined,
    );
    return ended.signal;
  }

  #bringBack({ approval: kept, repeat }: KeptApproval, now: number): void {
    const approval: Approval = {
      ...kept,
      restored: true,
      ...(kept.strong === true ? { code: (this.#options.newCode ?? newApprovalCode)() } : {}),
    };
    const deadline = this.#clock.monotonic() + (kept.expiresAt - now);
    this.#add({ approval, repeat, deadline, wrongCodes: 0 }, () => undefined);
  }

  #wrongCode(pending: Pending): 'code-wrong' | 'codes-spent' {
    pending.wrongCodes += 1;
    if (pending.wrongCodes < WRONG_CODES) return 'code-wrong';
    pending.end({ approvalId: pending.approval.id, approved: false, by: 'wrong-code' });
    return 'codes-spent';
  }

  /** The turn that asked is gone: the very same request is put to the gate anew, which judges it as if it had never been asked. */
  #agree({ approval, repeat, deadline, end }: Pending, by: AnsweredBy): 'taken' | 'gone' {
    const approvalId = approval.id;
    if (repeat === undefined || this.#putAnew === undefined) {
      end({ approvalId, approved: false, by: 'cancel' });
      return 'gone';
    }
    const { newId } = this.#options;
    const turnId = newId();
    const { tool, input, source, taint } = approval;
    const request: ToolRequest = {
      id: newId(),
      turnId,
      tool,
      input,
      source,
      dryRun: false,
      ...repeat,
      ...(taint === undefined ? {} : { taint }),
    };
    this.#agreed.set(turnId, { approval, by, deadline });
    end({ approvalId, approved: true, by });
    const forget = (): void => void this.#agreed.delete(turnId);
    this.#putAnew(request).then(forget, forget);
    return 'taken';
  }

  /** The yes for a repeated request, once, when it is no more dangerous than what was agreed to. */
  #takeAgreed({ turnId, digest, risk, strong }: ApprovalQuestion): GivenYes | undefined {
    const agreed = this.#agreed.get(turnId);
    if (agreed === undefined) return undefined;
    this.#agreed.delete(turnId);
    const { approval, deadline } = agreed;
    const same = approval.digest === digest && approval.risk === risk && (strong !== true || approval.strong === true);
    const yes: GivenYes = { by: agreed.by, expiresAt: approval.expiresAt, deadline };
    return same && !isOver(yes, this.#clock) ? yes : undefined;
  }

  #takeAhead(question: ApprovalQuestion, expiresAt: number): GivenYes | undefined {
    const ahead = this.#closed ? undefined : this.#ahead.take(question);
    if (ahead === undefined) return undefined;
    return { by: ahead.by, expiresAt, deadline: this.#clock.monotonic() + this.#options.expiryMs };
  }

  #record(): ApprovalRecord {
    return {
      pending: [...this.#pending.values()].map(({ approval: { code: _code, restored: _restored, ...approval }, repeat }) =>
        repeat === undefined ? { approval: { ...approval, input: null } } : { approval, repeat },
      ),
      days: this.#days.list(),
    };
  }
}
