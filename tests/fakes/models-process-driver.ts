import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  type GenerateRequest,
  type HostToModels,
  type LoadRequest,
  type ModelsToHost,
  ModelsToHostSchema,
} from '../../contract/models-message.ts';

export const MODELS_PROCESS = fileURLToPath(new URL('../../models/process/models-process.ts', import.meta.url));

const ENDS = ['loaded', 'unloaded', 'generated', 'embedded', 'counted', 'failed'] as const;
type Ends = (typeof ENDS)[number];
type Answer = Extract<ModelsToHost, { id: string }>;

/** The real models process, and everything it said. */
export class ModelsProcessDriver {
  readonly child: ChildProcess;
  readonly received: ModelsToHost[] = [];
  readonly #file: (name: string) => string;
  #next = 0;
  #notify: () => void = () => undefined;

  /** `file`: where the model of a name lies. */
  constructor(file: (name: string) => string) {
    this.#file = file;
    this.child = fork(MODELS_PROCESS, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child.on('message', (raw) => {
      this.received.push(ModelsToHostSchema.parse(raw));
      this.#notify();
    });
  }

  send(message: HostToModels): void {
    this.child.send(message);
  }

  async until<Type extends ModelsToHost['type']>(
    types: readonly Type[],
    which: (message: Extract<ModelsToHost, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<ModelsToHost, { type: Type }>> {
    const isOf = (message: ModelsToHost): message is Extract<ModelsToHost, { type: Type }> =>
      (types as readonly string[]).includes(message.type);
    for (;;) {
      const found = this.received.filter(isOf).find(which);
      if (found) return found;
      await new Promise<void>((resolve) => {
        const before = this.#notify;
        this.#notify = () => {
          before();
          resolve();
        };
      });
    }
  }

  async first<Type extends ModelsToHost['type']>(type: Type) {
    return await this.until([type]);
  }

  of(id: string): Answer[] {
    return this.received.filter((message): message is Answer => 'id' in message && message.id === id);
  }

  text(id: string): string {
    return this.of(id)
      .map((message) => (message.type === 'text' ? message.text : ''))
      .join('');
  }

  calls(id: string): { name: string; input: unknown }[] {
    return this.of(id).flatMap((message) =>
      message.type === 'tool-call' ? [{ name: message.name, input: JSON.parse(message.input) as unknown }] : [],
    );
  }

  id(): string {
    return `message-${this.#next++}`;
  }

  async end(id: string): Promise<Extract<ModelsToHost, { type: Ends }>> {
    return await this.until(ENDS, (message) => message.id === id);
  }

  async load(handle: string, request: Partial<LoadRequest> = {}): Promise<Extract<ModelsToHost, { type: Ends }>> {
    const id = this.id();
    const whole: LoadRequest = {
      path: this.#file(handle),
      kind: 'chat',
      contextSize: 2048,
      batchSize: 128,
      gpuLayers: 0,
      sequences: 1,
      ...request,
    };
    this.send({ type: 'load', id, handle, request: whole });
    return await this.end(id);
  }

  async unload(handle: string) {
    const id = this.id();
    this.send({ type: 'unload', id, handle });
    return await this.end(id);
  }

  start(handle: string, request: Partial<GenerateRequest> = {}): string {
    const id = this.id();
    const prompt: GenerateRequest['prompt'] = [
      { role: 'system', text: 'You are brief.' },
      { role: 'user', text: 'Good evening.' },
    ];
    this.send({ type: 'generate', id, handle, request: { prompt, tools: [], toolChoice: 'auto', temperature: 0, ...request } });
    return id;
  }

  async generate(handle: string, request: Partial<GenerateRequest> = {}) {
    const id = this.start(handle, request);
    const end = await this.end(id);
    return { id, end, text: this.text(id), calls: this.calls(id) };
  }
}
