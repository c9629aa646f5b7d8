import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';

type Part = LanguageModelV4StreamPart;
type Unified = Extract<Part, { type: 'finish' }>['finishReason']['unified'];
/** One answer, part by part; whatever it throws, the stream fails with. */
export type Script = (options: LanguageModelV4CallOptions) => Iterable<Part> | AsyncIterable<Part>;

export interface ScriptedModel extends LanguageModelV4 {
  /** What it was asked, oldest first. */
  readonly calls: LanguageModelV4CallOptions[];
  /** Streams that nobody reads any more. */
  readonly cancelled: () => number;
}

/** A language model that answers by script, one for each call; the last one again and again. A script that is an error turns the request away. */
export function scriptedModel(modelId: string, ...scripts: (Script | Error)[]): ScriptedModel {
  const calls: LanguageModelV4CallOptions[] = [];
  let cancelled = 0;
  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId,
    supportedUrls: {},
    calls,
    cancelled: () => cancelled,
    doGenerate: () => Promise.reject(new Error('the scripted model only streams')),
    async doStream(options) {
      const script = scripts[Math.min(calls.length, scripts.length - 1)];
      calls.push(options);
      if (script === undefined || script instanceof Error) throw script ?? new Error('no script');
      const parts = iterate(script(options));
      const stream = new ReadableStream<Part>(
        {
          async pull(controller) {
            try {
              const { done, value } = await parts.next();
              if (done === true) controller.close();
              else controller.enqueue(value);
            } catch (error) {
              controller.error(error);
            }
          },
          cancel() {
            cancelled += 1;
          },
        },
        { highWaterMark: 0 },
      );
      return { stream };
    },
  };
}

async function* iterate(parts: Iterable<Part> | AsyncIterable<Part>): AsyncGenerator<Part> {
  yield* parts;
}

/** A text block with these pieces; `open`: it is not ended. */
export function* text(pieces: readonly string[], { open = false, id = '0' } = {}): Generator<Part> {
  yield { type: 'text-start', id };
  for (const delta of pieces) yield { type: 'text-delta', id, delta };
  if (!open) yield { type: 'text-end', id };
}

/** @param tokens absent: the provider tells none */
export function finish(unified: Unified = 'stop', tokens?: { input: number; output: number; cached?: number }): Part {
  return {
    type: 'finish',
    finishReason: { unified, raw: unified },
    usage: {
      inputTokens: { total: tokens?.input, noCache: undefined, cacheRead: tokens?.cached, cacheWrite: undefined },
      outputTokens: { total: tokens?.output, text: undefined, reasoning: undefined },
    },
  };
}

/** Says it in words and stops. */
export const answers = (words: string, tokens?: { input: number; output: number }): Script =>
  function* () {
    yield { type: 'stream-start', warnings: [] };
    yield* text(words.split(/(?<=\s)/u));
    yield finish('stop', tokens);
  };
