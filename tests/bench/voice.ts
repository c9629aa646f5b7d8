import { benchLatency } from './latency.ts';
import { benchMatching } from './matching.ts';
import { benchPhrases } from './phrases.ts';
import { benchProcess } from './process.ts';
import type { Extent } from './recordings.ts';
import type { BenchSection } from './report.ts';
import { benchWake } from './wake.ts';

/** Parts of the voice suite in the order they run: what must be timed alone comes first. */
export const VOICE_PARTS = {
  process: benchProcess,
  latency: benchLatency,
  matching: benchMatching,
  wake: benchWake,
  phrases: benchPhrases,
} satisfies Record<string, (extent: Extent) => Promise<BenchSection>>;

/** A part was asked for that the suite does not have. */
export class UnknownPartError extends Error {}

/** The voice loop, measured: all parts, or those named. Throws `UnknownPartError` for a part it does not have. */
export async function benchVoice(only: readonly string[] = [], extent: Extent = { thorough: false }): Promise<BenchSection[]> {
  const unknown = only.filter((name) => !Object.hasOwn(VOICE_PARTS, name));
  if (unknown.length > 0)
    throw new UnknownPartError(`There is no part ${unknown.join(', ')}. There is: ${Object.keys(VOICE_PARTS).join(', ')}.`);
  const sections: BenchSection[] = [];
  for (const [name, part] of Object.entries(VOICE_PARTS)) {
    if (only.length > 0 && !only.includes(name)) continue;
    process.stderr.write(`… ${name}\n`);
    // A part that fails must not take the figures of the others with it; the report tells, and the run ends with an error.
    sections.push(
      await part(extent).catch((error: unknown) => ({
        title: name,
        notes: [],
        figures: [],
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })),
    );
  }
  return sections;
}
