import { approvalAnswers, readApprovalReply } from '../../assistant/turn/approval-answer.ts';
import { approvalQuestion, MOST_READ_OUT, which } from '../../assistant/turn/approval-question.ts';
import { ANSWER_MS } from '../../assistant/turn/dialogue.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Approval, Source } from '../../contract/tool.ts';
import { NOT_TAKEN } from '../../tools/approval-words.ts';
import type { Approvals } from '../../tools/approvals.ts';

/** What was said, before anything else has been made of it. */
export interface SaidToApproval {
  text: string;
  source: Source;
  /** It may be JARVIS's own voice. */
  echo: boolean;
  /** ms since the epoch, at which something else was asked. */
  otherAskedAt?: number | undefined;
}

/** What JARVIS says to an answer. */
export interface ApprovalReaction {
  text: string;
  /** False: what follows speaks for itself. */
  aloud: boolean;
  /** Listen again, for these. */
  listen?: string[];
}

export interface ApprovalSpeechOptions {
  approvals: Approvals;
  clock: Clock;
  /** `cut`: somebody spoke over it, or the voice failed. */
  tell(text: string, signal: AbortSignal): Promise<'heard' | 'cut' | 'nobody'>;
  listenForAnswer(answers: string[]): void;
}

/** What is asked within so many ms belongs together and is read out as one list. */
const GATHER_MS = 80;
/** How often one thing is read out. */
const MOST_TIMES = 3;

/**
 * Reads out what waits for a yes, and takes what a person says to it. A spoken yes counts for what was read out last and heard to its end, for a while;
 * a written one for what the page shows. Whoever is no person, and JARVIS's own voice, answers nothing.
 */
export class ApprovalSpeech {
  readonly #options: ApprovalSpeechOptions;
  /** Ids never read out yet, in the order of asking. */
  readonly #unread = new Set<string>();
  readonly #times = new Map<string, number>();
  /** Ids that were heard to their end at least once. */
  readonly #heard = new Set<string>();
  /** Ids in the order in which they were read out last, and when they had been heard. */
  #read: { ids: readonly string[]; at: number /** ms since the epoch */; askedAt: number } | undefined;
  /** Something is to be read out. */
  #wake: () => void = () => undefined;

  constructor(options: ApprovalSpeechOptions) {
    this.#options = options;
  }

  /** Until `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const changes = this.#options.approvals.changes(signal);
    await Promise.all([this.#readOut(signal), this.#watch(changes)]);
  }

  /** Undefined: that was no answer to an approval. */
  take(said: SaidToApproval): ApprovalReaction | undefined {
    const by = said.source === 'voice' || said.source === 'page' ? said.source : undefined;
    const open = this.#options.approvals.pending();
    if (by === undefined || open.length === 0) return undefined;
    const reply = readApprovalReply(said.text);
    if (reply.type === 'other' || (said.otherAskedAt ?? Number.NEGATIVE_INFINITY) > (this.#read?.askedAt ?? 0)) return undefined;
    if (said.echo) {
      if (this.#read === undefined) this.#readAgain();
      return silent('');
    }
    const read = this.#readLast(by, open);
    if (reply.type === 'code') return this.#takeCode(reply.code, by, read);
    if (read.length === 0) return this.#takeUnheard(reply.answers, by, open);
    return this.#takeAnswers(reply.answers, by, read);
  }

  async #watch(changes: ReturnType<Approvals['changes']>): Promise<void> {
    for await (const change of changes) {
      if (change.type === 'asked') this.#unread.add(change.approval.id);
      else {
        const { approvalId } = change.answer;
        this.#unread.delete(approvalId);
        this.#times.delete(approvalId);
        this.#heard.delete(approvalId);
        if (this.#read?.ids.every((id) => this.#options.approvals.waiting(id) === undefined)) this.#read = undefined;
      }
      this.#wake();
    }
  }

  async #readOut(signal: AbortSignal): Promise<void> {
    const { clock, tell, approvals } = this.#options;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      await clock.sleep(GATHER_MS, signal);
      const batch = this.#next(approvals.pending());
      if (batch.length === 0) {
        await Promise.race([woken, aborted(signal)]);
        continue;
      }
      for (const { id } of batch) this.#unread.delete(id);
      this.#read = undefined;
      const told = await tell(approvalQuestion(batch), signal);
      for (const { id } of batch) this.#times.set(id, (this.#times.get(id) ?? 0) + (told === 'nobody' ? 0 : 1));
      if (told !== 'heard') {
        // Heard by nobody, or talked over: it is read out again when somebody seems to answer.
        await Promise.race([woken, aborted(signal)]);
        continue;
      }
      for (const { id } of batch) this.#heard.add(id);
      this.#read = { ids: batch.map(({ id }) => id), at: clock.monotonic(), askedAt: clock.now() };
      this.#options.listenForAnswer(answersTo(batch));
    }
  }

  /** What is new, together; else, when what was read out last is over, what was read out before and still waits. */
  #next(open: readonly Approval[]): Approval[] {
    const fresh = open.filter(({ id }) => this.#unread.has(id));
    if (fresh.length > 0 || this.#read !== undefined) return fresh;
    return open.filter(({ id }) => this.#heard.has(id) && (this.#times.get(id) ?? 0) < MOST_TIMES).slice(-1);
  }

  #readAgain(): void {
    for (const { id } of this.#options.approvals.pending()) if ((this.#times.get(id) ?? 0) < MOST_TIMES) this.#unread.add(id);
    this.#wake();
  }

  /** What a yes may mean, in the order of the list that was read out; ended ones keep their place. */
  #readLast(by: 'voice' | 'page', open: readonly Approval[]): readonly (Approval | undefined)[] {
    const read = this.#read;
    if (read !== undefined && this.#options.clock.monotonic() - read.at <= ANSWER_MS) {
      return read.ids.map((id) => open.find((approval) => approval.id === id));
    }
    // Who writes has the page before them.
    return by === 'page' && open.length === 1 ? open : [];
  }

  #takeCode(code: string, by: 'voice' | 'page', read: readonly (Approval | undefined)[]): ApprovalReaction | undefined {
    const strong = read.findLast((approval) => approval?.strong === true);
    return strong === undefined ? undefined : this.#give([strong], true, by, code);
  }

  /** Nobody can mean with a yes what was not heard; a no to the only thing there is does no harm. */
  #takeUnheard(answers: readonly { approved: boolean }[], by: 'voice' | 'page', open: readonly Approval[]): ApprovalReaction {
    if (open.length === 1 && answers.every(({ approved }) => !approved)) return this.#give(open, false, by);
    if (by === 'page') return silent(`${open.length} things wait for an answer. Please answer them one by one.`);
    this.#readAgain();
    return this.#unread.size > 0 ? silent('') : { text: 'Please look at the page.', aloud: true };
  }

