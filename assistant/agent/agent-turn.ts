import type { LanguageModelV4CallOptions, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { NoModelError, type RouteNeed } from '../../models/routing/model-router.ts';
import { ContextTooSmallError } from '../context/build-context.ts';
import type { MindAnswer, MindRequest } from '../turn/mind.ts';
import { AgentCalls } from './agent-calls.ts';
import { AGENT_INSTRUCTIONS, ANSWER_NOW, fromLoop, NOT_AS_TEXT, WORDS_INSTRUCTIONS } from './agent-instructions.ts';
import type { AgentContext, AgentOptions, AgentSettings } from './agent-options.ts';
import { parseInput } from './check-input.ts';
import { ownFunctions } from './own-functions.ts';
import { type ReadAnswer, readAnswer } from './read-answer.ts';
import { ReplyWriter } from './reply-writer.ts';
import { lengthOf, roomFor } from './turn-room.ts';

const NO_WORDS = 'My language model found no words for that.';

/** One turn that a model answers: it is asked, its calls are made, and it is asked again, until it answers in words. */
export class AgentTurn {
  readonly #options: AgentOptions;
  readonly #request: MindRequest;
  readonly #emit: (event: TurnEventBody) => void;
  readonly #signal: AbortSignal;
  readonly #settings: AgentSettings;
  readonly #reply: ReplyWriter;
  readonly #calls: AgentCalls;
  /** False: of the models that could answer none can call functions, so it only talks. */
  #hasHands = true;
  /** What was said since the prompt: by the model, by tools, by the loop. */
  readonly #messages: LanguageModelV4Message[] = [];

  constructor(options: AgentOptions, request: MindRequest, emit: (event: TurnEventBody) => void, signal: AbortSignal) {
    this.#options = options;
    this.#request = request;
    this.#emit = emit;
    this.#signal = signal;
    this.#settings = options.settings();
    this.#reply = new ReplyWriter(emit);
    this.#calls = new AgentCalls(options, request, this.#reply, emit, signal);
  }

  /** Undefined: there is no model that could answer. Rejects only with the signal's reason, or with a fault of the program. */
  async run(): Promise<MindAnswer | undefined> {
    const { router } = this.#options;
    const need: RouteNeed = { privacy: 'may-leave', tools: true, vision: false, tokens: this.#reserve() + lengthOf(this.#request.text) };
    if (!router.available(need)) {
      this.#hasHands = false;
      if (!router.available({ ...need, tools: false, tokens: this.#reserve() + lengthOf(this.#request.text) })) return undefined;
    }
    let context: AgentContext;
    try {
      context = await this.#context();
    } catch (error) {
      if (!(error instanceof ContextTooSmallError)) throw error;
      this.#reply.tell(error.message);
      return { text: error.message };
    }
    if (this.#hasHands) this.#calls.shown.find(this.#request.text, this.#settings.tools);
    let trouble: string | undefined;
    try {
      trouble = await this.#answer(context);
      if (trouble === 'nobody') return undefined;
      if (trouble !== undefined) this.#reply.tell(trouble);
      const undone = this.#calls.plans.undone();
      if (undone !== undefined) this.#reply.tell(undone);
      const unseen = this.#calls.unseen();
      if (unseen !== undefined) this.#reply.tell(unseen);
    } finally {
      this.#calls.plans.end();
    }
    const rich = this.#reply.text;
    return {
      text: this.#options.spoken(rich).trim(),
      rich,
      // Where a model has found no words, nothing was leant on.
      ...(trouble === undefined ? { sources: this.#calls.sources.list() } : {}),
      ...(rich.trimEnd().endsWith('?') ? { expectsAnswer: true } : {}),
    };
  }

  async #context(): Promise<AgentContext> {
    const { turnId, text, source, room, before } = this.#request;
    const contextLength = this.#options.router.contextLength({ privacy: 'may-leave', tools: this.#hasHands, vision: false });
    const context = await this.#options.context(
      {
        turnId,
        text,
        source,
        before,
        instructions: this.#hasHands ? AGENT_INSTRUCTIONS : WORDS_INSTRUCTIONS,
        contextLength,
        reserve: this.#reserve(),
        ...(room === undefined ? {} : { room }),
      },
      this.#signal,
    );
    this.#signal.throwIfAborted();
    for (const taint of context.taint ?? []) this.#request.read(taint);
    return context;
  }

  /** Why there is no answer of a model, in words for the person; `nobody`: as if there were none. */
  async #answer(context: AgentContext): Promise<string | 'nobody' | undefined> {
    const { steps } = this.#settings;
    let only: 'words' | undefined;
    let wasWritten = false;
    for (let step = 1; step <= steps; step += 1) {
      this.#signal.throwIfAborted();
      this.#emit({ type: 'step-started', step, of: steps });
      const isLast = step === steps || only === 'words';
      if (isLast && step > 1) this.#messages.push(said(fromLoop(ANSWER_NOW)));
      let answer: ReadAnswer;
      try {
        answer = await this.#ask(context, isLast && step > 1);
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!(error instanceof NoModelError)) throw error;
        return error.reason === 'none' && step === 1 && this.#reply.text === '' ? 'nobody' : error.message;
      }
      this.#signal.throwIfAborted();
      this.#reply.endParagraph();
      const hasWords = answer.text.trim() !== '';
      const isOver = answer.finish === 'length' || answer.finish === 'content-filter';
      if (answer.calls.length > 0 && !(isLast && step > 1)) {
        await this.#carryOut(context, answer, step);
        if (this.#calls.isStuck) only = 'words';
      } else if (hasWords) {
        return answer.finish === 'length' ? 'That was too long, so I stopped there.' : undefined;
      } else if (isLast || isOver || (this.#calls.hasTold && answer.writtenAsText === undefined)) return this.#without(answer);
      else {
        if (answer.writtenAsText === undefined || wasWritten) only = 'words';
        wasWritten = true;
        this.#messages.push(assistant(answer), ...(answer.writtenAsText === undefined ? [] : [said(fromLoop(NOT_AS_TEXT))]));
      }
    }
    return this.#without(undefined);
  }

  async #ask(context: AgentContext, wordsOnly: boolean): Promise<ReadAnswer> {
    const { answerTokens, answerCharacters } = this.#settings;
    const tools = this.#hasHands ? [...ownFunctions(this.#options.examples()), ...this.#calls.shown.functions()] : [];
    const prompt: LanguageModelV4Prompt = [...context.prompt, ...this.#messages];
    const need: RouteNeed = {
      privacy: context.localOnly === true ? 'local-only' : 'may-leave',
      tools: this.#hasHands,
      vision: context.vision === true,
      tokens: context.tokens + lengthOf(JSON.stringify(tools)) + lengthOf(JSON.stringify(this.#messages)) + answerTokens,
    };
    // Whatever leaves this answer early must also stop whoever is writing it.
    const answering = new AbortController();
    const options: LanguageModelV4CallOptions = {
      prompt,
      ...(this.#hasHands ? { tools, toolChoice: { type: wordsOnly ? 'none' : 'auto' } } : {}),
      maxOutputTokens: answerTokens,
      abortSignal: AbortSignal.any([this.#signal, answering.signal]),
    };
    try {
      const stream = this.#options.router.answer(need, options, this.#emit);
      return await readAnswer(stream, answerCharacters, (piece) => this.#reply.show(piece), this.#options.newId, this.#signal);
    } finally {
      answering.abort(new Error('the answer is over'));
    }
  }

  async #carryOut(context: AgentContext, answer: ReadAnswer, step: number): Promise<void> {
    this.#messages.push(assistant(answer));
    const contextLength = this.#options.router.contextLength({ privacy: 'may-leave', tools: true, vision: context.vision === true });
    const room = roomFor(this.#settings.readCharacters, contextLength, context.tokens);
    this.#messages.push(await this.#calls.make(answer.calls, step, room.oneStep));
    room.makeRoom(this.#messages);
    this.#reply.endParagraph();
  }

  /** What is said where a model says nothing. */
  #without(answer: ReadAnswer | undefined): string | undefined {
    if (answer?.finish === 'content-filter') return 'My language model did not want to answer that.';
    // What JARVIS itself has told in between is an answer.
    if (this.#calls.hasTold) return undefined;
    return this.#calls.changes > 0
      ? `${this.#calls.changes === 1 ? 'One thing is' : `${this.#calls.changes} things are`} done, but I have no more to say about it.`
      : NO_WORDS;
  }

  #reserve(): number {
    return this.#settings.answerTokens + (this.#hasHands ? lengthOf(JSON.stringify(ownFunctions(this.#options.examples()))) : 0);
  }
}

const said = (text: string): LanguageModelV4Message => ({ role: 'user', content: [{ type: 'text', text }] });

/** The model's own turn as the next question shows it again, thoughts included: some providers refuse calls without the thought behind them. */
function assistant({ text, calls, thoughts, writtenAsText }: ReadAnswer): LanguageModelV4Message {
  const words = writtenAsText ?? text;
  return {
    role: 'assistant',
    content: [
      ...thoughts,
      ...(words === '' && (calls.length > 0 || thoughts.length > 0) ? [] : [{ type: 'text' as const, text: words === '' ? '…' : words }]),
      ...calls.map(({ id, name, input, metadata }) => {
        const parsed = parseInput(input);
        return {
          type: 'tool-call' as const,
          toolCallId: id,
          toolName: name,
          // Providers take objects only; what was wrong with it is told by the result.
          input: 'input' in parsed ? parsed.input : {},
          ...(metadata === undefined ? {} : { providerOptions: metadata }),
        };
      }),
    ],
  };
}
