import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { Clock } from '../../contract/clock.ts';

/** Between two looks at the signal; ms. */
const PATIENCE = 250;
const LEAST = 16;

/**
 * Brings the sequence to where only the last token of the prompt is missing, and keeps what it already holds. Goes in steps that take about a quarter
 * of a second, so that an abort is not held up by a long prompt. Returns how many tokens of the prompt were there already.
 */
export async function loadPrompt(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  batchSize: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const wanted = tokens.slice(0, -1);
  await sequence.adaptStateToTokens(wanted, false);
  const cached = sequence.nextTokenIndex;
  let step = Math.min(batchSize, 64);
  for (let at = cached; at < wanted.length; ) {
    signal.throwIfAborted();
    const part = wanted.slice(at, at + step);
    const began = clock.monotonic();
    await sequence.evaluateWithoutGeneratingNewTokens(part);
    at += part.length;
    const took = clock.monotonic() - began;
    if (took < PATIENCE / 2) step = Math.min(batchSize, step * 2);
    else if (took > PATIENCE) step = Math.max(Math.min(LEAST, batchSize), Math.floor(step / 2));
  }
  signal.throwIfAborted();
  return cached;
}
