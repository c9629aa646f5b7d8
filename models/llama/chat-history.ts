import type { ChatHistoryItem, ChatModelResponse } from 'node-llama-cpp';
import type { ChatTurn } from '../../contract/models-message.ts';

/**
 * A conversation as the engine keeps it: calls and their results are part of the assistant's turn, which goes on after them. The last item is the
 * turn that is to be written.
 */
export function chatHistory(prompt: readonly ChatTurn[]): ChatHistoryItem[] {
  const history: ChatHistoryItem[] = [];
  const calls = new Map<string, { result: unknown }>();
  const open = (): ChatModelResponse['response'] => {
    const last = history.at(-1);
    if (last?.type === 'model') return last.response;
    const response: ChatModelResponse['response'] = [];
    history.push({ type: 'model', response });
    return response;
  };
  for (const turn of prompt) {
    switch (turn.role) {
      case 'system':
        history.push({ type: 'system', text: turn.text });
        break;
      case 'user':
        history.push({ type: 'user', text: turn.text });
        break;
      case 'assistant': {
        const response = open();
        let isFirst = true;
        for (const part of turn.parts) {
          if (part.type === 'text') {
            if (part.text !== '') response.push(part.text);
            continue;
          }
          const call = {
            type: 'functionCall' as const,
            name: part.name,
            params: part.input,
            result: 'There is no result.' as unknown,
            ...(isFirst && { startsNewChunk: true }),
          };
          isFirst = false;
          response.push(call);
          calls.set(part.toolCallId, call);
        }
        break;
      }
      case 'tool':
        for (const { toolCallId, text } of turn.parts) {
          const call = calls.get(toolCallId);
          if (call) call.result = asValue(text);
        }
        break;
      default:
        turn satisfies never;
    }
  }
  open();
  return history;
}

/** JSON is given as it is, and not as a text that holds JSON. */
function asValue(text: string): unknown {
  if (!/^\s*[[{]/u.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