  #takeAnswers(
    answers: readonly { approved: boolean; which: 'plain' | 'all' | readonly number[] }[],
    by: 'voice' | 'page',
    read: readonly (Approval | undefined)[],
  ): ApprovalReaction | undefined {
    const open = read.filter((approval) => approval !== undefined);
    const meant: { approved: boolean; approvals: readonly Approval[] }[] = [];
    for (const answer of answers) {
      const approvals =
        typeof answer.which === 'object'
          ? answer.which.map((place) => read[place])
          : answer.which === 'all' || read.length === 1 || !answer.approved
            ? open
            : [];
      const isClear = approvals.length > 0 && (read.length <= MOST_READ_OUT || !answer.approved);
      if (!isClear || approvals.includes(undefined)) {
        if (read.length > MOST_READ_OUT) return { text: 'Please look at the page for these.', aloud: true };
        return { text: which(read.length), aloud: true, listen: answersTo(open) };
      }
      meant.push({ approved: answer.approved, approvals: approvals.filter((approval) => approval !== undefined) });
    }
    let reaction: ApprovalReaction | undefined;
    for (const { approved, approvals } of meant) {
      const given = this.#give(approvals, approved, by);
      // What needs more from the person is what is said.
      if (reaction === undefined || given.aloud) reaction = given;
    }
    // Part of a list was answered: what is left is asked for anew, so that the next yes has one meaning.
    if (read.length > 1 && reaction?.aloud !== true) this.#read = undefined;
    this.#wake();
    return reaction;
  }

  #give(approvals: readonly Approval[], approved: boolean, by: 'voice' | 'page', code?: string): ApprovalReaction {
    const results = approvals.map(({ id }) => this.#options.approvals.give({ approvalId: id, approved, by, code, said: true }));
    const trouble = results.find((result) => result !== 'taken');
    if (trouble === undefined) return silent('All right.');
    const text = trouble === 'code-needed' ? 'For this I need the code that is shown, or a click.' : NOT_TAKEN[trouble];
    const again = trouble === 'code-needed' || trouble === 'code-wrong';
    return { text, aloud: true, ...(again ? { listen: answersTo(approvals) } : {}) };
  }
}

const silent = (text: string): ApprovalReaction => ({ text, aloud: false });

const answersTo = (approvals: readonly Approval[]): string[] =>
  approvalAnswers(
    approvals.length,
    approvals.some(({ strong }) => strong === true),
  );

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
