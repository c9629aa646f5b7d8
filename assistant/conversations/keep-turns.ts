import type { ChatMessage, ChatSource, ChatStep } from '../../contract/chat.ts';
import type { Clock } from '../../contract/clock.ts';
import { sentenceFor } from '../../contract/failure.ts';
import type { MindSettings, Usage } from '../../contract/models.ts';
import type { Taint } from '../../contract/tool.ts';
import type { TurnEvent, TurnEventOf } from '../../contract/turn-event.ts';
import type { ConversationStore, NewMessage } from './conversation-store.ts';
import { SpeakingRate } from './speaking-rate.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface TurnKeeperOptions {
  /** Of another database while nothing is to be kept on disk. */
  store(): ConversationStore;
  clock: Clock;
  keep(): MindSettings['keep'];
  /** Who talks in this turn; undefined: whoever sits at this machine. */
  personOf?(turnId: string): string | undefined;
  /** For people: "Look at the weather". */
  titleOf(tool: string): string;
  /** Markdown as it is said, to tell what was heard of an answer that never ended. */
  spokenForm(markdown: string): string;
  /** A disk that refuses, in words; nothing of what was said is in it. */
  failed(error: unknown): void;
}

/** ms after which a conversation that nobody named is over. */
const RESTED_MS = 30 * 60_000;
/** Characters of a call's input, as JSON. */
const LARGEST_INPUT = 10_000;
const LONGEST_TEXT = 200_000;
const MOST_STEPS = 500;
/** Turns whose end may still come. */
const MOST_TURNS = 200;

/** A question on disk, and whose it is. */
export interface KeptPlace {
  conversationId: string;
  questionId: string;
  person?: string;
  files: readonly string[];
}

interface KeptTurn {
  started: TurnEventOf<'turn-started'>;
  person: string | undefined;
  words: string | undefined;
  /** Nobody's talk, a trial, or not to be kept. */
  dropped: boolean;
  conversationId?: string;
  /** What the answer is an answer to. */
  question?: string;
  /** Anew: beside what was answered before. */
  again: boolean;
  answer?: string;
  deltas: string;
  rich: boolean;
  spoken?: string;
  steps: Map<string, ChatStep>;
  sources: ChatSource[];
  model?: NonNullable<ChatMessage['model']>;
  taint: Taint[];
  heardMs: number;
  interrupted: boolean;
  stopped: boolean;
}

/** Takes the events of turns, one by one, and keeps what was said in conversations. Never throws for a disk that refuses. */
export class TurnKeeper {
  readonly #options: TurnKeeperOptions;
  readonly #turns = new Map<string, KeptTurn>();
  readonly #rate = new SpeakingRate();

  constructor(options: TurnKeeperOptions) {
    this.#options = options;
  }

  take(event: TurnEvent): void {
    if (event.type === 'turn-started') {
      this.#begin(event);
      return;
    }
    const turn = this.#turns.get(event.turnId);
    if (turn === undefined) return;
    if (event.type === 'turn-ended') this.#turns.delete(event.turnId);
    if (turn.dropped) return;
    try {
      this.#follow(turn, event);
    } catch (error) {
      // Once is enough to be told.
      turn.dropped = true;
      this.#options.failed(error);
    }
  }

  /** Where the question of a running turn stands, kept now if it was not: a model is about to answer it. Undefined where nothing is to be kept of the turn. */
  placeOf(turnId: string): KeptPlace | undefined {
    const turn = this.#turns.get(turnId);
    if (turn === undefined || turn.dropped) return undefined;
    try {
      this.#keepQuestion(turn);
    } catch (error) {
      this.#options.failed(error);
    }
    const { conversationId, question, person, started } = turn;
    if (conversationId === undefined || question === undefined) return undefined;
    const files = turn.again
      ? this.#options
          .store()
          .message(question)
          ?.attachments.map(({ id }) => id)
      : started.attachments;
    return { conversationId, questionId: question, ...(person !== undefined && { person }), files: files ?? [] };
  }

