import { durationOf, LISTENING_RATE } from '../../contract/audio.ts';
import type { Clock } from '../../contract/clock.ts';
import type { VoiceSettings } from '../../contract/settings.ts';
import { type HostToVoice, HostToVoiceSchema, type VoiceToHost } from '../../contract/voice-message.ts';
import { InputQueue } from '../pipeline/input-queue.ts';
import { createListener } from '../pipeline/listener.ts';
import type { ListenerInput } from '../pipeline/listener-input.ts';
import { CompletenessQuestions } from './completeness-questions.ts';
import { type EngineFactories, type StreamEars, VoiceEngines } from './voice-engines.ts';

export interface VoiceWorkerOptions {
  post(message: VoiceToHost): void;
  factories: EngineFactories;
  clock: Clock;
  newTurnId(): string;
  residentBytes(): number;
}

type OpenStream = Extract<HostToVoice, { type: 'open-stream' }>;
type Speak = Extract<HostToVoice, { type: 'speak' }>;

interface Stream {
  queue: InputQueue;
  abort: AbortController;
}

/** Live sound older than this is dropped: an answer that late is no answer. */
const LIVE_LIMIT = 5 * LISTENING_RATE;
/** What an offline stream may have under way; a host that sends far more than it was asked for loses the oldest. */
const OFFLINE_WINDOW = 2 * LISTENING_RATE;
const OFFLINE_LIMIT = 60 * LISTENING_RATE;
/** Speech is not made further ahead than this of when it can have been played; ms. */
const SPEECH_AHEAD = 60_000;

/** Everything the voice process does, apart from being a process: takes the host's messages and answers by `post`. */
export class VoiceWorker implements Disposable {
  readonly #options: VoiceWorkerOptions;
  readonly #engines: VoiceEngines;
  readonly #questions: CompletenessQuestions;
  readonly #streams = new Map<string, Stream>();
  readonly #speeches = new Map<string, AbortController>();
  /** The recording that is being heard, and those in line before it. */
  #recordings: Promise<void> = Promise.resolve();

