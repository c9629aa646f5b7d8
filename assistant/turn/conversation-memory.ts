import type { IntentMatch } from '../../contract/intent.ts';
import type { Taint } from '../../contract/tool.ts';
import { ANSWER_MS, type OpenQuestion } from './dialogue.ts';
import type { TimersSet, TurnResult } from './turn-context.ts';

/** ms after which nobody means what was said before by "it". */
const REMEMBERED_MS = 120_000;

/** ms for which a mind may remember what it read in a conversation; whoever lets it remember longer must say so here. */
export const TAINT_MS = 30 * 60_000;

/** Sentences back that may be meant. */
const MOST_REMEMBERED = 5;

interface Remembered {
  matches: IntentMatch[];
  timers: TimersSet | undefined;
  at: number;
}

interface Waiting {
  question: OpenQuestion;
  room: string | undefined;
}

/** What one place of talking remembers between turns: who speaks to whom is told apart by the way in and the room. */
export class ConversationMemory {
  readonly #remembered = new Map<string, Remembered>();
  readonly #taints = new Map<string, { taint: readonly Taint[]; at: number }>();
  #waiting: Waiting | undefined;

  /** What was understood last there, newest first, and the timers of the last turn; nothing once it is too old. */
  before(place: string, now: number): { before: IntentMatch[]; timers: TimersSet | undefined } {
    const last = this.#remembered.get(place);
    if (last === undefined || now - last.at > REMEMBERED_MS) return { before: [], timers: undefined };
    return { before: last.matches, timers: last.timers };
  }

  /** Takes the open question, when it was asked in this room or where no room is known. Another room's stays open for that room. */
  takeQuestion(room: string | undefined): OpenQuestion | undefined {
    const waiting = this.#waiting;
    if (waiting === undefined || (waiting.room !== undefined && room !== undefined && waiting.room !== room)) return undefined;
    this.#waiting = undefined;
    return waiting.question;
  }

  /** When the question that is open there was asked, in ms since the epoch. */
  askedAt(room: string | undefined): number | undefined {
    const waiting = this.#waiting;
    if (waiting === undefined || (waiting.room !== undefined && room !== undefined && waiting.room !== room)) return undefined;
    return waiting.question.until - ANSWER_MS;
  }

  /** What a mind has read of outside in the conversation there and may still act on. */
  carried(place: string, now: number): readonly Taint[] {
    const kept = this.#taints.get(place);
    return kept === undefined || now - kept.at > TAINT_MS ? [] : kept.taint;
  }

  keep(place: string, room: string | undefined, result: TurnResult, now: number): void {
    this.#keepTaint(place, result, now);
    if (result.question !== undefined) this.#waiting = { question: result.question, room };
    const { before } = this.before(place, now);
    if (result.remembered?.length === 0) this.#remembered.delete(place);
    else if (result.remembered !== undefined || result.timers !== undefined) {
      const matches = [...(result.remembered ?? []), ...before].slice(0, MOST_REMEMBERED);
      this.#remembered.set(place, { matches, timers: result.timers, at: now });
    } else if (before.length > 0) {
      // Talking on keeps what was meant alive; what the turn before has set is no longer "that".
      this.#remembered.set(place, { matches: before, timers: undefined, at: now });
    }
  }

  /** A turn that no mind answered leaves what it remembers as it is, and longer in play; the end of the conversation ends it. */
  #keepTaint(place: string, { ended, taint }: TurnResult, now: number): void {
    const kept = taint ?? this.carried(place, now);
    if (ended || kept.length === 0) this.#taints.delete(place);
    else this.#taints.set(place, { taint: kept, at: now });
  }

  forgetQuestion(): void {
    this.#waiting = undefined;
  }
}
