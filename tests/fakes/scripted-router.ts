import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider';
import type { ModelRouter, RouteNeed } from '../../models/routing/model-router.ts';

export interface ScriptedCall {
  tool: string;
  /** JSON of it is what the model writes; a string is written as it is. */
  input?: unknown;
  id?: string;
}

/** What a model gives at one step: words, calls, or parts as they are. */
export type ScriptedStep =
  | string
  | { text?: string; calls?: ScriptedCall[]; thought?: string; finish?: 'stop' | 'length' | 'content-filter' }
  | LanguageModelV4StreamPart[]
  /** Called with what the model is asked. */
  | ((options: LanguageModelV4CallOptions) => ScriptedStep | AsyncIterable<LanguageModelV4StreamPart>);

const USAGE: LanguageModelV4Usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

let calls = 0;

function partsOf(step: Exclude<ScriptedStep, (...options: never[]) => unknown>): LanguageModelV4StreamPart[] {
  if (Array.isArray(step)) return step;
  const { text = '', calls: wanted = [], thought, finish = 'stop' } = typeof step === 'string' ? { text: step } : step;
  return [
    { type: 'stream-start', warnings: [] },
    ...(thought === undefined
      ? []
      : ([
          { type: 'reasoning-start', id: 'r' },
          { type: 'reasoning-delta', id: 'r', delta: thought },
          { type: 'reasoning-end', id: 'r', providerMetadata: { scripted: { signature: 'signed' } } },
        ] satisfies LanguageModelV4StreamPart[])),
    ...(text === ''
      ? []
      : ([
          { type: 'text-start', id: 't' },
          // In pieces that fall anywhere, as they come from a wire.
          ...(text.match(/[\s\S]{1,7}/gu) ?? []).map((delta) => ({ type: 'text-delta' as const, id: 't', delta })),
          { type: 'text-end', id: 't' },
        ] satisfies LanguageModelV4StreamPart[])),
    ...wanted.map(
      ({ tool, input = {}, id = `call-${++calls}` }): LanguageModelV4StreamPart => ({
        type: 'tool-call',
        toolCallId: id,
        toolName: tool,
        input: typeof input === 'string' ? input : JSON.stringify(input),
      }),
    ),
    { type: 'finish', usage: USAGE, finishReason: { unified: wanted.length > 0 ? 'tool-calls' : finish, raw: undefined } },
  ];
}

/** A model that says what its script says, one step after the other; past the end the last step again. */
export class ScriptedModel implements LanguageModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'scripted';
  readonly modelId = 'script';
  readonly supportedUrls = {};
  /** What it was asked, in order; a copy of each. */
  readonly asked: LanguageModelV4CallOptions[] = [];
  readonly #script: readonly ScriptedStep[];

  constructor(script: readonly ScriptedStep[]) {
    this.#script = script;
  }

  async doGenerate(): Promise<never> {
    throw new Error('a scripted model only streams');
  }

  async doStream(options: LanguageModelV4CallOptions): Promise<{ stream: ReadableStream<LanguageModelV4StreamPart> }> {
    const { abortSignal: _signal, ...plain } = options;
    this.asked.push(structuredClone(plain));
    let step = this.#script[Math.min(this.asked.length, this.#script.length) - 1] ?? '';
    while (typeof step === 'function') {
      const made = step(options);
      if (typeof made === 'object' && Symbol.asyncIterator in made) return { stream: ReadableStream.from(made) };
      step = made;
    }
    return { stream: ReadableStream.from(partsOf(step)) };
  }

  /** What the tools gave back at the last step, as the model reads it. */
  lastResults(): string[] {
    return this.resultsAt(this.asked.length - 1);
  }

  resultsAt(step: number): string[] {
    const tools = this.asked[step]?.prompt.findLast(({ role }) => role === 'tool');
    if (tools?.role !== 'tool') return [];
    return tools.content.map((part) =>
      part.type === 'tool-result' && (part.output.type === 'text' || part.output.type === 'error-text') ? part.output.value : part.type,
    );
  }

  /** Everything it was given to read at a step. */
  readAt(step: number): string {
    return JSON.stringify(this.asked[step]?.prompt ?? []);
  }

  functionsAt(step: number): string[] {
    return (this.asked[step]?.tools ?? []).map(({ name }) => name);
  }
}

/** The least of a router: one model, asked when it is there. */
export function scriptedRouter(
  model: LanguageModelV4,
  how: { available?: boolean; contextLength?: number; fails?: Error } = {},
): ModelRouter & { needs: RouteNeed[] } {
  const needs: RouteNeed[] = [];
  return {
    needs,
    available: () => how.available ?? true,
    contextLength: () => how.contextLength,
    async *answer(need, options, tell) {
      needs.push(need);
      if (how.fails !== undefined) throw how.fails;
      tell({ type: 'model-chosen', provider: model.provider, model: model.modelId, leavesHouse: false, because: 'it is the only one' });
      const { stream } = await model.doStream(options);
      yield* stream;
    },
  };
}
