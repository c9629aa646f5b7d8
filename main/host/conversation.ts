import { answersTo, type OpenQuestion } from '../../assistant/turn/dialogue.ts';
import type { TurnServices } from '../../assistant/turn/run-turn.ts';
import { runTurn } from '../../assistant/turn/run-turn.ts';
import { sentenceFor } from '../../contract/failure.ts';
import type { Source } from '../../contract/tool.ts';
import type { TurnEvent, TurnEventBody, TurnEventOf } from '../../contract/turn-event.ts';
import type { Log } from './log.ts';
import type { TurnJournal } from './turn-journal.ts';

/** The mouth: says a text and tells how much of it was heard. */
export interface Mouth {
  /** Is anybody there to hear it? */
  present(): boolean;
  /** Resolves when it was played or interrupted. Never rejects: a failing voice is told by `heardMs: 0`. */
  say(turnId: string, text: string, started: () => void, signal: AbortSignal): Promise<{ heardMs: number; interrupted: boolean }>;
  earcon(sound: 'wake' | 'done' | 'error' | 'timer'): void;
}

export interface ConversationOptions {
  journal: TurnJournal;
  services: TurnServices;
  mouth: Mouth;
  log: Log;
  /** A question was asked aloud: listen for one of these answers without the wake word. */
  listenForAnswer(answers: string[]): void;
}

interface LiveTurn {
  controller: AbortController;
  source: Source;
  room: string | undefined;
  dryRun: boolean;
  /** True from the moment words are being carried out. */
  running: boolean;
}

