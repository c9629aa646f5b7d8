import type { GenerateRequest, LoadedModel, LoadRequest } from '../../contract/models-message.ts';
import { type EngineState, type GeneratedPart, ModelError, type ModelLink } from '../../models/model-link.ts';

export const fakeEnd: Extract<GeneratedPart, { type: 'end' }> = {
  type: 'end',
  finish: 'stop',
  inputTokens: 7,
  cachedTokens: 3,
  outputTokens: 2,
  firstTokenMs: 1,
  ms: 5,
};

/** A step of a scripted answer: a part, something that happens then, or a wait until the test lets it go on. */
export type FakeStep = GeneratedPart | Promise<void> | (() => void);

/** A models process that does what the test says. Names in `told` are the last part of the model's path. */
export class FakeModelLink implements ModelLink {
  /** `load a`, `loaded a`, `unload a`, `generate a`, `embed a`, `abort a`. */
  readonly told: string[] = [];
  readonly requests: LoadRequest[] = [];
  readonly generated: GenerateRequest[] = [];
  /** Handle → request of what is loaded. */
  readonly loaded = new Map<string, LoadRequest>();
  /** Throws, or waits, where a load should. */
  onLoad: (request: LoadRequest) => Promise<void> | void = () => undefined;
  answer: (request: GenerateRequest) => readonly FakeStep[] = () => [{ type: 'text', text: 'Yes.' }, fakeEnd];
  onEmbed: () => void = () => undefined;
  measured: Partial<LoadedModel> = {};
  readonly #listeners: ((reason: string) => void)[] = [];
  #life = Promise.withResolvers<never>();

  constructor() {
    this.#life.promise.catch(() => undefined);
  }

  engine(): EngineState {
    return { build: 'cpu', version: 'fake', cards: [] };
  }

  onLost(listen: (reason: string) => void): void {
    this.#listeners.push(listen);
  }

  /** The process ends with everything in it, and a new one is there at once. */
  crash(): void {
    const life = this.#life;
    this.#life = Promise.withResolvers<never>();
    this.#life.promise.catch(() => undefined);
    this.loaded.clear();
    this.told.push('crash');
    life.reject(new ModelError('process-lost', 'The process that runs the models was lost: it was ended by SIGKILL.'));
    for (const listen of this.#listeners) listen('it was ended by SIGKILL');
  }

  async load(handle: string, request: LoadRequest, progress: (done: number) => void, signal: AbortSignal): Promise<LoadedModel> {
    const name = nameOf(request);
    this.told.push(`load ${name}`);
    this.requests.push(request);
    progress(0.5);
    const life = this.#life.promise;
    await this.#alive(Promise.resolve(this.onLoad(request)), signal, life);
    this.loaded.set(handle, request);
    this.told.push(`loaded ${name}`);
    const { contextSize, batchSize, gpuLayers } = request;
    return { contextSize, batchSize, gpuLayers, gpuBytes: 0, memoryBytes: 0, loadMs: 12, ...this.measured };
  }

  async unload(handle: string): Promise<void> {
    this.told.push(`unload ${nameOf(this.#requestOf(handle))}`);
    this.loaded.delete(handle);
  }

  async *generate(handle: string, request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratedPart> {
    const name = nameOf(this.#requestOf(handle));
    this.told.push(`generate ${name}`);
    this.generated.push(request);
    const life = this.#life.promise;
    for (const step of this.answer(request)) {
      const isPart = typeof step === 'object' && !(step instanceof Promise);
      try {
        if (!isPart) await this.#alive(typeof step === 'function' ? Promise.resolve(step()) : step, signal, life);
      } catch (error) {
        if (!(error instanceof ModelError) || error.trouble !== 'aborted') throw error;
      }
      if (signal.aborted) {
        this.told.push(`abort ${name}`);
        yield { ...fakeEnd, finish: 'aborted' };
        return;
      }
      if (isPart) yield step;
    }
  }

  async embed(handle: string, texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    this.told.push(`embed ${nameOf(this.#requestOf(handle))}`);
    const life = this.#life.promise;
    this.onEmbed();
    await this.#alive(Promise.resolve(), signal, life);
    return texts.map((text) => Float32Array.from(text.length % 2 === 0 ? [1, 0] : [0, 1]));
  }

  async count(handle: string, text: string): Promise<number> {
    this.#requestOf(handle);
    return text.split(' ').length;
  }

  #requestOf(handle: string): LoadRequest {
    const request = this.loaded.get(handle);
    if (request === undefined) throw new ModelError('not-loaded', `Nothing is loaded as ${handle}.`);
    return request;
  }

  async #alive(work: Promise<void>, signal: AbortSignal, life: Promise<never>): Promise<void> {
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => undefined);
    const stop = (): void => stopped.reject(new ModelError('aborted', 'It was stopped.'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await Promise.race([life, work, stopped.promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

const nameOf = ({ path }: LoadRequest): string => path.slice(path.lastIndexOf('/') + 1);
