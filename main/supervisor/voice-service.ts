import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { Completeness } from '../../contract/intent.ts';
import type { ServiceStatus } from '../../contract/interface.ts';
import type { VoiceSettings } from '../../contract/settings.ts';
import { type EngineReport, type HostToVoice, type VoiceToHost, VoiceToHostSchema } from '../../contract/voice-message.ts';
import type { Log } from '../host/log.ts';
import type { ChildLauncher } from './child.ts';
import { MessageQueue } from './message-queue.ts';
import { type Supervision, superviseChild } from './supervise-child.ts';
import { OpenStream, type VoiceStream, type VoiceStreamOptions } from './voice-stream.ts';

export interface VoiceServiceOptions {
  launch: ChildLauncher;
  settings: VoiceSettings;
  dataFolder: string;
  /** Asked for every new partial text; must answer at once. */
  answerCompleteness(text: string): Completeness;
  clock: Clock;
  newId(): string;
  log: Log;
  onStatus(status: ServiceStatus): void;
  onEngines(engines: EngineReport[]): void;
  onLevel(level: { streamId: string; dbfs: number; speech: boolean }): void;
  /** A new voice process has taken over: settings, grammar and live streams are with it already. */
  onRestarted(): void;
  memoryLimitBytes?: number;
  supervision?: Partial<Supervision>;
}

/** Mono. */
export interface SpeechSound {
  samples: Int16Array;
  /** Hz */
  sampleRate: number;
}

export interface VoiceService extends AsyncDisposable {
  status(): ServiceStatus;
  /** Process id of the voice; undefined while it restarts. */
  pid(): number | undefined;
  /** What is in use; empty until the first report. */
  engines(): EngineReport[];
  /** Resolves when engines are loaded and the latest grammar is in force; rejects when the service is stopped first. */
  ready(): Promise<void>;
  configure(settings: VoiceSettings): void;
  /**
   * The grammar from now on, also after a restart. Resolves with the ms it took when it is in force (or a later one is); rejects when the recogniser
   * refuses it (the one before stays) or the service is stopped.
   */
  setGrammar(id: string, jsgf: string): Promise<number>;
  openStream(options: VoiceStreamOptions): VoiceStream;
  /** Sound as it comes; ends early when `signal` aborts. Throws when the synthesizer fails, or with `voice-restarted`. */
  speak(text: string, turnId: string, signal: AbortSignal): AsyncIterable<SpeechSound>;
  /** Ends the voice process; idempotent. */
  stop(): Promise<void>;
}

/** Models of a second of speech and a grammar of thousands of names fit well in; a leak does not. */
const MEMORY_LIMIT = 1_000_000_000;

interface Grammar {
  id: string;
  jsgf: string;
  inForce: boolean;
}

