import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart, SharedV4Warning } from '@ai-sdk/provider';
import { z } from 'zod';
import type { WebFetch } from './guarded-fetch.ts';
import { ollamaMessages } from './ollama-prompt.ts';
import type { StreamingModel } from './steady-model.ts';

export interface OllamaOptions {
  /** With `/api` at its end. */
  url: string;
  modelId: string;
  fetch: WebFetch;
  /** Tokens. Sent with every request, and always the same: Ollama loads a model anew when it changes. */
  contextSize: number;
  /** Minutes it stays in Ollama's memory after an answer; 0 = for ever. */
  keepMinutes: number;
  /** For calls that come without one, as from servers before 0.12. */
  newId(): string;
}

const LineSchema = z.union([
  z.object({ error: z.string() }),
  z.object({
    model: z.string().optional(),
    created_at: z.string().optional(),
    message: z
      .object({
        content: z.string().nullish(),
        thinking: z.string().nullish(),
        tool_calls: z
          .array(z.object({ id: z.string().nullish(), function: z.object({ name: z.string(), arguments: z.unknown() }) }))
          .nullish(),
      })
      .optional(),
    done: z.boolean().optional(),
    done_reason: z.string().optional(),
    prompt_eval_count: z.number().int().optional(),
    eval_count: z.number().int().optional(),
  }),
]);
type Line = z.infer<typeof LineSchema>;

/**
 * Ollama's own `/api/chat`. Its OpenAI-compatible door knows no `num_ctx`, and without that a prompt is cut to 4,096 tokens in silence. `truncate` and `shift`
 * are off, so that too long a prompt is an error (servers older than these fields still cut).
 */
export function ollamaModel(options: OllamaOptions): StreamingModel {
  return {
    doStream: async (call) => {
      const warnings: SharedV4Warning[] = [];
      const response = await options.fetch(`${options.url}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...definedHeaders(call.headers) },
        body: JSON.stringify(requestOf(call, options, warnings)),
        ...(call.abortSignal === undefined ? {} : { signal: call.abortSignal }),
      });
      return { stream: partsOf(linesOf(response), warnings, options.newId) };
    },
  };
}

function requestOf(call: LanguageModelV4CallOptions, options: OllamaOptions, warnings: SharedV4Warning[]): unknown {
  const { toolChoice, responseFormat, reasoning } = call;
  const tools = (call.tools ?? []).flatMap((tool) => {
    if (tool.type !== 'function' || toolChoice?.type === 'none') return [];
    if (toolChoice?.type === 'tool' && toolChoice.toolName !== tool.name) return [];
    return [{ type: 'function', function: { name: tool.name, description: tool.description ?? '', parameters: tool.inputSchema } }];
  });
  if (toolChoice?.type === 'tool' || toolChoice?.type === 'required') warnings.push({ type: 'unsupported', feature: 'toolChoice' });
  return {
    model: options.modelId,
    messages: ollamaMessages(call.prompt, (what) => warnings.push({ type: 'unsupported', feature: `file of ${what}` })),
    stream: true,
    truncate: false,
    shift: false,
    keep_alive: options.keepMinutes === 0 ? -1 : `${options.keepMinutes}m`,
    ...(tools.length === 0 ? {} : { tools }),
    ...(responseFormat?.type === 'json' ? { format: responseFormat.schema ?? 'json' } : {}),
    // A model that cannot think answers `think` with an error, so it goes only where it was asked for.
    ...(reasoning === undefined || reasoning === 'provider-default' ? {} : { think: reasoning !== 'none' }),
    options: {
      num_ctx: options.contextSize,
      ...defined({
        num_predict: call.maxOutputTokens,
        temperature: call.temperature,
        top_p: call.topP,
        top_k: call.topK,
        seed: call.seed,
        stop: call.stopSequences,
        presence_penalty: call.presencePenalty,
        frequency_penalty: call.frequencyPenalty,
      }),
    },
  };
}

const defined = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function definedHeaders(headers: Record<string, string | undefined> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Throws a `SyntaxError` for what is not JSON; an object of another shape is skipped, as later servers may send more kinds of lines. */
async function* linesOf(response: Response): AsyncIterable<Line> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of response.body ?? []) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* lineOf(line);
  }
  yield* lineOf(rest + decoder.decode());
}

function* lineOf(text: string): Iterable<Line> {
  if (text.trim() === '') return;
  const line = LineSchema.safeParse(JSON.parse(text));
  if (line.success) yield line.data;
}

function partsOf(lines: AsyncIterable<Line>, warnings: SharedV4Warning[], newId: () => string): ReadableStream<LanguageModelV4StreamPart> {
  const parts = told(lines, warnings, newId);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return();
    },
  });
}

async function* told(
  lines: AsyncIterable<Line>,
  warnings: SharedV4Warning[],
  newId: () => string,
): AsyncGenerator<LanguageModelV4StreamPart, void> {
  yield { type: 'stream-start', warnings };
  let open: 'text' | 'reasoning' | undefined;
  const say = function* (type: 'text' | 'reasoning', delta: string): Iterable<LanguageModelV4StreamPart> {
    if (delta === '') return;
    if (open !== type) {
      if (open !== undefined) yield { type: `${open}-end`, id: open };
      yield { type: `${type}-start`, id: type };
      open = type;
    }
    yield { type: `${type}-delta`, id: type, delta };
  };
  for await (const line of lines) {
    if ('error' in line) {
      yield { type: 'error', error: line.error };
      return;
    }
    yield* say('reasoning', line.message?.thinking ?? '');
    yield* say('text', line.message?.content ?? '');
    for (const { id, function: called } of line.message?.tool_calls ?? []) {
      const input = typeof called.arguments === 'string' ? called.arguments : JSON.stringify(called.arguments ?? {});
      yield { type: 'tool-call', toolCallId: id ?? newId(), toolName: called.name, input };
    }
    if (line.done === true) {
      yield {
        type: 'finish',
        finishReason: { unified: reasonOf(line.done_reason), raw: line.done_reason ?? 'done' },
        usage: usageOf(line),
      };
      return;
    }
  }
}

function reasonOf(raw: string | undefined): 'stop' | 'length' | 'other' {
  if (raw === undefined || raw === 'stop') return 'stop';
  return raw === 'length' ? 'length' : 'other';
}

function usageOf({ prompt_eval_count: input, eval_count: output }: Exclude<Line, { error: string }>) {
  return {
    inputTokens: { total: input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: output, text: undefined, reasoning: undefined },
  };
}
