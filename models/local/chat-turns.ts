import type { LanguageModelV4FilePart, LanguageModelV4Prompt, LanguageModelV4ToolResultOutput, SharedV4Warning } from '@ai-sdk/provider';
import type { ChatTurn } from '../../contract/models-message.ts';

type AssistantPart = Extract<ChatTurn, { role: 'assistant' }>['parts'][number];
type ToolPart = Extract<ChatTurn, { role: 'tool' }>['parts'][number];
type Warn = (feature: string, details?: string) => void;

/** A prompt as the models process takes it. What a text model cannot take is named in its place and in the warnings. */
export function chatTurns(prompt: LanguageModelV4Prompt): { turns: ChatTurn[]; warnings: SharedV4Warning[] } {
  const warnings: SharedV4Warning[] = [];
  const warn: Warn = (feature, details) =>
    void warnings.push({ type: 'unsupported', feature, ...(details === undefined ? {} : { details }) });
  return { turns: prompt.map((message) => turnOf(message, warn)), warnings };
}

function turnOf(message: LanguageModelV4Prompt[number], warn: Warn): ChatTurn {
  switch (message.role) {
    case 'system':
      return { role: 'system', text: message.content };
    case 'user':
      return { role: 'user', text: message.content.map((part) => (part.type === 'text' ? part.text : fileText(part, warn))).join('\n') };
    case 'assistant':
      return { role: 'assistant', parts: message.content.flatMap((part) => assistantPart(part, warn)) };
    case 'tool':
      return { role: 'tool', parts: message.content.flatMap((part) => toolPart(part, warn)) };
    default:
      return message satisfies never;
  }
}

type AssistantContent = Extract<LanguageModelV4Prompt[number], { role: 'assistant' }>['content'][number];

function assistantPart(part: AssistantContent, warn: Warn): AssistantPart[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }];
    case 'file':
      return [{ type: 'text', text: fileText(part, warn) }];
    case 'tool-call':
      return [{ type: 'tool-call', toolCallId: part.toolCallId, name: part.toolName, input: part.input }];
    case 'reasoning':
      // Templates leave earlier thoughts out; a model shown them goes on thinking in its answer.
      return [];
    case 'reasoning-file':
    case 'custom':
    case 'tool-result':
      warn(`${part.type} parts of an answer`, 'left out');
      return [];
    default:
      return part satisfies never;
  }
}

type ToolContent = Extract<LanguageModelV4Prompt[number], { role: 'tool' }>['content'][number];

function toolPart(part: ToolContent, warn: Warn): ToolPart[] {
  if (part.type === 'tool-result') {
    return [{ type: 'tool-result', toolCallId: part.toolCallId, name: part.toolName, text: resultText(part.output, warn) }];
  }
  warn(`${part.type} parts`, 'left out');
  return [];
}

function resultText(output: LanguageModelV4ToolResultOutput, warn: Warn): string {
  switch (output.type) {
    case 'text':
      return output.value;
    case 'json':
      return JSON.stringify(output.value);
    case 'execution-denied':
      return output.reason === undefined ? 'Not done: it was not allowed.' : `Not done: ${output.reason}`;
    case 'error-text':
      return `Error: ${output.value}`;
    case 'error-json':
      return `Error: ${JSON.stringify(output.value)}`;
    case 'content':
      return output.value
        .map((part) => {
          if (part.type === 'text') return part.text;
          if (part.type === 'file') return fileText(part, warn);
          warn('custom parts of a tool result', 'left out');
          return '';
        })
        .join('\n');
    default:
      return output satisfies never;
  }
}

type File = Pick<LanguageModelV4FilePart, 'data' | 'filename' | 'mediaType'>;

function fileText({ data, filename, mediaType }: File, warn: Warn): string {
  if (data.type === 'text') return filename === undefined ? data.text : `${filename}:\n${data.text}`;
  warn(`files of type ${mediaType}`, 'this model reads text alone');
  return `(${filename ?? 'A file'} of type ${mediaType} was given here, which you cannot see.)`;
}
