import { commandsInWords } from '../../assistant/skills/command-words.ts';
import { asSentence } from '../../assistant/skills/wording.ts';
import type { Timer } from '../../assistant/timers/timer.ts';
import { ConversationMemory } from '../../assistant/turn/conversation-memory.ts';
import { answersTo } from '../../assistant/turn/dialogue.ts';
import { OutageNotices } from '../../assistant/turn/outage-notices.ts';
import type { TurnServices } from '../../assistant/turn/run-turn.ts';
import { runTurn } from '../../assistant/turn/run-turn.ts';
import { sentenceFor } from '../../contract/failure.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { Person, Source } from '../../contract/tool.ts';
import type { TurnEvent, TurnEventBody, TurnEventOf } from '../../contract/turn-event.ts';
import { isEcho } from './approval-echo.ts';
import type { ApprovalSpeech } from './approval-speech.ts';
import type { Log } from './log.ts';
import { speakable } from './speakable.ts';
import { type Mouth, Speaker, type Speech } from './speaker.ts';
import type { StopReply, StopTalk } from './stop-talk.ts';
import { type SentenceMaker, type StreamedSpeech, streamSpeech } from './stream-speech.ts';
import type { TurnJournal } from './turn-journal.ts';

export interface ConversationOptions {
  journal: TurnJournal;
  services: TurnServices;
  mouth: Mouth;
  log: Log;
  /** Heard before anything else; absent where there is no emergency stop. */
  stopTalk?: Pick<StopTalk, 'hear'>;
  /** True while everything is stopped: delayed commands are not carried out. */
  isStopped?(): boolean;
  /** A question was asked aloud: listen for one of these answers without the wake word. */
  listenForAnswer(answers: string[]): void;
  /** What waits for a yes; asked before words are taken for a command. */
  approvals?(): Pick<ApprovalSpeech, 'take'> | undefined;
  /** Makes sentences to be spoken of Markdown that comes in pieces; absent: it is spoken when it is complete. */
  spoken?(): SentenceMaker;
}

interface LiveTurn {
  controller: AbortController;
  source: Source;
  person?: Person;
  room: string | undefined;
  dryRun: boolean;
  /** True from the moment words are being carried out. */
  running: boolean;
  /** False: the words go elsewhere, nothing is said here. */
  aloud: boolean;
  /** When its speech began, in ms on the clock that only grows; that of the turn until it is known. Absent for what is written. */
  spokenAt?: number;
  /** What a delayed command meant when it was given. */
  matches?: readonly IntentMatch[];
}

interface AskOptions {
  source: Source;
  person?: Person;
  room?: string;
  dryRun?: boolean;
  by?: 'text' | 'timer';
  /** False: answered in writing only. */
  aloud?: boolean;
  /** Already understood: carried out as it is. */
  matches?: readonly IntentMatch[];
  chat?: ChatPlace;
}

/** Where in the kept conversations a question stands. */
export interface ChatPlace {
  conversationId?: string;
  parentId?: string | null;
  /** The person's message that is answered anew. */
  again?: string;
  attachments?: string[];
}

/** ms after its time at which a command is no longer carried out: nobody wants the evening's light in the morning. */
const TOO_LATE_MS = 15 * 60_000;

