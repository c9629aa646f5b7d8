import { contentText, list, maybeNumber, present, record, text } from './read-body.ts';
import type { SeenMessage, SeenRequest } from './scripted-turn.ts';
import { bearer, type Wire, wireInput } from './wire.ts';

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Ollama's `/api/chat`: one JSON object a line. */
export const ollamaWire: Wire = {
  contentType: 'application/x-ndjson',
  isAnswer: (path) => path === '/api/chat',
  keyOf: bearer,
  see: (given) => {
    const body = record(given);
    const options = record(body.options);
    const messages = list(body.messages).map(record);
    return {
      model: text(body.model),
      system: messages
        .filter(({ role }) => role === 'system')
        .map(({ content }) => contentText(content))
        .join('\n'),
      messages: messages.filter(({ role }) => role !== 'system').map(seenMessage),
      tools: list(body.tools).map((tool) => {
        const { name, description, parameters } = record(record(tool).function);
        return { name: text(name), description: text(description), input: parameters };
      }),
      ...present<Pick<SeenRequest, 'json' | 'maximumTokens' | 'temperature' | 'stop'>>({
        json: body.format === 'json' ? true : body.format,
        maximumTokens: maybeNumber(options.num_predict),
        temperature: maybeNumber(options.temperature),
        stop: options.stop === undefined ? undefined : list(options.stop).map(text),
      }),
    };
  },
  begin: (model) => {
    const said = (message: object, more: object = {}): string =>
      line({
        model,
        created_at: '2026-11-21T12:00:00.000000Z',
        message: { role: 'assistant', content: '', ...message },
        done: false,
        ...more,
      });
    return {
      start: () => '',
      text: (content) => said({ content }),
      reasoning: (thinking) => said({ thinking }),
      toolCall: ({ id, name, input }) => [said({ tool_calls: [{ id, function: { index: 0, name, arguments: wireInput(input) } }] })],
      finish: (reason, { input, output }) =>
        said(
          {},
          {
            done: true,
            done_reason: reason === 'length' ? 'length' : 'stop',
            total_duration: 885_095_291,
            load_duration: 3_753_500,
            prompt_eval_count: input,
            prompt_eval_duration: 328_493_000,
            eval_count: output,
            eval_duration: 552_222_000,
          },
        ),
      end: () => '',
      error: (_, error) => line({ error }),
      malformed: () => '{"model":"llama3.2","message":{"role":"assist\n',
    };
  },
  failure: (_, __, error) => ({ error }),
  embedding: {
    isAsked: (path) => path === '/api/embed',
    body: (embeddings) => ({ model: 'all-minilm', embeddings, total_duration: 14_143_917, load_duration: 1_019_500, prompt_eval_count: 8 }),
  },
};

function seenMessage({ role, content, tool_calls: calls }: Record<string, unknown>): SeenMessage {
  const toolCalls = list(calls).map((call) => {
    const { name, arguments: input } = record(record(call).function);
    return { name: text(name), input };
  });
  return {
    role: role === 'assistant' || role === 'tool' ? role : 'user',
    text: contentText(content),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}
