import { availableParallelism } from 'node:os';
import type { Llama, LlamaGpuType, LlamaModel } from 'node-llama-cpp';
import type { Clock } from '../../contract/clock.ts';
import type { EngineBuild } from '../../contract/models.ts';
import type { GenerateRequest, LoadedModel, LoadRequest } from '../../contract/models-message.ts';
import { type EngineState, ModelError } from '../model-link.ts';
import type { AnswerEnd, AnswerSink } from './answer.ts';
import { ChatModel } from './chat-model.ts';
import { checkModelFile } from './check-model-file.ts';
import { loadTrouble, messageOf } from './classify-trouble.ts';
import { demandMemory } from './demand-memory.ts';
import { EmbeddingModel } from './embedding-model.ts';
import type { LlamaModule } from './engine-module.ts';

export interface LlamaEngineOptions {
  module: LlamaModule;
  build: EngineBuild;
  /** Of the CPU; absent: all cores but one. */
  threads?: number | undefined;
  clock: Clock;
  newToolCallId(): string;
  /** Bytes that this process takes now. */
  residentBytes(): number;
  /** Bytes that it may still take; past that the system would end it. */
  availableBytes(): number;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
}

interface Resident {
  /** Aborts whatever is loaded, answered or embedded with it. */
  end: AbortController;
  loaded: Promise<ChatModel | EmbeddingModel>;
  /** What is under way with it. */
  work: Set<Promise<unknown>>;
}

const GPU: Readonly<Record<EngineBuild, LlamaGpuType>> = {
  cpu: false,
  cuda: 'cuda',
  'cuda-12': 'cuda',
  vulkan: 'vulkan',
  metal: 'metal',
};

/** Models that are loaded, by their handles. All methods reject with a `ModelError`. */
export class LlamaEngine implements AsyncDisposable {
  readonly #options: LlamaEngineOptions;
  readonly #llama: Llama;
  readonly #models = new Map<string, Resident>();
  /** Loads and unloads happen one after another: their memory is measured. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What native code complained of since the last load began: its errors alone say little. */
  readonly #complaints: string[];

  private constructor(llama: Llama, complaints: string[], options: LlamaEngineOptions) {
    this.#llama = llama;
    this.#complaints = complaints;
    this.#options = options;
  }

  /** Rejects with a sentence for people when this build cannot run here. */
  static async start(options: LlamaEngineOptions): Promise<LlamaEngine> {
    const { module, build, log } = options;
    const levels = { fatal: 'error', error: 'error', warn: 'warn', info: 'debug', log: 'debug', debug: 'debug' } as const;
    const complaints: string[] = [];
    let llama: Llama;
    try {
      llama = await module.getLlama({
        gpu: GPU[build],
        build: 'never',
        progressLogs: false,
        // They spin while they wait for each other: one more than there are free cores makes every token a hundred times slower, and the voice needs one.
        maxThreads: options.threads ?? Math.max(1, availableParallelism() - 1),
        logLevel: module.LlamaLogLevel.warn,
        logger: (level, message) => {
          if (level === 'disabled') return;
          const text = message.trimEnd();
          if (levels[level] === 'error' && complaints.length < 100) complaints.push(text);
          log(levels[level], text);
        },
      });
    } catch (error) {
      throw new Error(`The ${build} build of the language model engine does not run here: ${messageOf(error)}`, { cause: error });
    }
    if (llama.gpu !== GPU[build]) {
      await llama.dispose();
      throw new Error(`The ${build} build of the language model engine is not there.`);
    }
    return new LlamaEngine(llama, complaints, options);
  }

  async state(): Promise<EngineState> {
    const { module, build } = this.#options;
    const version = await module.getModuleVersion();
    if (this.#llama.gpu === false) return { build, version, cards: [] };
    const [cards, memory] = await Promise.all([this.#llama.getGpuDeviceNames(), this.#llama.getVramState()]);
    return { build, version, cards, gpuTotalBytes: memory.total, gpuFreeBytes: memory.free };
  }

  async memory(): Promise<{ residentBytes: number; gpuUsedBytes?: number; gpuFreeBytes?: number }> {
    const residentBytes = this.#options.residentBytes();
    if (this.#llama.gpu === false) return { residentBytes };
    const { used, free } = await this.#llama.getVramState();
    return { residentBytes, gpuUsedBytes: used, gpuFreeBytes: free };
  }

  async load(handle: string, request: LoadRequest, progress: (done: number) => void, signal: AbortSignal): Promise<LoadedModel> {
    if (this.#models.has(handle)) throw new ModelError('failed', `A model called ${handle} is loaded already.`);
    const end = new AbortController();
    const both = AbortSignal.any([signal, end.signal]);
    const loading = this.#inTurn(async () => {
      both.throwIfAborted();
      this.#complaints.length = 0;
      return await this.#load(request, progress, both);
    });
    const loaded = loading.then(({ model }) => model);
    loaded.catch(() => undefined);
    this.#models.set(handle, { end, loaded, work: new Set() });
    try {
      return (await loading).report;
    } catch (error) {
      this.#models.delete(handle);
      if (both.aborted) throw new ModelError('aborted', 'The load was called off.', { cause: error });
      throw loadTrouble(error, request.path, this.#complaints.join('\n'));
    }
  }

  /** Whatever is under way with the model is aborted first. */
  async unload(handle: string): Promise<void> {
    const resident = this.#find(handle);
    this.#models.delete(handle);
    resident.end.abort();
    await this.#inTurn(async () => {
      const loaded = await resident.loaded.catch(() => undefined);
      await Promise.allSettled(resident.work);
      await loaded?.context.dispose();
      await loaded?.model.dispose();
    });
  }

  async generate(handle: string, request: GenerateRequest, sink: AnswerSink, signal: AbortSignal): Promise<AnswerEnd> {
    return await this.#with(handle, signal, async (model, both) => {
      if (!(model instanceof ChatModel)) throw new ModelError('unsupported', 'This model makes embeddings; it cannot answer.');
      return await model.generate(request, sink, both);
    });
  }

