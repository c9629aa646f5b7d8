import type { Clock } from '../../contract/clock.ts';
import type { ServiceStatus } from '../../contract/interface.ts';
import type { EngineBuild } from '../../contract/models.ts';
import { type HostToModels, type LoadedModel, type ModelsToHost, ModelsToHostSchema } from '../../contract/models-message.ts';
import { type EngineState, type GeneratedPart, ModelError, type ModelLink } from '../../models/model-link.ts';
import type { Log } from '../host/log.ts';
import type { ChildLauncher } from './child.ts';
import { MessageQueue } from './message-queue.ts';
import { type Answer, engineState, generatedPart } from './models-answer.ts';
import { type SupervisedChild, type Supervision, superviseChild } from './supervise-child.ts';

/** Which engine the process is to take, and from where. */
export interface EngineChoice {
  build: EngineBuild;
  /** Folder with `node_modules/node-llama-cpp`; absent: wherever the process finds it. */
  engineFolder?: string;
  threads?: number;
}

export interface ModelsServiceOptions {
  launch: ChildLauncher;
  engine: EngineChoice;
  clock: Clock;
  newId(): string;
  log: Log;
  onStatus(status: ServiceStatus): void;
  /** The engine is there, or gone. */
  onEngine(engine: EngineState | undefined): void;
  /** What the process may hold, weights that it maps from files included. */
  memoryLimitBytes: number;
  supervision?: Partial<Supervision>;
}

/** The models process. No process runs before the first `load`. */
export interface ModelsService extends ModelLink, AsyncDisposable {
  status(): ServiceStatus;
  /** Undefined while no process runs. */
  pid(): number | undefined;
  /** Another engine from now on: everything that is loaded is lost, and an engine that was not found is looked for again at the next `load`. */
  configure(engine: EngineChoice): Promise<void>;
  /** Ends the process; whatever is asked later rejects. Idempotent. */
  stop(): Promise<void>;
}

/** Long prompts and schemas may keep the process from answering for seconds; they are no reason to end it. */
const SUPERVISION = { pingMs: 2_000, unanswered: 10 } satisfies Partial<Supervision>;
/** Processes in a row that end before their engine is there; then no further one is tried. */
const DEAD_STARTS = 3;
/** ms after which an engine that was not there is looked for again, when somebody asks. */
const REFUSAL_MS = 60_000;
/** ms that an aborted answer may take to say what it cost. */
const ABORT_MS = 2_000;
/** Texts in one message. */
const EMBED_AT_ONCE = 256;

interface Pending {
  take(answer: Answer): void;
  lose(error: ModelError): void;
}

