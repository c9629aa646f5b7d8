import { contentText, json, list, maybeNumber, present, record, text } from './read-body.ts';
import type { SeenMessage, SeenRequest } from './scripted-turn.ts';
import { bearer, halves, sse, type Wire } from './wire.ts';

/** OpenAI's chat completions; also what llama.cpp, LM Studio and the rest speak. */
export const openAiChatWire: Wire = {
  contentType: 'text/event-stream',
  isAnswer: (path) => path.endsWith('/chat/completions'),
  keyOf: bearer,
  see: (given) => {
    const body = record(given);
    const messages = list(body.messages).map(record);
    const isSystem = ({ role }: Record<string, unknown>) => role === 'system' || role === 'developer';
    const format = record(body.response_format);
    return {
      model: text(body.model),
      system: messages
        .filter(isSystem)
        .map(({ content }) => contentText(content))
        .join('\n'),
      messages: messages.filter((message) => !isSystem(message)).map(seenMessage),
      tools: list(body.tools).map((tool) => {
        const { name, description, parameters } = record(record(tool).function);
        return { name: text(name), description: text(description), input: parameters };
      }),
      ...present<Pick<SeenRequest, 'toolChoice' | 'json' | 'maximumTokens' | 'temperature' | 'stop'>>({
        toolChoice: choiceOf(body.tool_choice, text(record(record(body.tool_choice).function).name)),
        json: format.type === 'json_schema' ? record(format.json_schema).schema : format.type === 'json_object' ? true : undefined,
        maximumTokens: maybeNumber(body.max_tokens ?? body.max_completion_tokens),
        temperature: maybeNumber(body.temperature),
        stop: body.stop === undefined ? undefined : list(body.stop).map(text),
      }),
    };
  },
  begin: (model) => {
    const chunk = (delta: unknown, more: object = {}): string =>
      sse({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model,
        choices: [{ index: 0, delta, finish_reason: null, ...more }],
      });
    let calls = 0;
    return {
      start: () => chunk({ role: 'assistant', content: '' }),
      text: (content) => chunk({ content }),
      reasoning: (reasoning_content) => chunk({ reasoning_content }),
      toolCall: ({ id, name, input }) => {
        const index = calls;
        calls += 1;
        return [
          chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
          ...halves(input).map((half) => chunk({ tool_calls: [{ index, function: { arguments: half } }] })),
        ];
      },
      finish: (reason, { input, output, cached }) =>
        chunk(
          {},
          { finish_reason: { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' }[reason] },
        ) +
        sse({
          id: 'chatcmpl-1',
          object: 'chat.completion.chunk',
          created: 1_700_000_000,
          model,
          choices: [],
          usage: {
            prompt_tokens: input,
            completion_tokens: output,
            total_tokens: input + output,
            prompt_tokens_details: { cached_tokens: cached },
          },
        }),
      end: () => sse('[DONE]'),
      error: (code, message) => sse({ error: { message, type: code ?? 'server_error', code: code ?? null } }),
      malformed: () => 'data: {"id":"chatcmpl-1","choices":[{"delta"\n\n',
    };
  },
  failure: openAiFailure,
  embedding: {
    isAsked: (path) => path.endsWith('/embeddings'),
    body: (vectors) => ({
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'embedding',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    }),
  },
};

/** Of both of OpenAI's formats. */
export function openAiFailure(status: number, code: string | undefined, message: string): unknown {
  return { error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code: code ?? null } };
}

function seenMessage({ role, content, tool_calls: calls }: Record<string, unknown>): SeenMessage {
  const toolCalls = list(calls).map((call) => {
    const { name, arguments: input } = record(record(call).function);
    return { name: text(name), input: json(input) };
  });
  return {
    role: role === 'assistant' || role === 'tool' ? role : 'user',
    text: contentText(content),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}

/** Of both of OpenAI's formats; they write the name of a tool at different places. */
export function choiceOf(given: unknown, name: string): SeenRequest['toolChoice'] {
  if (given === 'auto' || given === 'none' || given === 'required') return given;
  return name === '' ? undefined : { name };
}
