import { durationOf, LISTENING_RATE } from '../../contract/audio.ts';
import type { FailureCode } from '../../contract/failure.ts';
import type { Completeness } from '../../contract/intent.ts';
import type { Source } from '../../contract/tool.ts';
import type { TurnEvent, TurnEventBody } from '../../contract/turn-event.ts';
import type { Ears } from './ears.ts';
import type { Heard, HeardFrame } from './heard-frame.ts';
import { endOf, type Opening, openingByWake, openingByWish } from './opening.ts';
import { SpeechTracker } from './speech-tracker.ts';
import { type EndReason, type TurnEndSettings, turnEnd } from './turn-end.ts';
import { RecogniserError, Utterance } from './utterance.ts';

export interface TurnContext {
  ears: Ears;
  turnEnd: TurnEndSettings;
  pace: 'live' | 'offline';
  source: Source;
  room?: string;
  signal: AbortSignal;
  /** ms that only grow; for what the recogniser takes after the last sound. */
  monotonic(): number;
  newTurnId(): string;
  completeness(text: string): Promise<Completeness>;
  warn(message: string): void;
}

/** Where a turn reads on; what a turn does not take is left to the next. */
export interface HeardSource {
  next(): Promise<Heard>;
}

interface Ending {
  reason: EndReason | 'no-speech';
  /** Position at which it was decided. */
  at: number;
  next?: Opening;
}

const msOf = (samples: number) => durationOf(samples, LISTENING_RATE);

/** The wake word said again this soon means the same turn. */
const SAME_WORD = LISTENING_RATE;
/** "Jarvis" takes about this long to say. */
const WORD_LENGTH = LISTENING_RATE * 0.7;
/** What the recogniser makes nothing of, and is shorter than this, was a cough. */
const COUGH = LISTENING_RATE * 0.4;

/**
 * One turn, from its opening to the transcript or the failure; the last event is always one of the two. Gives back the opening of the turn
 * that cut it short, if one did.
 */
export async function* hearTurn(
  opening: Opening,
  source: HeardSource,
  context: TurnContext,
): AsyncGenerator<TurnEvent, Opening | undefined> {
  const turnId = context.newTurnId();
  const stamp = (body: TurnEventBody, position: number, later = 0): TurnEvent => ({
    ...body,
    turnId,
    at: Math.round(Math.max(0, msOf(position - opening.start) + later)),
  });
  const failed = (code: FailureCode, position: number) => stamp({ type: 'turn-failed', failure: { code } }, position);
  const { by, hit } = opening;

  yield stamp(
    { type: 'turn-started', source: context.source, by, ...(context.room !== undefined && { room: context.room }) },
    opening.start,
  );
  if (hit) {
    const { word, engine, score } = hit;
    yield stamp({ type: 'wake-heard', word, engine, ...(score !== undefined && { score }) }, opening.noticed);
  }
  const { transcriber } = context.ears;
  if (!transcriber) {
    yield failed('speech-engine-failed', opening.noticed);
    return undefined;
  }

  const hearing = new Hearing(opening, context);
  try {
    using utterance = new Utterance(transcriber, {
      ask: context.completeness,
      wait: context.pace === 'offline',
      failed: (error) => context.warn(`the host did not say whether the sentence is finished: ${describe(error)}`),
    });
    const ending = yield* hearing.untilEnd(source, utterance, stamp);
    const { reason, at } = ending;
    const spoken = hearing.announced;
    if (reason === 'no-speech') {
      yield failed('no-speech', at);
    } else if (reason === 'cancelled') {
      if (spoken) yield stamp({ type: 'speech-ended', reason }, at);
      yield failed('cancelled', at);
    } else {
      if (spoken) yield stamp({ type: 'speech-ended', reason }, at);
      const since = context.monotonic();
      const { text, confidence, ...transcript } = await utterance.end();
      const rejected = transcript.rejected || text === '';
      const later = context.monotonic() - since;
      if (!spoken && rejected) {
        yield stamp({ type: 'turn-failed', failure: { code: 'no-speech' } }, at, later);
      } else {
        if (!spoken) yield stamp({ type: 'speech-ended', reason }, at);
        yield stamp({ type: 'transcript-ended', text, confidence, engine: transcriber.name, ...(rejected && { rejected }) }, at, later);
      }
    }
    return ending.next;
  } catch (error) {
    if (!(error instanceof RecogniserError)) throw error;
    context.ears.failed('stt', error.cause);
    yield failed('speech-engine-failed', hearing.position);
    return undefined;
  }
}

type Stamp = (body: TurnEventBody, position: number) => TurnEvent;

/** The middle of a turn: sound goes to the recogniser until something ends it. */
class Hearing {
  readonly #opening: Opening;
  readonly #context: TurnContext;
  #tracker: SpeechTracker;
  /** Of the command under way; it moves when the wake word is said again. */
  #start: number;
  #lastHit: number | undefined;
  /** Everything since `#start`; bounded by the longest turn. */
  #kept: HeardFrame[] = [];
  /** Where the text last made a command. */
  #completeAt: number | undefined;
  #wordLeftOut = false;
  /** The last text told. */
  #told = '';
  position: number;
  /** `speech-started` was told. */
  announced = false;

  constructor(opening: Opening, context: TurnContext) {
    this.#opening = opening;
    this.#context = context;
    this.#start = opening.start;
    this.#lastHit = opening.hit?.end;
    this.#tracker = new SpeechTracker(opening.hit?.end);
    this.position = opening.noticed;
  }

