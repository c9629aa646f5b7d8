import type { Approval } from '../../contract/tool.ts';
import type { Plan, TurnEvent } from '../../contract/turn-event.ts';
import type { ChatDoor, ChatDoorEvent, ChatQuestion } from './chat-door.ts';
import type { TerminalAnswer } from './run-host.ts';

export interface TurnListener {
  /** Every event of the turn, in order. */
  tell(event: TurnEvent): void;
  /** Undefined: nobody sits here. `signal` aborts when the question has its answer from elsewhere. */
  approve(approval: Approval, signal: AbortSignal): Promise<TerminalAnswer | undefined>;
  /** Ids of the steps that may be done. Undefined: nobody sits here. */
  agree(plan: Plan, signal: AbortSignal): Promise<string[] | undefined>;
}

interface LiveTurn {
  turnId: string | undefined;
  /** What came before it was known which turn is ours. */
  early: ChatDoorEvent[];
  events: TurnEvent[];
  ended: PromiseWithResolvers<void>;
  /** What is being asked, by approval or plan. */
  questions: Map<string, AbortController>;
}

/** Follows turns one after another from the first event to the last, and has their questions answered. */
export class TurnFollower {
  readonly #door: ChatDoor;
  readonly #listener: TurnListener;
  #live: LiveTurn | undefined;
  #trouble: unknown;
  /** One question at a time. */
  #asking: Promise<void> = Promise.resolve();

  constructor(door: ChatDoor, listener: TurnListener) {
    this.#door = door;
    this.#listener = listener;
  }

  /** Resolves when nothing can be missed any more; listens until the signal. */
  async start(signal: AbortSignal): Promise<void> {
    const ready = Promise.withResolvers<void>();
    const listen = async (): Promise<void> => {
      for await (const event of this.#door.events(signal)) {
        if (event.type === 'ready') ready.resolve();
        else this.#take(event);
      }
    };
    listen().catch((error: unknown) => {
      this.#trouble = error;
      ready.reject(error);
      this.#live?.ended.reject(error);
    });
    await ready.promise;
  }

  /** Until `turn-ended`. The signal stops the turn, which then ends by itself. Rejects when the other side goes away. */
  async run(question: ChatQuestion, signal: AbortSignal): Promise<TurnEvent[]> {
    if (this.#trouble !== undefined) throw this.#trouble;
    const live: LiveTurn = { turnId: undefined, early: [], events: [], ended: Promise.withResolvers(), questions: new Map() };
    // Nobody may be waiting for it yet.
    live.ended.promise.catch(() => undefined);
    this.#live = live;
    const turnId = await this.#door.ask(question);
    live.turnId = turnId;
    for (const event of live.early) this.#take(event);
    const stop = (): void => {
      this.#door.stop(turnId).catch((error: unknown) => live.ended.reject(error));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await live.ended.promise;
      await this.#asking;
      return live.events;
    } finally {
      signal.removeEventListener('abort', stop);
      for (const asked of live.questions.values()) asked.abort();
      this.#live = undefined;
    }
  }

  #take(event: ChatDoorEvent): void {
    const live = this.#live;
    if (live === undefined) return;
    if (live.turnId === undefined) {
      live.early.push(event);
      return;
    }
    if (event.type === 'approval-asked') {
      const { approval } = event;
      if (approval.turnId === live.turnId) this.#ask(live, approval.id, (signal) => this.#approve(approval, signal));
    } else if (event.type === 'approval-ended') live.questions.get(event.approvalId)?.abort();
    else if (event.type === 'turn' && event.event.turnId === live.turnId) this.#told(live, event.event);
  }

  #told(live: LiveTurn, event: TurnEvent): void {
    live.events.push(event);
    this.#listener.tell(event);
    if (event.type === 'plan-proposed') this.#ask(live, keyOf(event.plan), (signal) => this.#agree(event.plan, signal));
    else if (event.type === 'plan-answered') live.questions.get(keyOf(event))?.abort();
    else if (event.type === 'turn-ended') {
      for (const asked of live.questions.values()) asked.abort();
      live.ended.resolve();
    }
  }

  #ask(live: LiveTurn, key: string, question: (signal: AbortSignal) => Promise<void>): void {
    const asked = new AbortController();
    live.questions.set(key, asked);
    this.#asking = this.#asking
      .then(() => (asked.signal.aborted ? undefined : question(asked.signal)))
      .catch((error: unknown) => {
        // Answered elsewhere, or the turn is over.
        if (!asked.signal.aborted) live.ended.reject(error);
      })
      .finally(() => live.questions.delete(key));
  }

  async #approve(approval: Approval, signal: AbortSignal): Promise<void> {
    const answer = await this.#listener.approve(approval, signal);
    if (answer === undefined) await this.#door.nobody(approval);
    else await this.#door.answer(approval.id, answer);
  }

  async #agree(plan: Plan, signal: AbortSignal): Promise<void> {
    const approved = await this.#listener.agree(plan, signal);
    if (approved !== undefined) await this.#door.answerPlan(plan.planId, plan.version, approved);
  }
}

const keyOf = ({ planId, version }: { planId: string; version: number }): string => `plan ${planId} ${version}`;