/** Joins what is heard and typed with the mind and the mouth; every turn goes through here and ends with `turn-ended`. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #turns = new Map<string, LiveTurn>();
  readonly #work = new Set<Promise<void>>();
  #question: OpenQuestion | undefined;
  /** What is being said now; a newer turn or a person speaking ends it. */
  #speaking: AbortController | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** A written command. */
  ask(text: string, options: { source: Source; room?: string; dryRun?: boolean; by?: 'text' | 'timer' }): string {
    const turnId = this.#options.services.newId();
    const room = options.room;
    this.#turns.set(turnId, {
      controller: new AbortController(),
      source: options.source,
      room,
      dryRun: options.dryRun ?? false,
      running: false,
    });
    this.#emit(turnId, { type: 'turn-started', source: options.source, by: options.by ?? 'text', ...(room === undefined ? {} : { room }) });
    this.#emit(turnId, { type: 'transcript-ended', text, confidence: 1, engine: 'text' });
    this.#start(turnId, text);
    return turnId;
  }

  /** Says something by itself: a timer that rings. */
  announce(text: string, room: string | undefined): string {
    const turnId = this.#options.services.newId();
    this.#turns.set(turnId, { controller: new AbortController(), source: 'timer', room, dryRun: false, running: true });
    this.#emit(turnId, { type: 'turn-started', source: 'timer', by: 'timer', ...(room === undefined ? {} : { room }) });
    this.#options.mouth.earcon('timer');
    this.#track(this.#reply(turnId, text));
    return turnId;
  }

  /** An event of the voice process. */
  hear(event: TurnEvent, options: { dryRun: boolean }): void {
    this.#options.journal.append(event);
    switch (event.type) {
      case 'turn-started':
        this.#interrupt();
        this.#turns.set(event.turnId, {
          controller: new AbortController(),
          source: event.source,
          room: event.room,
          dryRun: options.dryRun,
          running: false,
        });
        return;
      case 'wake-heard':
        this.#options.mouth.earcon('wake');
        return;
      case 'transcript-ended':
        this.#heard(event);
        return;
      case 'turn-failed':
        this.#failed(event);
        return;
      default:
        return;
    }
  }

  /** Stops what is being said and drops every turn that is under way. */
  cancel(): boolean {
    const busy = this.#turns.size > 0 || this.#speaking !== undefined;
    this.#interrupt();
    this.#question = undefined;
    for (const turn of this.#turns.values()) turn.controller.abort(new Error('cancelled'));
    return busy;
  }

  /** Silence: somebody speaks over JARVIS. */
  interrupt(): void {
    this.#interrupt();
  }

  /** Resolves when no turn is under way. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled([...this.#work]);
  }

  #heard(event: TurnEventOf<'transcript-ended'>): void {
    if (event.rejected === true || event.text.trim() === '') {
      // Speech that is no command gets one short sentence; silence would leave the person waiting.
      this.#track(this.#reply(event.turnId, sentenceFor({ code: 'not-understood' })));
      return;
    }
    this.#start(event.turnId, event.text);
  }

  #failed(event: TurnEventOf<'turn-failed'>): void {
    this.#options.mouth.earcon('error');
    const quiet = event.failure.code === 'no-speech' || event.failure.code === 'cancelled';
    this.#track(quiet ? this.#end(event.turnId) : this.#reply(event.turnId, sentenceFor(event.failure)));
  }

  #start(turnId: string, text: string): void {
    this.#track(this.#run(turnId, text));
  }

  async #run(turnId: string, text: string): Promise<void> {
    const turn = this.#turns.get(turnId);
    if (turn === undefined) return;
    turn.running = true;
    const question = this.#question;
    this.#question = undefined;
    try {
      let reply = '';
      let expectsAnswer = false;
      const result = await runTurn(
        { turnId, text, source: turn.source, dryRun: turn.dryRun, ...(turn.room === undefined ? {} : { room: turn.room }) },
        question,
        this.#options.services,
        (body) => {
          if (body.type === 'reply-ended') {
            reply = body.text;
            expectsAnswer = body.expectsAnswer ?? false;
          }
          this.#emit(turnId, body);
        },
        turn.controller.signal,
      );
      this.#question = result.question;
      if (reply !== '') await this.#speak(turnId, reply, turn.controller.signal);
      if (expectsAnswer && result.question !== undefined && !turn.controller.signal.aborted) {
        this.#options.listenForAnswer(answersTo(result.question, this.#options.services.view(turn.room)));
      }
    } catch (error) {
      if (turn.controller.signal.aborted) this.#emit(turnId, { type: 'turn-failed', failure: { code: 'cancelled' } });
      else {
        this.#options.log.error(
          { turnId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
          'a turn failed',
        );
        this.#emit(turnId, { type: 'turn-failed', failure: { code: 'internal' } });
        await this.#speak(turnId, sentenceFor({ code: 'internal' }), turn.controller.signal);
      }
    }
    await this.#end(turnId);
  }

  async #reply(turnId: string, text: string): Promise<void> {
    this.#emit(turnId, { type: 'reply-delta', text });
    this.#emit(turnId, { type: 'reply-ended', text });
    const turn = this.#turns.get(turnId);
    if (turn !== undefined) await this.#speak(turnId, text, turn.controller.signal);
    await this.#end(turnId);
  }

  async #speak(turnId: string, text: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || !this.#options.mouth.present()) return;
    this.#interrupt();
    const speaking = new AbortController();
    this.#speaking = speaking;
    let started = false;
    const played = await this.#options.mouth.say(
      turnId,
      text,
      () => {
        started = true;
        this.#emit(turnId, { type: 'playback-started' });
      },
      AbortSignal.any([signal, speaking.signal]),
    );
    if (this.#speaking === speaking) this.#speaking = undefined;
    if (started) this.#emit(turnId, { type: 'playback-ended', ...played });
  }

  async #end(turnId: string): Promise<void> {
    this.#emit(turnId, { type: 'turn-ended' });
    this.#turns.delete(turnId);
  }

  #interrupt(): void {
    this.#speaking?.abort(new Error('interrupted'));
    this.#speaking = undefined;
  }

  #emit(turnId: string, body: TurnEventBody): void {
    this.#options.journal.stamp(turnId, body);
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }
}