/** The host's side of the voice process: its words and sounds, whatever becomes of the process. */
export function startVoiceService(options: VoiceServiceOptions): VoiceService {
  const { clock, log, newId } = options;
  let settings = options.settings;
  let engines: EngineReport[] = [];
  let loaded = false;
  let grammar: Grammar | undefined;
  let stopped = false;
  const grammarWaits = new Map<string, PromiseWithResolvers<number>>();
  const readyWaits = new Set<PromiseWithResolvers<void>>();
  const streams = new Map<string, OpenStream>();
  const speeches = new Map<string, MessageQueue<SpeechSound>>();

  const isReady = (): boolean => loaded && grammar?.inForce !== false;
  const announceReady = (): void => {
    if (!isReady()) return;
    for (const wait of readyWaits) wait.resolve();
    readyWaits.clear();
  };
  const send = (message: HostToVoice): boolean => child.send(message);
  const sendGrammar = ({ id, jsgf }: Grammar): boolean => send({ type: 'set-grammar', id, jsgf });

  const answer = (text: string): Completeness => {
    try {
      return options.answerCompleteness(text);
    } catch (error) {
      log.error({ error: String(error) }, 'judging a partial sentence failed');
      return 'incomplete';
    }
  };

  const takeGrammarReady = (message: Extract<VoiceToHost, { type: 'grammar-ready' }>): void => {
    const wait = grammarWaits.get(message.id);
    grammarWaits.delete(message.id);
    if (message.error === undefined) wait?.resolve(message.ms);
    else {
      log.warn({ grammar: message.id, error: message.error }, 'the recogniser refused a grammar');
      wait?.reject(new Error(message.error));
    }
    if (message.id !== grammar?.id) return;
    // A refused grammar leaves the one before in force, so the voice is as ready as it will be.
    grammar.inForce = true;
    for (const earlier of grammarWaits.values()) earlier.resolve(message.ms);
    grammarWaits.clear();
    announceReady();
  };

  const take = (message: VoiceToHost): void => {
    switch (message.type) {
      case 'engines':
        engines = message.engines;
        loaded = true;
        options.onEngines(engines);
        announceReady();
        break;
      case 'grammar-ready':
        takeGrammarReady(message);
        break;
      case 'turn-event':
        streams.get(message.streamId)?.take(message.event);
        break;
      case 'completeness-question':
        send({ type: 'completeness', questionId: message.questionId, completeness: answer(message.text) });
        break;
      case 'pull':
        streams.get(message.streamId)?.pull(message.samples);
        break;
      case 'stream-ended':
        streams.get(message.streamId)?.finish();
        break;
      case 'level':
        options.onLevel({ streamId: message.streamId, dbfs: message.dbfs, speech: message.speech });
        break;
      case 'speech-audio':
        speeches.get(message.speechId)?.push({ samples: message.samples, sampleRate: message.sampleRate });
        break;
      case 'speech-ended':
        speeches.get(message.speechId)?.end(message.error === undefined ? undefined : new Error(message.error));
        break;
      case 'log':
        log[message.level]({ service: 'voice', ...(message.turnId === undefined ? {} : { turnId: message.turnId }) }, message.message);
        break;
      case 'pong':
        break;
      default:
        message satisfies never;
    }
  };

  const child = superviseChild<HostToVoice, VoiceToHost>({
    name: 'voice',
    launch: options.launch,
    parse: (message) => VoiceToHostSchema.parse(message),
    ping: (id) => ({ type: 'ping', id }),
    pong: (message) => (message.type === 'pong' ? message : undefined),
    memoryLimitBytes: options.memoryLimitBytes ?? MEMORY_LIMIT,
    ...(options.supervision === undefined ? {} : { supervision: options.supervision }),
    clock,
    log,
    onStarted(restarts) {
      send({ type: 'configure', settings, dataFolder: options.dataFolder });
      if (grammar !== undefined) sendGrammar(grammar);
      for (const stream of streams.values()) stream.reopen();
      if (restarts > 0) options.onRestarted();
    },
    onMessage: take,
    onEnded() {
      loaded = false;
      if (grammar !== undefined) grammar.inForce = false;
      for (const stream of [...streams.values()]) stream.lose();
      for (const speech of speeches.values()) speech.end(new JarvisError('voice-restarted'));
    },
    onStatus: options.onStatus,
  });

  const stop = async (): Promise<void> => {
    stopped = true;
    for (const stream of [...streams.values()]) stream.abandon();
    await child.stop();
    const gone = new Error('the voice was stopped');
    for (const wait of [...grammarWaits.values(), ...readyWaits]) wait.reject(gone);
    grammarWaits.clear();
    readyWaits.clear();
  };

  return {
    status: () => child.status(),
    pid: () => child.pid(),
    engines: () => engines,
    ready() {
      if (isReady()) return Promise.resolve();
      if (stopped) return Promise.reject(new Error('the voice was stopped'));
      const wait = Promise.withResolvers<void>();
      readyWaits.add(wait);
      return wait.promise;
    },
    configure(changed) {
      settings = changed;
      send({ type: 'configure', settings, dataFolder: options.dataFolder });
    },
    setGrammar(id, jsgf) {
      if (stopped) return Promise.reject(new Error('the voice was stopped'));
      grammar = { id, jsgf, inForce: false };
      const wait = Promise.withResolvers<number>();
      const same = grammarWaits.get(id);
      if (same !== undefined) wait.promise.then(same.resolve, same.reject);
      grammarWaits.set(id, wait);
      sendGrammar(grammar);
      return wait.promise;
    },
    openStream(streamOptions) {
      const stream = new OpenStream(streamOptions, {
        id: newId(),
        send,
        clock,
        newId,
        onClosed: (closed) => streams.delete(closed.id),
      });
      if (stopped) stream.abandon();
      else streams.set(stream.id, stream);
      return stream;
    },
    async *speak(text, turnId, signal) {
      if (signal.aborted) return;
      const speechId = newId();
      const sound = new MessageQueue<SpeechSound>();
      speeches.set(speechId, sound);
      const silence = (): void => sound.end();
      signal.addEventListener('abort', silence, { once: true });
      let finished = false;
      try {
        if (!send({ type: 'speak', speechId, turnId, text })) throw new JarvisError('voice-restarted');
        for await (const part of sound) {
          // What was queued before the interruption is not to be heard either.
          if (signal.aborted) return;
          yield part;
        }
        finished = !signal.aborted;
      } finally {
        signal.removeEventListener('abort', silence);
        speeches.delete(speechId);
        if (!finished) send({ type: 'stop-speaking', speechId });
      }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