  constructor(options: VoiceWorkerOptions) {
    this.#options = options;
    const { post, clock } = options;
    this.#questions = new CompletenessQuestions(clock, (questionId, text) => post({ type: 'completeness-question', questionId, text }));
    this.#engines = new VoiceEngines({
      factories: options.factories,
      changed: (engines) => post({ type: 'engines', engines }),
      log: (level, message) => this.#log(level, message),
      monotonic: () => clock.monotonic(),
    });
  }

  /** Takes one message as it came; what is none is logged and dropped. */
  receive(message: unknown): void {
    const parsed = HostToVoiceSchema.safeParse(message);
    if (parsed.success) this.#handle(parsed.data);
    else this.#log('error', `a message that nobody knows was dropped: ${parsed.error.issues[0]?.message}`);
  }

  /** Ends every stream and speech, and the engines. */
  [Symbol.dispose](): void {
    for (const { abort } of this.#streams.values()) abort.abort();
    for (const abort of this.#speeches.values()) abort.abort();
    this.#engines[Symbol.dispose]();
  }

  #handle(message: HostToVoice): void {
    switch (message.type) {
      case 'configure':
        this.#background('configure', this.#engines.configure(message.settings, message.dataFolder));
        break;
      case 'set-grammar':
        this.#background('set-grammar', this.#setGrammar(message.id, message.jsgf));
        break;
      case 'open-stream':
        this.#background('stream', this.#listen(message));
        break;
      case 'audio':
        this.#push(message.streamId, { type: 'audio', samples: message.samples });
        break;
      case 'end-stream':
        this.#streams.get(message.streamId)?.queue.end();
        break;
      case 'drop-stream':
        this.#streams.get(message.streamId)?.abort.abort();
        break;
      case 'listen':
        this.#push(message.streamId, { type: 'listen', by: message.by });
        break;
      case 'stop-listening':
        this.#push(message.streamId, { type: 'stop-listening', take: message.take });
        break;
      case 'playing':
        this.#push(message.streamId, { type: 'playing', playing: message.playing });
        break;
      case 'completeness':
        this.#questions.answer(message.questionId, message.completeness);
        break;
      case 'speak':
        this.#background('speak', this.#speak(message));
        break;
      case 'stop-speaking':
        this.#speeches.get(message.speechId)?.abort();
        break;
      case 'ping':
        this.#options.post({ type: 'pong', id: message.id, residentBytes: this.#options.residentBytes() });
        break;
      default:
        message satisfies never;
    }
  }

  /** Sound of a stream that is closed already may still be under way; it is nobody's any more. */
  #push(streamId: string, input: ListenerInput): void {
    this.#streams.get(streamId)?.queue.push(input);
  }

  async #setGrammar(id: string, jsgf: string): Promise<void> {
    try {
      this.#options.post({ type: 'grammar-ready', id, ms: Math.round(await this.#engines.setGrammar(id, jsgf)) });
    } catch (error) {
      this.#options.post({ type: 'grammar-ready', id, ms: 0, error: describe(error) });
    }
  }

  async #listen({ streamId, wake, pace, room }: OpenStream): Promise<void> {
    const { post, clock, newTurnId } = this.#options;
    this.#streams.get(streamId)?.abort.abort();
    const abort = new AbortController();
    const pull = (samples: number) => post({ type: 'pull', streamId, samples });
    const queue = new InputQueue({
      limit: pace === 'live' ? LIVE_LIMIT : OFFLINE_LIMIT,
      signal: abort.signal,
      overflowed: () => this.#log('warn', `stream ${streamId}: too far behind, the oldest sound was dropped`),
      ...(pace === 'offline' && { taken: pull }),
    });
    const stream = { queue, abort };
    this.#streams.set(streamId, stream);
    const before = this.#recordings;
    const heard = Promise.withResolvers<void>();
    if (pace === 'offline') this.#recordings = heard.promise;
    let ears: StreamEars | undefined;
    try {
      if (pace === 'offline') {
        // Recordings wait for the grammar, and for each other: the recogniser hears one utterance at a time.
        await before;
        await this.#engines.grammarsSettled();
      }
      await this.#engines.loaded();
      ears = await this.#engines.openEars(wake === 'auto');
      if (pace === 'offline') pull(OFFLINE_WINDOW);
      const events = createListener(queue, {
        wake,
        pace,
        source: 'voice',
        ...(room !== undefined && { room }),
        ears,
        turnEnd: this.#turnEnd(),
        signal: abort.signal,
        monotonic: () => clock.monotonic(),
        newTurnId,
        completeness: (text) => this.#questions.ask(text),
        warn: (text) => this.#log('warn', text),
        level: (level) => post({ type: 'level', streamId, ...level }),
      });
      for await (const event of events) post({ type: 'turn-event', streamId, event });
    } finally {
      heard.resolve();
      if (ears) this.#engines.closeEars(ears);
      if (this.#streams.get(streamId) === stream) this.#streams.delete(streamId);
      post({ type: 'stream-ended', streamId });
    }
  }

  /** Read at each turn, so that changed settings hold from the next one on. */
  #turnEnd(): VoiceSettings['turnEnd'] {
    const engines = this.#engines;
    const current = () => {
      const { settings } = engines;
      if (!settings) throw new Error('a stream was opened before the voice was configured');
      return settings.turnEnd;
    };
    return {
      get closedMs() {
        return current().closedMs;
      },
      get completeMs() {
        return current().completeMs;
      },
      get incompleteMs() {
        return current().incompleteMs;
      },
      get noSpeechMs() {
        return current().noSpeechMs;
      },
      get maximumMs() {
        return current().maximumMs;
      },
    };
  }

  async #speak({ speechId, text }: Speak): Promise<void> {
    const { post, clock } = this.#options;
    this.#speeches.get(speechId)?.abort();
    const abort = new AbortController();
    this.#speeches.set(speechId, abort);
    let error: string | undefined;
    try {
      await this.#engines.loaded();
      const { synthesizer, settings } = this.#engines;
      if (!synthesizer || !settings) throw new Error('nothing can speak');
      const began = clock.monotonic();
      for await (const frame of synthesizer.speak(text, settings.tts, abort.signal)) {
        if (abort.signal.aborted) break;
        post({ type: 'speech-audio', speechId, samples: new Int16Array(frame.samples), sampleRate: frame.sampleRate });
        const ahead = frame.at + durationOf(frame.samples.length, frame.sampleRate) - (clock.monotonic() - began);
        if (ahead > SPEECH_AHEAD) await clock.sleep(ahead - SPEECH_AHEAD, abort.signal);
      }
    } catch (failure) {
      if (!abort.signal.aborted) error = describe(failure);
    }
    if (this.#speeches.get(speechId) === abort) this.#speeches.delete(speechId);
    post({ type: 'speech-ended', speechId, ...(error !== undefined && { error }) });
  }

  #background(what: string, work: Promise<void>): void {
    work.catch((error: unknown) => this.#log('error', `${what}: ${describe(error)}`));
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    this.#options.post({ type: 'log', level, message });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
