import { choiceOf, openAiFailure } from './openai-chat-wire.ts';
import { contentText, json, list, maybeNumber, present, record, text } from './read-body.ts';
import type { SeenMessage, SeenRequest } from './scripted-turn.ts';
import { bearer, halves, sse, type Wire } from './wire.ts';

/** OpenAI's Responses API. */
export const openAiResponsesWire: Wire = {
  contentType: 'text/event-stream',
  isAnswer: (path) => path.endsWith('/responses'),
  keyOf: bearer,
  see: (given) => {
    const body = record(given);
    const items = list(body.input).map(record);
    const isSystem = ({ role }: Record<string, unknown>) => role === 'system' || role === 'developer';
    const format = record(record(body.text).format);
    return {
      model: text(body.model),
      system: [text(body.instructions), ...items.filter(isSystem).map(({ content }) => contentText(content))].filter(Boolean).join('\n'),
      messages: items.filter((item) => !isSystem(item)).flatMap(seenMessage),
      tools: list(body.tools).map((tool) => {
        const { name, description, parameters } = record(tool);
        return { name: text(name), description: text(description), input: parameters };
      }),
      ...present<Pick<SeenRequest, 'toolChoice' | 'json' | 'maximumTokens' | 'temperature'>>({
        toolChoice: choiceOf(body.tool_choice, text(record(body.tool_choice).name)),
        json: format.type === 'json_schema' ? format.schema : format.type === 'json_object' ? true : undefined,
        maximumTokens: maybeNumber(body.max_output_tokens),
        temperature: maybeNumber(body.temperature),
      }),
    };
  },
  begin: (model) => {
    let sequence = 0;
    let index = -1;
    let message: { id: string; text: string } | undefined;
    const event = (type: string, data: object): string => {
      sequence += 1;
      return sse({ type, sequence_number: sequence, ...data }, type);
    };
    const response = (more: object = {}): object => ({
      id: 'resp_1',
      object: 'response',
      created_at: 1_700_000_000,
      model,
      output: [],
      ...more,
    });
    const endMessage = (): string => {
      if (message === undefined) return '';
      const { id, text: said } = message;
      message = undefined;
      const content = [{ type: 'output_text', text: said, annotations: [] }];
      return (
        event('response.output_text.done', { item_id: id, output_index: index, content_index: 0, text: said }) +
        event('response.output_item.done', {
          output_index: index,
          item: { type: 'message', id, status: 'completed', role: 'assistant', content },
        })
      );
    };
    return {
      start: () =>
        event('response.created', { response: response({ status: 'in_progress' }) }) +
        event('response.in_progress', { response: response({ status: 'in_progress' }) }),
      text: (delta) => {
        let begun = '';
        if (message === undefined) {
          index += 1;
          message = { id: `msg_${index}`, text: '' };
          begun = event('response.output_item.added', {
            output_index: index,
            item: { type: 'message', id: message.id, status: 'in_progress', role: 'assistant', content: [] },
          });
        }
        message.text += delta;
        return begun + event('response.output_text.delta', { item_id: message.id, output_index: index, content_index: 0, delta });
      },
      reasoning: (delta) => {
        const before = endMessage();
        index += 1;
        const id = `rs_${index}`;
        const at = { item_id: id, output_index: index, summary_index: 0 };
        return (
          before +
          event('response.output_item.added', { output_index: index, item: { type: 'reasoning', id, summary: [] } }) +
          event('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } }) +
          event('response.reasoning_summary_text.delta', { ...at, delta }) +
          event('response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text: delta } }) +
          event('response.output_item.done', {
            output_index: index,
            item: { type: 'reasoning', id, summary: [{ type: 'summary_text', text: delta }] },
          })
        );
      },
      toolCall: ({ id: call_id, name, input }) => {
        const before = endMessage();
        index += 1;
        const id = `fc_${index}`;
        const item = (given: string, status: string) => ({ type: 'function_call', id, call_id, name, arguments: given, status });
        return [
          before + event('response.output_item.added', { output_index: index, item: item('', 'in_progress') }),
          ...halves(input).map((delta) => event('response.function_call_arguments.delta', { item_id: id, output_index: index, delta })),
          event('response.function_call_arguments.done', { item_id: id, output_index: index, arguments: input }) +
            event('response.output_item.done', { output_index: index, item: item(input, 'completed') }),
        ];
      },
      finish: (reason, { input, output, cached }) => {
        const usage = {
          input_tokens: input,
          input_tokens_details: { cached_tokens: cached },
          output_tokens: output,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: input + output,
        };
        const cut = { length: 'max_output_tokens', 'content-filter': 'content_filter' };
        const why = reason === 'length' || reason === 'content-filter' ? { reason: cut[reason] } : null;
        const type = why === null ? 'completed' : 'incomplete';
        return endMessage() + event(`response.${type}`, { response: response({ status: type, incomplete_details: why, usage }) });
      },
      end: () => '',
      error: (code, said) => event('error', { code: code ?? 'server_error', message: said, param: null }),
      malformed: () => 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta"\n\n',
    };
  },
  failure: openAiFailure,
};

function seenMessage(item: Record<string, unknown>): SeenMessage[] {
  switch (item.type) {
    case 'function_call':
      return [{ role: 'assistant', text: '', toolCalls: [{ name: text(item.name), input: json(item.arguments) }] }];
    case 'function_call_output':
      return [{ role: 'tool', text: contentText(item.output) }];
    case 'reasoning':
      return [];
    default:
      return [{ role: item.role === 'assistant' ? 'assistant' : 'user', text: contentText(item.content) }];
  }
}
