import type {
  ChatModelFunctions,
  ChatWrapper,
  ChatWrapperGenerateContextStateOptions,
  ChatWrapperGeneratedContextState,
  ChatWrapperSettings,
  LlamaText,
} from 'node-llama-cpp';
import type { LlamaModule } from './engine-module.ts';

export interface Steering {
  /** Tools that the prompt tells of, whichever of them may be called now: so the start of the prompt stays the same from answer to answer. */
  documented: ChatModelFunctions | undefined;
  /** `call`: the answer begins with a tool call. `text`: it begins at once, without thinking aloud. */
  start: 'free' | 'call' | 'text';
}

/** The chat wrapper of a model, bent for one answer. */
export function steeredChatWrapper(module: LlamaModule, inner: ChatWrapper, { documented, start }: Steering): ChatWrapper {
  // Rendering a long conversation takes milliseconds, and is asked for several times.
  let last: { key: string; state: ChatWrapperGeneratedContextState } | undefined;

  class SteeredChatWrapper extends module.ChatWrapper {
    override readonly wrapperName = inner.wrapperName;
    override readonly settings: ChatWrapperSettings = start === 'free' ? inner.settings : { ...inner.settings, segments: {} };

    override generateContextState({ chatHistory }: ChatWrapperGenerateContextStateOptions): ChatWrapperGeneratedContextState {
      const key = JSON.stringify(chatHistory);
      if (last?.key !== key) {
        const state = inner.generateContextState({
          chatHistory,
          documentFunctionParams: true,
          ...(documented !== undefined && { availableFunctions: documented }),
        });
        last = { key, state: start === 'call' ? forced(state) : state };
      }
      return last.state;
    }

    override generateFunctionCall(name: string, params: unknown): LlamaText {
      return inner.generateFunctionCall(name, params);
    }

    override generateFunctionCallResult(name: string, params: unknown, result: unknown): LlamaText {
      return inner.generateFunctionCallResult(name, params, result);
    }
  }

  function forced({ contextText, stopGenerationTriggers }: ChatWrapperGeneratedContextState): ChatWrapperGeneratedContextState {
    return { contextText, stopGenerationTriggers, noPrefixTrigger: { type: 'functionCall', inject: module.LlamaText([]) } };
  }

  return new SteeredChatWrapper();
}
