import type {
  ChatWrapper,
  GbnfJsonSchema,
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaGrammar,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import type { Clock } from '../../contract/clock.ts';
import type { GenerateRequest } from '../../contract/models-message.ts';
import { ModelError } from '../model-link.ts';
import type { AnswerEnd, AnswerSink } from './answer.ts';
import { AnswerText } from './answer-text.ts';
import { answerTools } from './answer-tools.ts';
import { chatHistory } from './chat-history.ts';
import { chooseChatWrapper } from './choose-chat-wrapper.ts';
import { answerTrouble, messageOf } from './classify-trouble.ts';
import type { LlamaModule } from './engine-module.ts';
import { anyJson, type GrammarSchema, grammarSchema } from './grammar-schema.ts';
import { loadPrompt } from './load-prompt.ts';
import { SequencePool } from './sequence-pool.ts';
import { steeredChatWrapper } from './steered-chat-wrapper.ts';

export interface ChatModelOptions {
  module: LlamaModule;
  llama: Llama;
  clock: Clock;
  newToolCallId(): string;
  log(level: 'debug' | 'warn', message: string): void;
}

/** Of an answer whose length nobody said; a model that never stops ends here. */
const DEFAULT_TOKENS = 2_048;
/** An answer needs room; a prompt that leaves less than this is too long. */
const ROOM = 16;
const MOST_CALLS = 16;

/** A chat model with its context. */
export class ChatModel {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly #options: ChatModelOptions;
  readonly #wrapper: ChatWrapper;
  readonly #sequences: SequencePool;

  constructor(model: LlamaModel, context: LlamaContext, options: ChatModelOptions) {
    this.model = model;
    this.context = context;
    this.#options = options;
    this.#wrapper = chooseChatWrapper(options.module, model, (message) => options.log('debug', message));
    this.#sequences = new SequencePool(Array.from({ length: context.totalSequences }, () => context.getSequence()));
  }

  /** Rejects with a `ModelError`; aborted it resolves with `finish: 'aborted'`. */
  async generate(request: GenerateRequest, sink: AnswerSink, signal: AbortSignal): Promise<AnswerEnd> {
    const { clock, module, log } = this.#options;
    const began = clock.monotonic();
    const end: AnswerEnd = { finish: 'aborted', inputTokens: 0, cachedTokens: 0, outputTokens: 0, ms: 0 };
    try {
      const tools = answerTools(request, this.#wrapper, (message) => log('debug', message));
      const json =
        request.json === undefined || tools.callable !== undefined
          ? undefined
          : request.json.schema === undefined
            ? anyJson()
            : grammarSchema(request.json.schema);
      if (request.json !== undefined && json === undefined) log('debug', 'an answer that may call tools is not held to JSON');
      const wrapper = steeredChatWrapper(module, this.#wrapper, {
        documented: tools.documented,
        start: json !== undefined ? 'text' : tools.required ? 'call' : 'free',
      });
      const history = chatHistory(request.prompt);
      const tokens = this.#tokens(wrapper, history);
      end.inputTokens = tokens.length;
      const room = this.context.contextSize - tokens.length - 2;
      if (room < ROOM) {
        const fits = this.context.contextSize - ROOM - 2;
        throw new ModelError('too-long', `The conversation is ${tokens.length} tokens long; ${Math.max(fits, 0)} fit into this model.`);
      }
      const lease = await this.#sequences.acquire(tokens, signal);
      try {
        end.cachedTokens = await loadPrompt(lease.sequence, tokens, this.context.batchSize, clock, signal);
        await this.#answer(lease.sequence, { request, wrapper, history, tools, json, room, sink, signal, began, end });
      } catch (error) {
        if (!signal.aborted) await forget(lease.sequence);
        throw error;
      } finally {
        lease.release();
      }
    } catch (error) {
      if (!signal.aborted) throw answerTrouble(error);
      end.finish = 'aborted';
    }
    end.ms = clock.monotonic() - began;
    return end;
  }

  count(text: string): number {
    return this.model.tokenize(text).length;
  }

  #tokens(wrapper: ChatWrapper, history: ReturnType<typeof chatHistory>): Token[] {
    try {
      return wrapper.generateContextState({ chatHistory: history }).contextText.tokenize(this.model.tokenizer);
    } catch (error) {
      throw new ModelError('failed', `The chat template of the model refused this conversation: ${messageOf(error)}`, { cause: error });
    }
  }

  async #answer(
    sequence: LlamaContextSequence,
    job: {
      request: GenerateRequest;
      wrapper: ChatWrapper;
      history: ReturnType<typeof chatHistory>;
      tools: ReturnType<typeof answerTools>;
      json: GrammarSchema | undefined;
      room: number;
      sink: AnswerSink;
      signal: AbortSignal;
      began: number;
      end: AnswerEnd;
    },
  ): Promise<void> {
    const { module, clock, log, newToolCallId } = this.#options;
    const { request, tools, json, sink, signal, end } = job;
    const maxTokens = Math.min(request.maximumTokens ?? DEFAULT_TOKENS, job.room);
    const text = new AnswerText(sink, json);
    const outputBefore = sequence.tokenMeter.usedOutputTokens;
    const first = (): void => {
      end.firstTokenMs ??= clock.monotonic() - job.began;
    };
    let calls = 0;
    const call = (name: string, input: unknown): void => {
      calls++;
      const finished = tools.schemas.get(name)?.finish(input) ?? {};
      sink.toolCall(newToolCallId(), name, JSON.stringify(finished));
    };
    let calling = '';
    const chat = new module.LlamaChat({ contextSequence: sequence, chatWrapper: job.wrapper });
    try {
      const answer = await chat.generateResponse(job.history, {
        signal,
        maxTokens,
        temperature: request.temperature ?? 0.7,
        topP: request.topP ?? 0.95,
        topK: request.topK ?? 40,
        ...(request.seed !== undefined && { seed: request.seed }),
        repeatPenalty: false,
        budgets: { thoughtTokens: Math.ceil(maxTokens * 0.75) },
        ...(request.stop !== undefined && { customStopTriggers: request.stop.filter((each) => each !== '') }),
        contextShift: {
          // Whoever asks keeps the conversation short enough; the engine must not drop parts of it unseen.
          strategy: () => {
            throw new ContextFull();
          },
        },
        onResponseChunk: first,
        onTextChunk: (chunk) => text.push(chunk),
        ...(tools.callable === undefined
          ? { ...(json !== undefined && { grammar: await this.#grammar(json) }) }
          : {
              functions: tools.callable,
              documentFunctionParams: true,
              maxParallelFunctionCalls: MOST_CALLS,
              onFunctionCall: ({ functionName, params }: { functionName: string; params: unknown }) => call(functionName, params),
              onFunctionCallParamsChunk: ({ functionName }: { functionName: string }) => {
                first();
                calling = functionName;
              },
            }),
      });
      const { stopReason } = answer.metadata;
      end.finish = calls > 0 ? 'tool-calls' : stopReason === 'maxTokens' ? 'length' : 'stop';
    } catch (error) {
      if (error instanceof ContextFull) end.finish = calls > 0 ? 'tool-calls' : 'length';
      else if (error instanceof module.LlamaJsonSchemaValidationError && calling !== '' && !signal.aborted) {
        // Numbers beyond what JSON holds: the input is whole but for those, which `finish` mends.
        log('debug', `the input of a call of ${calling} had impossible numbers`);
        call(calling, error.object);
        end.finish = 'tool-calls';
      } else throw error;
    } finally {
      chat.dispose({ disposeSequence: false });
      if (!sequence.disposed) end.outputTokens = sequence.tokenMeter.usedOutputTokens - outputBefore;
    }
    text.end(end.finish === 'stop');
  }

  async #grammar(json: GrammarSchema): Promise<LlamaGrammar> {
    const { llama, log } = this.#options;
    try {
      return await llama.createGrammarForJsonSchema<GbnfJsonSchema>(json.grammar);
    } catch (error) {
      log('warn', `no grammar could be made of a JSON schema, so any JSON is taken: ${messageOf(error)}`);
      return await llama.createGrammarForJsonSchema<GbnfJsonSchema>(anyJson().grammar);
    }
  }
}

/** The context is full before the answer was at its end. */
class ContextFull extends Error {}

/** What a failure left half done must not be taken for the prompt of the next. */
async function forget(sequence: LlamaContextSequence): Promise<void> {
  if (!sequence.disposed) await sequence.clearHistory().catch(() => undefined);
}
