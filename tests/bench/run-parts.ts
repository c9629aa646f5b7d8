import type { Extent } from './recordings.ts';
import type { BenchSection } from './report.ts';

export type BenchPart = (extent: Extent) => Promise<BenchSection>;

/** A part was asked for that the suite does not have. */
export class UnknownPartError extends Error {}

/** The parts of a suite in the order written, or those named. Throws `UnknownPartError` for a part it does not have. */
export async function runParts(
  parts: Readonly<Record<string, BenchPart>>,
  only: readonly string[],
  extent: Extent,
): Promise<BenchSection[]> {
  const unknown = only.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) throw new UnknownPartError(`There is no part ${unknown.join(', ')}. There is: ${Object.keys(parts).join(', ')}.`);
  const sections: BenchSection[] = [];
  for (const [name, part] of Object.entries(parts)) {
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
