import type { ModelsToHost } from '../../contract/models-message.ts';
import { type EngineState, type GeneratedPart, ModelError } from '../../models/model-link.ts';

/** A message of the models process that belongs to something it was asked. */
export type Answer = Extract<ModelsToHost, { id: string }>;

type EngineReady = Extract<ModelsToHost, { type: 'engine-ready' }>;

export const engineState = ({ build, version, cards, gpuTotalBytes, gpuFreeBytes }: EngineReady): EngineState => ({
  build,
  version,
  cards,
  ...(gpuTotalBytes === undefined ? {} : { gpuTotalBytes }),
  ...(gpuFreeBytes === undefined ? {} : { gpuFreeBytes }),
});

/** What an answer adds to a generation; undefined: it answers something else. */
export function generatedPart(answer: Answer): GeneratedPart | ModelError | undefined {
  switch (answer.type) {
    case 'text':
      return { type: 'text', text: answer.text };
    case 'tool-call':
      return { type: 'tool-call', toolCallId: answer.toolCallId, name: answer.name, input: answer.input };
    case 'generated': {
      const { finish, inputTokens, cachedTokens, outputTokens, firstTokenMs, ms } = answer;
      const firstToken = firstTokenMs === undefined ? {} : { firstTokenMs };
      return { type: 'end', finish, inputTokens, cachedTokens, outputTokens, ...firstToken, ms };
    }
    case 'failed':
      return new ModelError(answer.trouble, answer.reason);
    default:
      return undefined;
  }
}
