import type { Clock } from '../../contract/clock.ts';
import { type HostToModels, HostToModelsSchema, type ModelsToHost } from '../../contract/models-message.ts';
import { answerTrouble, messageOf } from '../llama/classify-trouble.ts';
import { importEngine } from '../llama/engine-module.ts';
import { LlamaEngine } from '../llama/llama-engine.ts';
import { ModelError } from '../model-link.ts';
import { TextBatch } from './text-batch.ts';

export interface ModelsWorkerOptions {
  post(message: ModelsToHost): void;
  clock: Clock;
  newToolCallId(): string;
  residentBytes(): number;
  availableBytes(): number;
}

type Message<Type extends HostToModels['type']> = Extract<HostToModels, { type: Type }>;

/** Text waits this long for more; ms. */
const TEXT_INTERVAL = 20;
const PROGRESS_INTERVAL = 50;

/** Everything the models process does, apart from being a process: takes the host's messages and answers by `post`. */
export class ModelsWorker {
  readonly #options: ModelsWorkerOptions;
  readonly #aborts = new Map<string, AbortController>();
  #configured: Message<'configure'> | undefined;
  #engine: Promise<LlamaEngine> = Promise.reject(new ModelError('no-engine', 'The language model engine has not been configured.'));

  constructor(options: ModelsWorkerOptions) {
    this.#options = options;
    this.#engine.catch(() => undefined);
  }

  /** Takes one message as it came. What is none is logged and dropped; where it names an answer to wait for, that fails. */
  receive(message: unknown): void {
    const parsed = HostToModelsSchema.safeParse(message);
    if (parsed.success) {
      this.#handle(parsed.data);
      return;
    }
    const reason = `a message that nobody knows was dropped: ${parsed.error.issues[0]?.message}`;
    this.#log('error', reason);
    if (typeof message === 'object' && message !== null && 'id' in message && typeof message.id === 'string')
      this.#options.post({ type: 'failed', id: message.id, trouble: 'failed', reason });
  }

  #handle(message: HostToModels): void {
    switch (message.type) {
      case 'configure':
        this.#configure(message);
        break;
      case 'load':
        this.#run(message.id, async (engine, signal) => {
          const { id, handle, request } = message;
          const model = await engine.load(handle, request, this.#progress(id), signal);
          this.#options.post({ type: 'loaded', id, model });
        });
        break;
      case 'unload':
        this.#run(message.id, async (engine) => {
          await engine.unload(message.handle);
          this.#options.post({ type: 'unloaded', id: message.id });
        });
        break;
      case 'generate':
        this.#run(message.id, async (engine, signal) => await this.#generate(engine, message, signal));
        break;
      case 'embed':
        this.#run(message.id, async (engine, signal) => {
          const vectors = await engine.embed(message.handle, message.texts, signal);
          this.#options.post({ type: 'embedded', id: message.id, vectors });
        });
        break;
      case 'count':
        this.#run(message.id, async (engine) => {
          this.#options.post({ type: 'counted', id: message.id, tokens: await engine.count(message.handle, message.text) });
        });
        break;
      case 'abort':
        this.#aborts.get(message.id)?.abort();
        break;
      case 'ping':
        void this.#pong(message.id);
        break;
      default:
        message satisfies never;
    }
  }

  /** One engine for the life of the process: native code of two builds does not live together. */
  #configure(message: Message<'configure'>): void {
    if (
      this.#configured !== undefined &&
      (this.#configured.build !== message.build || this.#configured.engineFolder !== message.engineFolder)
    ) {
      this.#log('error', `this process runs the ${this.#configured.build} build; another needs another process`);
      return;
    }
    if (this.#configured === undefined) this.#engine = this.#start(message);
    this.#configured = message;
    this.#engine
      .then(async (engine) => this.#options.post({ type: 'engine-ready', ...(await ready(engine)) }))
      .catch((error: unknown) => this.#options.post({ type: 'engine-failed', reason: messageOf(error) }));
  }

  async #start({ build, engineFolder, threads }: Message<'configure'>): Promise<LlamaEngine> {
    const { clock, newToolCallId, residentBytes, availableBytes } = this.#options;
    const log = (level: Level, text: string): void => this.#log(level, text);
    try {
      const module = await importEngine(engineFolder);
      return await LlamaEngine.start({ module, build, threads, clock, newToolCallId, residentBytes, availableBytes, log });
    } catch (error) {
      throw new ModelError('no-engine', messageOf(error), { cause: error });
    }
  }

  /** Work that answers by `id`: whatever goes wrong becomes `failed`. */
  #run(id: string, work: (engine: LlamaEngine, signal: AbortSignal) => Promise<void>): void {
    if (this.#aborts.has(id)) {
      this.#log('error', 'a message with an id that is under way was dropped');
      return;
    }
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    void this.#engine
      .then(async (engine) => await work(engine, abort.signal))
      .catch((error: unknown) => {
        const { trouble, message } = answerTrouble(error);
        this.#options.post({ type: 'failed', id, trouble, reason: message });
      })
      .finally(() => this.#aborts.delete(id));
  }

  async #generate(engine: LlamaEngine, { id, handle, request }: Message<'generate'>, signal: AbortSignal): Promise<void> {
    const { post, clock } = this.#options;
    const batch = new TextBatch(clock, TEXT_INTERVAL, (text) => post({ type: 'text', id, text }));
    try {
      const sink = {
        text: (text: string) => batch.push(text),
        toolCall: (toolCallId: string, name: string, input: string) => {
          batch.flush();
          post({ type: 'tool-call', id, toolCallId, name, input });
        },
      };
      const end = await engine.generate(handle, request, sink, signal);
      batch.flush();
      post({ type: 'generated', id, ...end });
    } finally {
      batch.flush();
    }
  }

  #progress(id: string): (done: number) => void {
    const { clock } = this.#options;
    let told = Number.NEGATIVE_INFINITY;
    return (done) => {
      const progress = Math.min(1, Math.max(0, done));
      if (clock.monotonic() - told < PROGRESS_INTERVAL && progress < 1) return;
      told = clock.monotonic();
      this.#options.post({ type: 'load-progress', id, progress });
    };
  }

  async #pong(id: number): Promise<void> {
    const engine = this.#configured === undefined ? undefined : await settled(this.#engine);
    const memory = (await engine?.memory().catch(() => undefined)) ?? { residentBytes: this.#options.residentBytes() };
    this.#options.post({ type: 'pong', id, ...memory });
  }

  #log(level: Level, message: string): void {
    this.#options.post({ type: 'log', level, message });
  }
}

type Level = 'debug' | 'info' | 'warn' | 'error';

async function ready(engine: LlamaEngine): Promise<Omit<Extract<ModelsToHost, { type: 'engine-ready' }>, 'type'>> {
  const { cards, ...state } = await engine.state();
  return { ...state, cards: [...cards] };
}

/** What it is now; a ping does not wait for an engine that is still starting. */
async function settled<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  return await Promise.race([promise.catch(() => undefined), Promise.resolve(undefined)]);
}
