import type { Clock } from '../../contract/clock.ts';
import type { ModelBench } from '../../contract/models-interface.ts';
import type { GenerateRequest } from '../../contract/models-message.ts';
import type { GeneratedPart, ModelLink } from '../../models/model-link.ts';
import type { ModelPool } from '../../models/pool/model-pool.ts';

/** Words of the prompt, and tokens of the answer, that are measured. */
const PROMPT_WORDS = 400;
const ANSWER_TOKENS = 96;

export interface BenchParts {
  pool: Pick<ModelPool, 'use' | 'unload' | 'status'>;
  link: ModelLink;
  clock: Clock;
  newId(): string;
}

/** Loads the model anew and asks it twice. Rejects with a `ModelError` in words, or the signal's reason. */
export async function benchModel(id: string, { pool, link, clock, newId }: BenchParts, signal: AbortSignal): Promise<ModelBench> {
  await pool.unload(id);
  const began = clock.monotonic();
  using lease = await pool.use(id, { signal });
  const loadMs = clock.monotonic() - began;
  // Of its own, so that no earlier prompt is taken up again.
  const prompt = `${newId()} ${'The house stood quiet under the first snow of the year. '.repeat(PROMPT_WORDS / 11)}`;
  const request: GenerateRequest = {
    prompt: [
      { role: 'system', text: prompt },
      { role: 'user', text: 'Tell a long story about it.' },
    ],
    tools: [],
    toolChoice: 'none',
    maximumTokens: ANSWER_TOKENS,
    temperature: 0,
  };
  const cold = await measure(link, lease.handle, request, signal);
  const warm = await measure(link, lease.handle, request, signal);
  const answer = warm.outputTokens >= cold.outputTokens ? warm : cold;
  const seconds = (answer.ms - (answer.firstTokenMs ?? 0)) / 1000;
  return {
    id: lease.modelId,
    loadMs,
    coldFirstTokenMs: cold.firstTokenMs ?? cold.ms,
    warmFirstTokenMs: warm.firstTokenMs ?? warm.ms,
    promptTokens: cold.inputTokens,
    // The first token is counted with the prompt.
    tokensPerSecond: answer.outputTokens > 1 && seconds > 0 ? (answer.outputTokens - 1) / seconds : 0,
    tokens: answer.outputTokens,
    gpuBytes: lease.loaded.gpuBytes,
    memoryBytes: lease.loaded.memoryBytes,
  };
}

async function measure(
  link: ModelLink,
  handle: string,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<Extract<GeneratedPart, { type: 'end' }>> {
  for await (const part of link.generate(handle, request, signal)) if (part.type === 'end') return part;
  throw new Error('an answer without an end');
}
