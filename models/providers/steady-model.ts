import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart, LanguageModelV4StreamResult } from '@ai-sdk/provider';
import type { Clock } from '../../contract/clock.ts';
import { collectAnswer } from './collect-answer.ts';
import type { FailureSubject } from './failure-nature.ts';
import { providerFailure } from './provider-failure.ts';
import { SteadyParts } from './steady-parts.ts';

/** What a provider's own adapter has to do; the rest is made of it. */
export interface StreamingModel {
  doStream(options: LanguageModelV4CallOptions): PromiseLike<LanguageModelV4StreamResult>;
}

export interface SteadyOptions {
  provider: string;
  modelId: string;
  /** Called at the first request, so that nothing is loaded before. */
  load(): Promise<StreamingModel>;
  clock: Clock;
  /** For sentences. */
  name: string;
}

/** How long the rest of a finished answer is waited for, so that its connection can be used again. */
const REST_MS = 1000;

/**
 * Makes every provider behave the same. The stream ends with one `finish` or one `error` part that holds a `ProviderFailure`, and nothing after it; blocks that
 * were begun are ended; text is never empty; the input of a tool call is JSON, or marked (`settleToolCall`). `doStream` rejects with a `ProviderFailure` where
 * the request itself failed. Aborted, both reject with the signal's reason. `doGenerate` is the stream, joined. Nothing is tried twice: that is for the router.
 */
export function steadyModel(options: SteadyOptions): LanguageModelV4 {
  const subject = (): FailureSubject => ({ name: options.name, model: options.modelId, now: options.clock.now() });
  let loaded: Promise<StreamingModel> | undefined;

  const doStream = async (call: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> => {
    const signal = call.abortSignal;
    signal?.throwIfAborted();
    const own = new AbortController();
    const abortSignal = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
    loaded ??= options.load();
    try {
      const model = await loaded;
      const { stream } = await model.doStream({ ...call, abortSignal });
      return { stream: steadied(stream, { signal, own, subject, clock: options.clock }) };
    } catch (error) {
      own.abort();
      signal?.throwIfAborted();
      throw providerFailure(error, subject());
    }
  };

  return {
    specificationVersion: 'v4',
    provider: options.provider,
    modelId: options.modelId,
    supportedUrls: {},
    doStream,
    doGenerate: async (call) => collectAnswer((await doStream(call)).stream),
  };
}

interface StreamCare {
  signal: AbortSignal | undefined;
  /** Ends the request at the server. */
  own: AbortController;
  subject(): FailureSubject;
  clock: Clock;
}

function steadied(source: ReadableStream<LanguageModelV4StreamPart>, care: StreamCare): ReadableStream<LanguageModelV4StreamPart> {
  const reader = source.getReader();
  const parts = new SteadyParts(care.subject);
  return new ReadableStream<LanguageModelV4StreamPart>(
    {
      pull: async (controller) => {
        try {
          // at least one part, or the end
          for (let sent = 0; sent === 0; ) {
            const { done, value } = await reader.read();
            const ready = done ? parts.end() : parts.take(value);
            for (const part of ready) controller.enqueue(part);
            sent = ready.length;
            if (!parts.ended) continue;
            controller.close();
            if (!done) void release(reader, care, parts.failed);
          }
        } catch (error) {
          care.own.abort();
          if (care.signal?.aborted === true) return controller.error(care.signal.reason);
          for (const part of parts.fail(error)) controller.enqueue(part);
          controller.close();
        }
      },
      cancel: () => {
        care.own.abort();
      },
    },
    { highWaterMark: 0 },
  );
}

/** A failed answer is broken off. Of a whole one the last bytes are still taken from the wire. */
async function release(
  reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart>,
  { own, clock }: StreamCare,
  failed: boolean,
): Promise<void> {
  if (failed) own.abort();
  const drained = new AbortController();
  const limit = clock.sleep(REST_MS, drained.signal).then(
    () => own.abort(),
    () => undefined, // drained in time
  );
  try {
    while (!(await reader.read()).done);
  } catch {
    // The answer is already whole; whatever comes after it is nobody's loss.
  }
  drained.abort();
  await limit;
}