  async *untilEnd(source: HeardSource, utterance: Utterance, stamp: Stamp): AsyncGenerator<TurnEvent, Ending> {
    for (const frame of this.#opening.heard) yield* this.#hear(frame, utterance, stamp);
    for (;;) {
      const item = await source.next();
      switch (item.type) {
        case 'end':
          return { reason: this.#context.signal.aborted ? 'cancelled' : 'end-of-stream', at: item.at };
        case 'stop-listening':
          return { reason: item.take ? 'released' : 'cancelled', at: item.at };
        case 'listen':
          // A key pressed begins anew; a question that JARVIS asks meanwhile is answered by what is being said.
          if (item.by === 'push-to-talk') return { reason: 'cancelled', at: item.at, next: openingByWish(item.by, [], item.at) };
          break;
        case 'frame': {
          // The answer to a question starts after the question: JARVIS's own words are no answer.
          if (item.playing && !item.hit && this.#opening.by === 'follow-up') {
            this.#start = endOf(item);
            break;
          }
          if (item.hit && this.#opening.by !== 'file') {
            if (!this.#isSameTurn(item.hit.end)) return await this.#interrupt(item, item.hit, utterance);
            await this.#startOver(item, item.hit, utterance);
            break;
          }
          yield* this.#hear(item, utterance, stamp);
          const reason = this.#judge(utterance);
          if (reason) return { reason, at: this.position };
          break;
        }
        default:
          item satisfies never;
      }
    }
  }

  async *#hear(frame: HeardFrame, utterance: Utterance, stamp: Stamp): AsyncGenerator<TurnEvent, void> {
    this.#track(frame);
    if (this.#pausedAfterWord(frame)) await this.#leaveWordOut(frame, utterance);
    else await utterance.write(frame.samples);
    const { startedAt } = this.#tracker;
    if (startedAt !== undefined && !this.announced) {
      this.announced = true;
      yield stamp({ type: 'speech-started' }, startedAt);
    }
    const { partial } = utterance;
    if (this.announced && partial !== '' && partial !== this.#told) {
      this.#told = partial;
      yield stamp({ type: 'transcript-delta', text: partial }, this.position);
    }
    if (utterance.completeness !== 'incomplete') this.#completeAt = this.position;
  }

  /** A pause between the wake word and the command: what the recogniser has of the word can go. */
  #pausedAfterWord(frame: HeardFrame): boolean {
    const { startedAt } = this.#tracker;
    return (
      !this.#wordLeftOut && startedAt === undefined && this.#lastHit !== undefined && frame.start >= this.#lastHit && frame.speech < 0.35
    );
  }

  async #leaveWordOut(frame: HeardFrame, utterance: Utterance): Promise<void> {
    this.#wordLeftOut = true;
    this.#completeAt = undefined;
    await utterance.restart([frame.samples]);
  }

  #track(frame: HeardFrame): void {
    this.position = endOf(frame);
    this.#kept.push(frame);
    this.#tracker.hear(frame.start, frame.samples.length, frame.speech);
  }

  #judge(utterance: Utterance): Ending['reason'] | undefined {
    const moment = {
      by: this.#opening.by,
      elapsedMs: msOf(this.position - this.#start),
      completeness: utterance.completeness,
    };
    const silenceMs = msOf(this.#tracker.silence(this.position));
    const reason = turnEnd({ ...moment, spoken: this.#tracker.startedAt !== undefined, silenceMs }, this.#context.turnEnd);
    if (reason !== 'silence' || utterance.partial !== '' || this.#tracker.length >= COUGH) return reason;
    this.#tracker.forget();
    return turnEnd({ ...moment, spoken: false, silenceMs: 0 }, this.#context.turnEnd);
  }

  /** "Jarvis, Jarvis, …", and "Jarvis" before the answer to a question, belong to the turn under way. */
  #isSameTurn(wordEnd: number): boolean {
    if (this.#lastHit !== undefined && wordEnd - this.#lastHit < SAME_WORD) return true;
    const { startedAt } = this.#tracker;
    return this.#opening.by !== 'wake' && (startedAt === undefined || startedAt > wordEnd - SAME_WORD);
  }

  async #startOver(frame: HeardFrame, hit: NonNullable<HeardFrame['hit']>, utterance: Utterance): Promise<void> {
    const { start, heard } = openingByWake(hit, [...this.#kept, frame], endOf(frame));
    this.#lastHit = hit.end;
    this.#start = start;
    this.#kept = [];
    this.#wordLeftOut = false;
    this.#completeAt = undefined;
    this.#tracker = new SpeechTracker(hit.end);
    for (const each of heard) this.#track(each);
    this.position = endOf(frame);
    await utterance.restart(heard.map(({ samples }) => samples));
  }

  /** The wake word opens a new turn. A command that was complete before it is taken, without the word. */
  async #interrupt(frame: HeardFrame, hit: NonNullable<HeardFrame['hit']>, utterance: Utterance): Promise<Ending> {
    const next = openingByWake(hit, [...this.#kept, frame], endOf(frame));
    const at = endOf(frame);
    if (this.#completeAt === undefined || this.#completeAt > hit.end) return { reason: 'cancelled', at, next };
    const commandEnd = Math.max(this.#completeAt, hit.end - WORD_LENGTH);
    await utterance.restart(this.#kept.flatMap((kept) => (endOf(kept) <= commandEnd ? [kept.samples] : [])));
    return { reason: 'command-complete', at, next };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
