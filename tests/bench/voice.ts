import { benchLatency } from './latency.ts';
import { benchPhrases } from './phrases.ts';
import { benchProcess } from './process.ts';
import type { BenchPart } from './run-parts.ts';
import { benchWake } from './wake.ts';

/** The voice loop, measured, in the order the parts run: what must be timed alone comes first. */
export const VOICE_PARTS: Readonly<Record<string, BenchPart>> = {
  process: benchProcess,
  latency: benchLatency,
  wake: benchWake,
  phrases: benchPhrases,
};
