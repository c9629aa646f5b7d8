import { contentText, list, maybeNumber, present, record, text } from './read-body.ts';
import type { SeenMessage, SeenRequest } from './scripted-turn.ts';
import { halves, sse, type Wire } from './wire.ts';

/** Anthropic's messages. */
export const anthropicWire: Wire = {
  contentType: 'text/event-stream',
  isAnswer: (path) => path.endsWith('/messages'),
  keyOf: (headers) => (typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : undefined),
  see: (given) => {
    const body = record(given);
    const choice = record(body.tool_choice);
    const format = record(record(body.output_config).format ?? body.output_format);
    return {
      model: text(body.model),
      system: contentText(body.system),
      messages: list(body.messages).map(record).flatMap(seenMessages),
      tools: list(body.tools).map((tool) => {
        const { name, description, input_schema: input } = record(tool);
        return { name: text(name), description: text(description), input };
      }),
      ...present<Pick<SeenRequest, 'toolChoice' | 'json' | 'maximumTokens' | 'temperature' | 'stop'>>({
        toolChoice: choiceOf(choice),
        json: format.schema,
        maximumTokens: maybeNumber(body.max_tokens),
        temperature: maybeNumber(body.temperature),
        stop: body.stop_sequences === undefined ? undefined : list(body.stop_sequences).map(text),
      }),
    };
  },
  begin: (model) => {
    let index = -1;
    let open: 'text' | 'thinking' | undefined;
    const event = (type: string, data: object = {}): string => sse({ type, ...data }, type);
    const stop = (): string => {
      if (open === undefined) return '';
      open = undefined;
      return event('content_block_stop', { index });
    };
    const start = (content_block: object): string => {
      index += 1;
      return event('content_block_start', { index, content_block });
    };
    const usage = (input_tokens: number, output_tokens: number, cached: number) => ({
      input_tokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: cached,
      output_tokens,
    });
    return {
      start: () =>
        event('message_start', {
          message: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            content: [],
            model,
            stop_reason: null,
            stop_sequence: null,
            usage: usage(1, 1, 0),
          },
        }) + event('ping'),
      text: (piece) => {
        const begun = open === 'text' ? '' : stop() + start({ type: 'text', text: '' });
        open = 'text';
        return begun + event('content_block_delta', { index, delta: { type: 'text_delta', text: piece } });
      },
      reasoning: (piece) => {
        const begun = open === 'thinking' ? '' : stop() + start({ type: 'thinking', thinking: '', signature: '' });
        open = 'thinking';
        return begun + event('content_block_delta', { index, delta: { type: 'thinking_delta', thinking: piece } });
      },
      toolCall: ({ id, name, input }) => [
        stop() + start({ type: 'tool_use', id, name, input: {} }),
        ...halves(input).map((half) => event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: half } })),
        event('content_block_stop', { index }),
      ],
      // `input_tokens` are those that the cache did not have
      finish: (reason, { input, output, cached }) =>
        stop() +
        event('message_delta', {
          delta: {
            stop_reason: { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', 'content-filter': 'refusal' }[reason],
            stop_sequence: null,
          },
          usage: usage(input - cached, output, cached),
        }) +
        event('message_stop'),
      end: () => '',
      error: (code, message) => event('error', { error: { type: code ?? 'api_error', message } }),
      malformed: () => 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
    };
  },
  failure: (status, code, message) => ({
    type: 'error',
    error: { type: code ?? TYPES[status] ?? 'api_error', message },
    request_id: 'req_1',
  }),
};

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function seenMessages({ role, content }: Record<string, unknown>): SeenMessage[] {
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : list(content).map(record);
  const results = parts
    .filter(({ type }) => type === 'tool_result')
    .map((part): SeenMessage => ({ role: 'tool', text: contentText(record(part).content) }));
  const said = contentText(parts.filter(({ type }) => type === 'text'));
  const toolCalls = parts
    .filter(({ type }) => type === 'tool_use')
    .map((part) => ({ name: text(record(part).name), input: record(part).input }));
  const message: SeenMessage = {
    role: role === 'assistant' ? 'assistant' : 'user',
    text: said,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
  return said === '' && toolCalls.length === 0 ? results : [...results, message];
}

function choiceOf({ type, name }: Record<string, unknown>): SeenRequest['toolChoice'] {
  switch (type) {
    case 'auto':
    case 'none':
      return type;
    case 'any':
      return 'required';
    case 'tool':
      return { name: text(name) };
    default:
      return undefined;
  }
}
