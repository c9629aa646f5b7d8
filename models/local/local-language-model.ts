import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4ResponseMetadata,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import type { Clock } from '../../contract/clock.ts';
import { type GeneratedPart, ModelError, type ModelLink } from '../model-link.ts';
import type { ModelLease, ModelPool } from '../pool/model-pool.ts';
import { AnswerParts, finishOf, timesOf, usageOf } from './answer-parts.ts';
import { requestOf } from './request-of.ts';
import { withModel } from './with-model.ts';

export interface LocalModelOptions {
  modelId: string;
  pool: Pick<ModelPool, 'use'>;
  link: ModelLink;
  clock: Clock;
  newId(): string;
}

/**
 * A model on this machine as a language model of the AI SDK. Before the first part `doStream` rejects with a `ModelError`, or with the signal's reason; later
 * the stream ends with one `finish` or one `error` part, or breaks with the signal's reason. An answer of which nothing has been seen is begun anew when the
 * models process is lost. The model is held only while the engine works, however slowly the stream is read.
 */
export function localLanguageModel({ modelId, pool, link, clock, newId }: LocalModelOptions): LanguageModelV4 {
  const responseOf = (lease: ModelLease): LanguageModelV4ResponseMetadata => ({
    id: newId(),
    modelId: lease.modelId,
    timestamp: new Date(clock.now()),
  });

  const doGenerate = async (options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> => {
    const { request, warnings } = requestOf(options);
    const signal = options.abortSignal ?? new AbortController().signal;
    return withModel(pool, modelId, signal, async (lease) => {
      const content: LanguageModelV4Content[] = [];
      for await (const part of link.generate(lease.handle, request, signal)) {
        if (part.type === 'end') {
          refuseAborted(part, signal);
          lease.release();
          return {
            content,
            finishReason: finishOf(part),
            usage: usageOf(part),
            providerMetadata: timesOf(part),
            response: responseOf(lease),
            warnings,
          };
        }
        collect(content, part);
      }
      throw brokenOff();
    });
  };

  const doStream = async (options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> => {
    const { request, warnings } = requestOf(options);
    const cancelled = new AbortController();
    const signal = options.abortSignal === undefined ? cancelled.signal : AbortSignal.any([options.abortSignal, cancelled.signal]);
    const { lease, first, rest } = await withModel(pool, modelId, signal, async (held) => {
      const parts = link.generate(held.handle, request, signal)[Symbol.asyncIterator]();
      const begun = await parts.next();
      if (begun.done === true) throw brokenOff();
      refuseAborted(begun.value, signal);
      return { lease: held, first: begun.value, rest: { [Symbol.asyncIterator]: () => parts } };
    });

    const pour = async (controller: ReadableStreamDefaultController<LanguageModelV4StreamPart>): Promise<void> => {
      const answer = new AnswerParts();
      const give = (parts: readonly LanguageModelV4StreamPart[]): void => {
        if (!cancelled.signal.aborted) for (const part of parts) controller.enqueue(part);
      };
      const takeOne = (part: GeneratedPart): boolean => {
        refuseAborted(part, signal);
        give(answer.take(part));
        return part.type === 'end';
      };
      try {
        give([
          { type: 'stream-start', warnings },
          { type: 'response-metadata', ...responseOf(lease) },
        ]);
        let isWhole = takeOne(first);
        for await (const part of rest) isWhole = takeOne(part);
        if (!isWhole) throw brokenOff();
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        give([...answer.close(), { type: 'error', error }]);
      } finally {
        lease.release();
      }
    };

    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      start(controller) {
        pour(controller).then(
          () => {
            if (!cancelled.signal.aborted) controller.close();
          },
          (error: unknown) => controller.error(error),
        );
      },
      cancel(reason) {
        cancelled.abort(reason);
      },
    });
    return { stream };
  };

  return { specificationVersion: 'v4', provider: 'local', modelId, supportedUrls: {}, doGenerate, doStream };
}

const brokenOff = (): ModelError => new ModelError('failed', 'The engine broke off its answer before the end.');

/** The signal's reason where somebody wanted it to stop; nobody did when a model was unloaded under its answer. */
function refuseAborted(part: GeneratedPart, signal: AbortSignal): void {
  if (part.type !== 'end' || part.finish !== 'aborted') return;
  signal.throwIfAborted();
  throw new ModelError('aborted', 'The engine stopped its answer.');
}

function collect(content: LanguageModelV4Content[], part: Exclude<GeneratedPart, { type: 'end' }>): void {
  if (part.type === 'tool-call') {
    content.push({ type: 'tool-call', toolCallId: part.toolCallId, toolName: part.name, input: part.input });
    return;
  }
  if (part.text === '') return;
  const last = content.at(-1);
  if (last?.type === 'text') last.text += part.text;
  else content.push({ type: 'text', text: part.text });
}
