import type { ChatWrapper, LlamaModel } from 'node-llama-cpp';
import { messageOf } from './classify-trouble.ts';
import type { LlamaModule } from './engine-module.ts';

/** Answers in channels, or turns of its own kind, which a template alone cannot tell: the engine knows these formats by heart. */
const CHANNELS = /<\|channel\|?>/u;

/**
 * How conversations are put into tokens: by the template in the file itself. Left to itself the engine would replace templates that look like one it
 * knows, and with them what the model was trained on. `log` is told which was taken.
 */
export function chooseChatWrapper(module: LlamaModule, model: LlamaModel, log: (message: string) => void): ChatWrapper {
  const template: unknown = model.fileInfo.metadata.tokenizer?.chat_template;
  if (typeof template !== 'string' || template.trim() === '') {
    const wrapper = module.resolveChatWrapper(model);
    log(`no chat template in the file; taken by its name: ${wrapper.wrapperName}`);
    return wrapper;
  }
  if (!CHANNELS.test(template)) {
    try {
      const wrapper = new module.JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
      const calls = wrapper.usingJinjaFunctionCallTemplate ? 'its own' : "the engine's";
      log(`chat template of the file, with ${calls} format of tool calls`);
      return wrapper;
    } catch (error) {
      log(`the chat template of the file does not work: ${messageOf(error)}`);
    }
  }
  const wrapper = module.resolveChatWrapper(model);
  log(`chat format of the engine: ${wrapper.wrapperName}`);
  return wrapper;
}
