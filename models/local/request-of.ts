import type { LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider';
import type { GenerateRequest } from '../../contract/models-message.ts';
import { chatTurns } from './chat-turns.ts';

/** What the models process is asked for one call, and what of the call it cannot do. */
export function requestOf(options: LanguageModelV4CallOptions): { request: GenerateRequest; warnings: SharedV4Warning[] } {
  const { turns, warnings } = chatTurns(options.prompt);
  const unsupported = (feature: string): void => void warnings.push({ type: 'unsupported', feature });
  if (options.presencePenalty !== undefined) unsupported('presencePenalty');
  if (options.frequencyPenalty !== undefined) unsupported('frequencyPenalty');
  if (options.reasoning !== undefined && options.reasoning !== 'provider-default') unsupported('reasoning');
  const tools = (options.tools ?? []).flatMap((tool) => {
    if (tool.type === 'function') return [{ name: tool.name, description: tool.description ?? '', input: tool.inputSchema }];
    unsupported(`provider tool ${tool.id}`);
    return [];
  });
  const { maxOutputTokens, temperature, topP, topK, seed, stopSequences, responseFormat } = options;
  return {
    warnings,
    request: {
      prompt: turns,
      tools,
      toolChoice: toolChoiceOf(options.toolChoice),
      ...(responseFormat?.type === 'json' ? { json: responseFormat.schema === undefined ? {} : { schema: responseFormat.schema } } : {}),
      ...(maxOutputTokens === undefined ? {} : { maximumTokens: maxOutputTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { topP }),
      ...(topK === undefined ? {} : { topK }),
      ...(seed === undefined ? {} : { seed }),
      ...(stopSequences === undefined || stopSequences.length === 0 ? {} : { stop: stopSequences }),
    },
  };
}

function toolChoiceOf(choice: LanguageModelV4CallOptions['toolChoice']): GenerateRequest['toolChoice'] {
  if (choice === undefined) return 'auto';
  return choice.type === 'tool' ? { name: choice.toolName } : choice.type;
}