  #begin(started: TurnEventOf<'turn-started'>): void {
    const isTalk = started.by !== 'timer' && started.source !== 'timer' && started.source !== 'routine';
    this.#turns.set(started.turnId, {
      started,
      person: this.#options.personOf?.(started.turnId),
      words: undefined,
      dropped: !isTalk,
      again: false,
      deltas: '',
      rich: false,
      steps: new Map(),
      sources: [],
      taint: [],
      heardMs: 0,
      interrupted: false,
      stopped: false,
    });
    for (const turnId of [...this.#turns.keys()].slice(0, -MOST_TURNS)) this.#turns.delete(turnId);
  }

  #follow(turn: KeptTurn, event: TurnEvent): void {
    switch (event.type) {
      case 'transcript-ended':
        if (event.rejected === true || event.text.trim() === '') turn.dropped = true;
        // Kept with its answer, or when a model is asked: a command does not wait for the disk.
        else turn.words = withoutSecrets(event.text);
        return;
      case 'model-chosen':
        // An answer of a model is chat, wherever the question came from.
        this.#keepQuestion(turn);
        return;
      case 'turn-tainted':
        turn.taint.push(event.taint);
        return;
      case 'tool-requested':
        if (event.dryRun === true) this.#withdraw(turn);
        else if (turn.steps.size < MOST_STEPS) turn.steps.set(event.requestId, this.#stepOf(event));
        return;
      case 'tool-ended': {
        const step = turn.steps.get(event.requestId);
        if (step === undefined) return;
        step.outcome = event.outcome;
        if (event.reason !== undefined) step.reason = event.reason;
        return;
      }
      case 'model-ended':
        turn.model = { provider: event.provider, model: event.model, usage: sum(turn.model?.usage, event.usage) };
        if (turn.answer !== undefined) this.#options.store().amend(turn.answer, { model: turn.model });
        return;
      case 'reply-delta':
        if (turn.deltas.length < LONGEST_TEXT) turn.deltas += event.text;
        turn.rich ||= event.rich === true;
        return;
      case 'reply-ended':
        turn.spoken = event.text;
        turn.sources = event.sources ?? [];
        this.#keepAnswer(turn, event.rich ?? event.text);
        return;
      case 'playback-ended':
        turn.heardMs += event.heardMs;
        turn.interrupted = event.interrupted;
        if (!turn.interrupted && turn.spoken !== undefined) this.#rate.learn(turn.spoken, turn.heardMs);
        if (turn.answer !== undefined && turn.interrupted) this.#options.store().amend(turn.answer, this.#heard(turn));
        return;
      case 'turn-failed':
        turn.stopped = true;
        if (turn.answer !== undefined) this.#options.store().amend(turn.answer, { stopped: true, ...this.#heard(turn) });
        else if (turn.deltas !== '' || event.failure.code === 'cancelled') this.#keepAnswer(turn, turn.deltas);
        else {
          turn.spoken = sentenceFor(event.failure);
          this.#keepAnswer(turn, turn.spoken);
        }
        return;
      case 'turn-ended':
        if (turn.answer === undefined && this.#isToKeep(turn)) this.#keepQuestion(turn);
        // A turn that ended without any words of JARVIS was stopped.
        if (turn.answer === undefined && turn.question !== undefined && turn.deltas !== '') {
          turn.stopped = true;
          this.#keepAnswer(turn, turn.deltas);
        }
        return;
      default:
        return;
    }
  }

  #keepQuestion(turn: KeptTurn): void {
    const { started, words } = turn;
    if (turn.question !== undefined || words === undefined) return;
    const store = this.#options.store();
    const asked = started.again === undefined ? undefined : store.message(started.again);
    if (asked !== undefined) {
      turn.conversationId = asked.conversationId;
      turn.question = asked.id;
      turn.again = true;
      return;
    }
    store.together(() => {
      const conversationId = this.#conversationOf(turn, store);
      const question = store.append({
        ...this.#common(turn, conversationId),
        role: 'person',
        text: words.slice(0, LONGEST_TEXT),
        ...(started.parentId !== undefined && { parentId: started.parentId }),
        ...(started.attachments !== undefined && { attachments: started.attachments }),
      });
      turn.conversationId = conversationId;
      turn.question = question.id;
    });
  }

  #conversationOf({ started, person }: KeptTurn, store: ConversationStore): string {
    const { conversationId, source, room } = started;
    if (conversationId !== undefined) return store.conversation(conversationId).id;
    const place = JSON.stringify([source, room ?? '', person ?? '']);
    return (store.openAt(place, this.#options.clock.now() - RESTED_MS) ?? store.create({ place })).id;
  }

  #keepAnswer(turn: KeptTurn, text: string): void {
    if (turn.answer !== undefined) return;
    const store = this.#options.store();
    store.together(() => {
      if (this.#isToKeep(turn)) this.#keepInOrder(turn);
      this.#appendAnswer(turn, text, store);
    });
  }

  /** What was said before it, and is not answered yet, stands before it. */
  #keepInOrder(turn: KeptTurn): void {
    for (const each of this.#turns.values()) {
      if (!each.dropped && this.#isToKeep(each)) this.#keepQuestion(each);
      if (each === turn) return;
    }
  }

  /** Whatever its conversation is told by name, or everything is kept; else it is once a model is asked. */
  #isToKeep({ started }: KeptTurn): boolean {
    return started.conversationId !== undefined || this.#options.keep() !== 'chat';
  }

  #appendAnswer(turn: KeptTurn, text: string, store: ConversationStore): void {
    const { conversationId, question } = turn;
    if (conversationId === undefined || question === undefined) return;
    const { head } = store.conversation(conversationId);
    // Somebody may have asked on meanwhile: then the answer stands below that, where it is seen.
    const goesOn = !turn.again && head !== null && head !== question && store.path(conversationId).some(({ id }) => id === question);
    const after = goesOn ? head : question;
    const answer = store.append({
      ...this.#common(turn, conversationId),
      role: 'jarvis',
      text: text.slice(0, LONGEST_TEXT),
      parentId: after,
      steps: [...turn.steps.values()],
      sources: turn.sources,
      ...(turn.stopped && { stopped: true }),
      ...(turn.model !== undefined && { model: turn.model }),
      ...(turn.taint.length > 0 && { taint: turn.taint.slice(0, 50) }),
      ...this.#heard(turn),
    });
    turn.answer = answer.id;
  }

  #common({ started, person }: KeptTurn, conversationId: string): Pick<NewMessage, 'conversationId' | 'turnId' | 'source' | 'person'> {
    return { conversationId, turnId: started.turnId, source: started.source, ...(person !== undefined && { person }) };
  }

  /** Of an answer that was broken off while it was said. */
  #heard(turn: KeptTurn): { heard?: string } {
    if (!turn.interrupted) return {};
    const spoken = turn.spoken ?? (turn.rich ? this.#options.spokenForm(turn.deltas) : turn.deltas);
    return { heard: this.#rate.heard(spoken, turn.heardMs) };
  }

  #withdraw(turn: KeptTurn): void {
    turn.dropped = true;
    if (turn.question !== undefined && !turn.again) this.#options.store().withdraw(turn.question);
  }

  /** Until its end is told it has failed: a turn that is cut off keeps no success that nobody saw. */
  #stepOf({ requestId, tool, input }: TurnEventOf<'tool-requested'>): ChatStep {
    const json = JSON.stringify(input) ?? 'null';
    const kept: unknown = json.length <= LARGEST_INPUT ? input : `(${json.length} characters)`;
    return { requestId, tool, title: this.#options.titleOf(tool), input: kept, outcome: 'failed' };
  }
}

function sum(before: Usage | undefined, more: Usage): Usage {
  if (before === undefined) return more;
  const cached = (before.cachedInputTokens ?? 0) + (more.cachedInputTokens ?? 0);
  return {
    inputTokens: before.inputTokens + more.inputTokens,
    outputTokens: before.outputTokens + more.outputTokens,
    ...(cached > 0 && { cachedInputTokens: cached }),
    costMicros: before.costMicros + more.costMicros,
  };
}