  async embed(handle: string, texts: readonly string[], signal: AbortSignal): Promise<Float32Array<ArrayBuffer>[]> {
    return await this.#with(handle, signal, async (model, both) => {
      if (!(model instanceof EmbeddingModel)) throw new ModelError('unsupported', 'This model answers; it was not loaded for embeddings.');
      try {
        return await model.embed(texts, both);
      } catch (error) {
        if (both.aborted) throw new ModelError('aborted', 'The embedding was called off.', { cause: error });
        throw error;
      }
    });
  }

  async count(handle: string, text: string): Promise<number> {
    return await this.#with(handle, new AbortController().signal, async (model) => model.count(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { end } of this.#models.values()) end.abort();
    await this.#llama.dispose();
  }

  async #with<Result>(
    handle: string,
    signal: AbortSignal,
    use: (model: ChatModel | EmbeddingModel, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const resident = this.#find(handle);
    const model = await resident.loaded.catch(() => {
      throw new ModelError('not-loaded', `The model ${handle} could not be loaded.`);
    });
    const work = use(model, AbortSignal.any([signal, resident.end.signal]));
    resident.work.add(work);
    try {
      return await work;
    } finally {
      resident.work.delete(work);
    }
  }

  #find(handle: string): Resident {
    const resident = this.#models.get(handle);
    if (resident === undefined) throw new ModelError('not-loaded', `There is no model called ${handle}.`);
    return resident;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return await mine;
  }

  async #load(
    request: LoadRequest,
    progress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<{ model: ChatModel | EmbeddingModel; report: LoadedModel }> {
    const { clock, residentBytes, availableBytes } = this.#options;
    const began = clock.monotonic();
    const shape = await checkModelFile(request.path, signal);
    const contextSize = request.kind === 'embedding' ? Math.min(request.contextSize, shape.contextLength) : request.contextSize;
    demandMemory(shape, { ...request, contextSize }, availableBytes());
    const before = { resident: residentBytes(), gpu: await this.#gpuUsed() };
    const model = await this.#llama.loadModel({
      modelPath: request.path,
      gpuLayers: this.#llama.gpu === false ? 0 : request.gpuLayers,
      loadSignal: signal,
      onLoadProgress: progress,
    });
    try {
      const loaded =
        request.kind === 'chat'
          ? await this.#chat(model, request, signal)
          : await this.#embedding(model, { ...request, contextSize }, signal);
      const after = { resident: residentBytes(), gpu: await this.#gpuUsed() };
      const estimated = loaded.estimate;
      return {
        model: loaded.model,
        report: {
          contextSize: loaded.contextSize,
          batchSize: loaded.batchSize,
          gpuLayers: model.gpuLayers,
          gpuBytes: this.#llama.gpu === false ? 0 : Math.max(0, after.gpu - before.gpu) || estimated.vram,
          memoryBytes: Math.max(estimated.ram, after.resident - before.resident),
          loadMs: clock.monotonic() - began,
          shape,
          ...(loaded.model instanceof EmbeddingModel && { dimensions: loaded.model.dimensions }),
        },
      };
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }

  async #chat(model: LlamaModel, request: LoadRequest, signal: AbortSignal) {
    const { module, clock, newToolCallId, log } = this.#options;
    const context = await model.createContext({
      contextSize: request.contextSize,
      batchSize: Math.min(request.batchSize, request.contextSize),
      sequences: request.sequences,
      createSignal: signal,
      failedCreationRemedy: false,
      ...(request.threads !== undefined && { threads: request.threads }),
    });
    return {
      model: new ChatModel(model, context, { module, llama: this.#llama, clock, newToolCallId, log }),
      contextSize: context.contextSize,
      batchSize: context.batchSize,
      estimate: sum(model.memoryUsage, context.memoryUsage),
    };
  }

  async #embedding(model: LlamaModel, request: LoadRequest, signal: AbortSignal) {
    // An encoder reads a text in one batch or not at all.
    const context = await model.createEmbeddingContext({
      contextSize: request.contextSize,
      batchSize: request.contextSize,
      createSignal: signal,
      ...(request.threads !== undefined && { threads: request.threads }),
    });
    // Room for the marks that the engine puts around the text.
    const most = Math.max(1, request.contextSize - 4);
    return {
      model: new EmbeddingModel(model, context, most, (message) => this.#options.log('debug', message)),
      contextSize: request.contextSize,
      batchSize: request.contextSize,
      estimate: model.memoryUsage,
    };
  }

  async #gpuUsed(): Promise<number> {
    return this.#llama.gpu === false ? 0 : (await this.#llama.getVramState()).used;
  }
}

function sum(a: { ram: number; vram: number }, b: { ram: number; vram: number }): { ram: number; vram: number } {
  return { ram: a.ram + b.ram, vram: a.vram + b.vram };
}
