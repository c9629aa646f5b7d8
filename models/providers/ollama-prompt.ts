import type { LanguageModelV4FilePart, LanguageModelV4Prompt, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';

/** A message of Ollama's `/api/chat`; shapes of its `api/types.go`. */
export interface OllamaMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  thinking?: string;
  /** base64 */
  images?: string[];
  tool_calls?: { id: string; function: { name: string; arguments: unknown } }[];
  tool_name?: string;
  tool_call_id?: string;
}

/** The prompt in Ollama's words. Files other than pictures with their data are left out; `leftOut` is told what they were. */
export function ollamaMessages(prompt: LanguageModelV4Prompt, leftOut: (what: string) => void): OllamaMessage[] {
  return prompt.flatMap((message): OllamaMessage[] => {
    switch (message.role) {
      case 'system':
        return [{ role: 'system', content: message.content }];
      case 'user': {
        const images = message.content.flatMap((part) => (part.type === 'file' ? imageOf(part, leftOut) : []));
        const content = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
        return [{ role: 'user', content, ...(images.length === 0 ? {} : { images }) }];
      }
      case 'assistant': {
        const calls = message.content.flatMap((part) =>
          part.type === 'tool-call' ? [{ id: part.toolCallId, function: { name: part.toolName, arguments: part.input } }] : [],
        );
        const said = (type: 'text' | 'reasoning') => message.content.flatMap((part) => (part.type === type ? [part.text] : [])).join('');
        const thinking = said('reasoning');
        return [
          {
            role: 'assistant',
            content: said('text'),
            ...(thinking === '' ? {} : { thinking }),
            ...(calls.length === 0 ? {} : { tool_calls: calls }),
          },
        ];
      }
      case 'tool':
        return message.content.flatMap((part) =>
          part.type === 'tool-result'
            ? [{ role: 'tool' as const, content: resultText(part), tool_name: part.toolName, tool_call_id: part.toolCallId }]
            : [],
        );
      default:
        return message satisfies never;
    }
  });
}

function imageOf({ data, mediaType }: LanguageModelV4FilePart, leftOut: (what: string) => void): string[] {
  if (data.type === 'data' && mediaType.startsWith('image')) {
    return [typeof data.data === 'string' ? data.data.replace(/^data:[^,]*,/u, '') : Buffer.from(data.data).toString('base64')];
  }
  leftOut(mediaType);
  return [];
}

function resultText({ output }: LanguageModelV4ToolResultPart): string {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value;
    case 'json':
    case 'error-json':
      return JSON.stringify(output.value);
    case 'execution-denied':
      return output.reason ?? 'That was not allowed.';
    case 'content':
      return output.value.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    default:
      return output satisfies never;
  }
}