/** Joins what is heard and typed with the mind and the mouth; every turn goes through here and ends with `turn-ended`. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #turns = new Map<string, LiveTurn>();
  readonly #work = new Set<Promise<void>>();
  readonly #memory = new ConversationMemory();
  readonly #outages = new OutageNotices();
  readonly #speaker: Speaker;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#speaker = new Speaker(options.mouth, options.services.clock);
  }

  /** A written command. */
  ask(text: string, options: AskOptions): string {
    const turnId = this.#options.services.newId();
    const room = options.room;
    this.#turns.set(turnId, {
      controller: new AbortController(),
      source: options.source,
      room,
      dryRun: options.dryRun ?? false,
      running: false,
      aloud: options.aloud ?? true,
      ...(options.person === undefined ? {} : { person: options.person }),
      ...(options.matches === undefined ? {} : { matches: options.matches }),
    });
    const by = options.by ?? 'text';
    this.#emit(turnId, { type: 'turn-started', source: options.source, by, ...(room === undefined ? {} : { room }), ...options.chat });
    this.#emit(turnId, { type: 'transcript-ended', text, confidence: 1, engine: 'text' });
    this.#start(turnId, text);
    return turnId;
  }

  /** Says something by itself: a timer that rings. */
  announce(text: string, room: string | undefined): string {
    const turnId = this.#options.services.newId();
    this.#turns.set(turnId, { controller: new AbortController(), source: 'timer', room, dryRun: false, running: true, aloud: true });
    this.#emit(turnId, { type: 'turn-started', source: 'timer', by: 'timer', ...(room === undefined ? {} : { room }) });
    this.#options.mouth.earcon('timer');
    this.#track(this.#reply(turnId, text));
    return turnId;
  }

  /** Says something that belongs to no turn. `cut`: somebody spoke over it, or the voice failed. */
  async tell(text: string, signal: AbortSignal): Promise<'heard' | 'cut' | 'nobody'> {
    if (signal.aborted || !this.#options.mouth.present()) return 'nobody';
    const { interrupted } = await this.#speaker.say('', text, () => undefined, signal);
    return interrupted ? 'cut' : 'heard';
  }

  /** Carries out what a timer was set for, unless its time is long past: then it says that it has not. */
  ring(timer: Timer): string {
    const { command = '', matches, room } = timer;
    const { clock, view } = this.#options.services;
    if (clock.now() - timer.endsAt > TOO_LATE_MS) {
      const words = matches === undefined ? command : commandsInWords(matches, view(room));
      return this.announce(asSentence(`I was not there in time, so I did not ${words}`), room);
    }
    const place = room === undefined ? {} : { room };
    return this.ask(command, { source: 'timer', by: 'timer', ...place, ...(matches === undefined ? {} : { matches }) });
  }

  /** An event of the voice process. */
  hear(event: TurnEvent, options: { dryRun: boolean }): void {
    this.#options.journal.append(event);
    switch (event.type) {
      case 'turn-started':
        this.#speaker.interrupt();
        this.#turns.set(event.turnId, {
          controller: new AbortController(),
          source: event.source,
          room: event.room,
          dryRun: options.dryRun,
          running: false,
          aloud: true,
          spokenAt: this.#options.services.clock.monotonic(),
        });
        return;
      case 'speech-started': {
        const turn = this.#turns.get(event.turnId);
        // Told later than it was heard; never taken for later than it was.
        if (turn?.spokenAt !== undefined) turn.spokenAt = Math.min(turn.spokenAt + event.at, this.#options.services.clock.monotonic());
        return;
      }
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
    const busy = this.#turns.size > 0 || this.#speaker.speaking;
    this.#speaker.interrupt();
    this.#memory.forgetQuestion();
    for (const turn of this.#turns.values()) turn.controller.abort(new Error('cancelled'));
    return busy;
  }

  /** Name of who talks in a turn that is under way; undefined: whoever sits at this machine. */
  personOf(turnId: string): string | undefined {
    return this.#turns.get(turnId)?.person?.name;
  }

  /** Drops one turn that is under way; false when there is none of that id. */
  stop(turnId: string): boolean {
    const turn = this.#turns.get(turnId);
    turn?.controller.abort(new Error('cancelled'));
    return turn !== undefined;
  }

  /** Silence: somebody speaks over JARVIS. */
  interrupt(): void {
    this.#speaker.interrupt();
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
    const turn = this.#turns.get(turnId);
    const { stopTalk, isStopped } = this.#options;
    if (turn?.source === 'timer' && isStopped?.() === true) {
      turn.aloud = false;
      this.#track(this.#reply(turnId, 'Everything is stopped, so I did not do it.'));
      return;
    }
    const { source, room, dryRun, matches } = turn ?? {};
    const said = source === undefined ? undefined : stopTalk?.hear({ text, source, room, dryRun: dryRun ?? false, matches });
    if (turn !== undefined && said !== undefined) {
      // A stop ends every turn, this one too; but it is the one that says so.
      turn.controller = new AbortController();
      this.#track(this.#tellStop(turnId, turn, said));
      return;
    }
    this.#track(this.#run(turnId, text));
  }

  async #tellStop(turnId: string, turn: LiveTurn, said: StopReply): Promise<void> {
    turn.running = true;
    const text = await said.text;
    const expectsAnswer = said.answers.length > 0;
    this.#emit(turnId, { type: 'reply-delta', text });
    this.#emit(turnId, { type: 'reply-ended', text, ...(expectsAnswer && { expectsAnswer }) });
    await this.#speak(turnId, text, turn.controller.signal);
    if (expectsAnswer && turn.aloud && !turn.controller.signal.aborted) this.#options.listenForAnswer(said.answers);
    await this.#end(turnId);
  }

  async #run(turnId: string, text: string): Promise<void> {
    const turn = this.#turns.get(turnId);
    if (turn === undefined) return;
    turn.running = true;
    const { services } = this.#options;
    // What a timer carries out is nobody's talk: it answers no question, and nobody means it by "it".
    const isTalk = turn.source !== 'timer';
    const place = `${turn.source} ${turn.room ?? ''}`;
    const answered = turn.matches === undefined ? this.#answerApproval(turn, text) : undefined;
    if (answered !== undefined) {
      await this.#reply(turnId, answered.text, answered.aloud);
      if (answered.listen !== undefined && turn.aloud) this.#options.listenForAnswer(answered.listen);
      return;
    }
    const question = isTalk ? this.#memory.takeQuestion(turn.room) : undefined;
    const { before, timers } = isTalk ? this.#memory.before(place, services.clock.now()) : { before: [], timers: undefined };
    let streamed: StreamedSpeech | undefined;
    try {
      let reply = '';
      let expectsAnswer = false;
      const result = await runTurn(
        {
          turnId,
          text,
          source: turn.source,
          dryRun: turn.dryRun,
          before,
          ...(turn.room === undefined ? {} : { room: turn.room }),
          ...(turn.person === undefined ? {} : { person: turn.person }),
          ...(timers === undefined ? {} : { timers }),
          ...(isTalk ? { carried: this.#memory.carried(place, services.clock.now()) } : {}),
          ...(turn.matches === undefined ? {} : { matches: turn.matches }),
        },
        question,
        { ...services, outages: this.#outages },
        (body) => {
          if (body.type === 'reply-ended') {
            reply = speakable(body.text);
            expectsAnswer = body.expectsAnswer ?? false;
          }
          this.#emit(turnId, body);
          if (body.type !== 'reply-delta' || body.rich !== true) return;
          streamed ??= this.#beginSpeech(turnId, turn);
          streamed?.push(speakable(body.text));
        },
        turn.controller.signal,
      );
      if (isTalk) this.#memory.keep(place, turn.room, result, services.clock.now());
      if (streamed !== undefined) await streamed.end();
      else if (reply !== '') await this.#speak(turnId, reply, turn.controller.signal);
      if (isTalk && expectsAnswer && turn.aloud && result.question !== undefined && !turn.controller.signal.aborted) {
        this.#options.listenForAnswer(answersTo(result.question, services.view(turn.room)));
      }
    } catch (error) {
      await streamed?.end();
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

  /** Words may be the answer to what waits for a yes, unless an ordinary question was asked since. */
  #answerApproval(turn: LiveTurn, text: string) {
    const { spokenAt, source } = turn;
    const otherAskedAt = this.#memory.askedAt(turn.room);
    const echo = spokenAt !== undefined && isEcho({ text, at: spokenAt }, this.#speaker.said);
    return this.#options.approvals?.()?.take({ text, source, echo, otherAskedAt });
  }

  async #reply(turnId: string, text: string, aloud = true): Promise<void> {
    if (text !== '') this.#emit(turnId, { type: 'reply-delta', text });
    this.#emit(turnId, { type: 'reply-ended', text });
    const turn = this.#turns.get(turnId);
    if (turn !== undefined && aloud) await this.#speak(turnId, text, turn.controller.signal);
    await this.#end(turnId);
  }

  /** Speaks an answer while it is still being written. Who speaks over it stops the writing, too: what comes after would never be heard. */
  #beginSpeech(turnId: string, turn: LiveTurn): StreamedSpeech | undefined {
    const maker = this.#options.spoken?.();
    if (maker === undefined || !turn.aloud || !this.#options.mouth.present()) return undefined;
    return streamSpeech(maker, turn.controller, (sentences) => this.#speak(turnId, sentences, turn.controller.signal));
  }

  /** True when somebody spoke over it. */
  async #speak(turnId: string, text: Speech, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.#turns.get(turnId)?.aloud === false || !this.#options.mouth.present()) return false;
    let started = false;
    const begun = (): void => {
      started = true;
      this.#emit(turnId, { type: 'playback-started' });
    };
    const played = await this.#speaker.say(turnId, text, begun, signal);
    if (started) this.#emit(turnId, { type: 'playback-ended', ...played });
    return started && played.interrupted;
  }

  async #end(turnId: string): Promise<void> {
    this.#emit(turnId, { type: 'turn-ended' });
    this.#turns.delete(turnId);
  }

  #emit(turnId: string, body: TurnEventBody): void {
    const isSaid = body.type === 'reply-delta' || body.type === 'reply-ended';
    this.#options.journal.stamp(turnId, isSaid ? shown(body) : body);
  }

  #track(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }
}

type Said = Extract<TurnEventBody, { type: 'reply-delta' | 'reply-ended' }>;

function shown(body: Said): Said {
  if (body.type === 'reply-delta' || body.rich === undefined) return { ...body, text: speakable(body.text) };
  return { ...body, text: speakable(body.text), rich: speakable(body.rich) };
}