export function createModelsService(options: ModelsServiceOptions): ModelsService {
  const { clock, log, newId } = options;
  let choice = options.engine;
  let child: SupervisedChild<HostToModels> | undefined;
  let ending: Promise<void> | undefined;
  let engine: EngineState | undefined;
  let status: ServiceStatus = { name: 'models', state: 'stopped', restarts: 0, detail: 'not needed yet' };
  /** Why there is no engine, once that is certain, and since when (monotonic ms). */
  let refusal: { reason: string; at: number } | undefined;
  let deadStarts = 0;
  let stopped = false;
  const pending = new Map<string, Pending>();
  const readyWaits = new Set<PromiseWithResolvers<void>>();
  const listeners: ((reason: string) => void)[] = [];

  const send = (message: HostToModels): boolean => child?.send(message) === true;
  const lost = (reason: string): ModelError => new ModelError('process-lost', `The process that runs the models was lost: ${reason}.`);
  const noEngine = (reason: string): ModelError => new ModelError('no-engine', `The engine for local models is not there: ${reason}`);

  const tell = (next: ServiceStatus): void => {
    status = next;
    options.onStatus(status);
  };
  const setEngine = (next: EngineState | undefined): void => {
    const changed = next !== engine;
    engine = next;
    if (changed) options.onEngine(engine);
  };
  const failWaits = (error: ModelError): void => {
    for (const wait of readyWaits) wait.reject(error);
    readyWaits.clear();
  };

  /** The process is gone, with all that was under way in it. */
  const lose = (reason: string): void => {
    const wasThere = engine !== undefined;
    setEngine(undefined);
    const error = lost(reason);
    for (const each of [...pending.values()]) each.lose(error);
    pending.clear();
    if (wasThere) for (const listen of listeners) listen(reason);
  };

  const giveUp = (reason: string): void => {
    log.error({ service: 'models', build: choice.build, reason }, 'there is no engine for local models');
    const refused = { reason, at: clock.monotonic() };
    refusal = refused;
    failWaits(noEngine(reason));
    endChild(reason).then(
      () => {
        if (refusal === refused) tell({ name: 'models', state: 'failed', restarts: status.restarts, detail: reason });
      },
      (error: unknown) => log.error({ service: 'models', error: String(error) }, 'ending a process failed'),
    );
  };

  const take = (message: ModelsToHost): void => {
    switch (message.type) {
      case 'engine-ready':
        deadStarts = 0;
        setEngine(engineState(message));
        for (const wait of readyWaits) wait.resolve();
        readyWaits.clear();
        break;
      case 'engine-failed':
        giveUp(message.reason);
        break;
      case 'log':
        log[message.level]({ service: 'models' }, message.message);
        break;
      case 'pong':
        break;
      default:
        // Answers to what was given up meanwhile are nobody's.
        pending.get(message.id)?.take(message);
    }
  };

  const onChildStatus = (next: ServiceStatus): void => {
    switch (next.state) {
      case 'restarting':
      case 'failed': {
        const reason = next.detail ?? 'it ended';
        if (engine === undefined) deadStarts += 1;
        lose(reason);
        tell(next);
        if (deadStarts >= DEAD_STARTS && refusal === undefined)
          giveUp(`its process ended ${deadStarts} times while it started; at last ${reason}`);
        break;
      }
      case 'stopped':
        lose('it was stopped');
        tell(next);
        break;
      case 'starting':
      case 'running':
        tell(next);
        break;
      default:
        next.state satisfies never;
    }
  };

  const startChild = (): void => {
    if (child !== undefined || ending !== undefined || stopped) return;
    child = superviseChild<HostToModels, ModelsToHost>({
      name: 'models',
      launch: options.launch,
      parse: (message) => ModelsToHostSchema.parse(message),
      ping: (id) => ({ type: 'ping', id }),
      pong(message) {
        if (message.type !== 'pong') return undefined;
        if (engine !== undefined && message.gpuFreeBytes !== undefined) engine = { ...engine, gpuFreeBytes: message.gpuFreeBytes };
        return message;
      },
      memoryLimitBytes: options.memoryLimitBytes,
      supervision: { ...SUPERVISION, ...options.supervision },
      clock,
      log,
      onStarted: () => send({ type: 'configure', ...choice }),
      onMessage(message) {
        if (ending === undefined) take(message);
      },
      // What follows from it is done when the reason is told, at the next status.
      onEnded: () => undefined,
      onStatus: onChildStatus,
    });
  };

  const endChild = async (reason: string): Promise<void> => {
    const leaving = child;
    if (leaving !== undefined) {
      child = undefined;
      lose(reason);
      ending = leaving.stop().finally(() => {
        ending = undefined;
        if (readyWaits.size > 0) startChild();
      });
    }
    await ending;
  };

  const ready = async (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) throw aborted();
    if (stopped) throw lost('it was stopped');
    if (refusal !== undefined) {
      if (clock.monotonic() - refusal.at < REFUSAL_MS) throw noEngine(refusal.reason);
      refusal = undefined;
      deadStarts = 0;
    }
    if (engine !== undefined) return;
    const wait = Promise.withResolvers<void>();
    const abort = (): void => wait.reject(aborted());
    signal.addEventListener('abort', abort, { once: true });
    readyWaits.add(wait);
    startChild();
    try {
      await wait.promise;
    } finally {
      readyWaits.delete(wait);
      signal.removeEventListener('abort', abort);
    }
  };

  const mustRun = (): void => {
    if (engine === undefined) throw lost('it does not run');
  };

  /** One question, one answer. `read` gives nothing for what comes before the answer. */
  const ask = async <Result>(
    message: (id: string) => HostToModels,
    read: (answer: Answer) => { result: Result } | undefined,
    signal?: AbortSignal,
  ): Promise<Result> => {
    const id = newId();
    const wait = Promise.withResolvers<Result>();
    const abort = (): void => {
      send({ type: 'abort', id });
    };
    pending.set(id, {
      take(answer) {
        if (answer.type === 'failed') return wait.reject(new ModelError(answer.trouble, answer.reason));
        const found = read(answer);
        if (found !== undefined) wait.resolve(found.result);
      },
      lose: wait.reject,
    });
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (!send(message(id))) throw lost('it does not run');
      return await wait.promise;
    } finally {
      pending.delete(id);
      signal?.removeEventListener('abort', abort);
    }
  };
  const strange = (answer: Answer, asked: string): undefined => {
    log.warn({ service: 'models', asked, answer: answer.type }, 'a child process gave an answer that does not fit its question');
  };

  const generate: ModelLink['generate'] = async function* (handle, request, signal) {
    if (signal.aborted) {
      yield abortedEnd;
      return;
    }
    mustRun();
    const id = newId();
    const parts = new MessageQueue<GeneratedPart>();
    const over = new AbortController();
    const end = (last: GeneratedPart | ModelError): void => {
      if (last instanceof ModelError) parts.end(last);
      else {
        parts.push(last);
        parts.end();
      }
      over.abort();
    };
    pending.set(id, {
      take(answer) {
        const part = generatedPart(answer);
        if (part === undefined) strange(answer, 'generate');
        else if (part instanceof ModelError || part.type === 'end') end(part);
        else parts.push(part);
      },
      lose: end,
    });
    const abort = (): void => {
      send({ type: 'abort', id });
      clock.sleep(ABORT_MS, over.signal).then(
        () => end(abortedEnd),
        () => undefined,
      );
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (!send({ type: 'generate', id, handle, request })) throw lost('it does not run');
      yield* parts;
    } finally {
      signal.removeEventListener('abort', abort);
      // Whoever stops reading wants no more of it.
      pending.delete(id);
      if (!over.signal.aborted) send({ type: 'abort', id });
      over.abort();
    }
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    failWaits(lost('it was stopped'));
    await endChild('it was stopped');
  };

  return {
    status: () => status,
    pid: () => child?.pid(),
    engine: () => engine,
    onLost: (listen) => listeners.push(listen),
    async load(handle, request, progress, signal) {
      await ready(signal);
      return ask<LoadedModel>(
        (id) => ({ type: 'load', id, handle, request }),
        (answer) => {
          if (answer.type === 'loaded') return { result: answer.model };
          if (answer.type === 'load-progress') progress(answer.progress);
          else strange(answer, 'load');
          return undefined;
        },
        signal,
      );
    },
    async unload(handle) {
      // Without a process nothing is loaded.
      if (engine === undefined) return;
      await ask<true>(
        (id) => ({ type: 'unload', id, handle }),
        (answer) => (answer.type === 'unloaded' ? { result: true } : strange(answer, 'unload')),
      );
    },
    generate,
    async embed(handle, texts, signal) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += EMBED_AT_ONCE) {
        mustRun();
        if (signal.aborted) throw aborted();
        const some = texts.slice(from, from + EMBED_AT_ONCE);
        const answered = await ask<Float32Array[]>(
          (id) => ({ type: 'embed', id, handle, texts: some }),
          (answer) => (answer.type === 'embedded' ? { result: answer.vectors } : strange(answer, 'embed')),
          signal,
        );
        if (answered.length !== some.length) throw new ModelError('failed', 'The engine gave another number of vectors than texts.');
        vectors.push(...answered);
      }
      return vectors;
    },
    async count(handle, text) {
      mustRun();
      return ask<number>(
        (id) => ({ type: 'count', id, handle, text }),
        (answer) => (answer.type === 'counted' ? { result: answer.tokens } : strange(answer, 'count')),
      );
    },
    async configure(next) {
      choice = next;
      refusal = undefined;
      deadStarts = 0;
      await endChild('another engine is to be used');
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const aborted = (): ModelError => new ModelError('aborted', 'It was stopped.');

const abortedEnd: GeneratedPart = { type: 'end', finish: 'aborted', inputTokens: 0, cachedTokens: 0, outputTokens: 0, ms: 0 };
