import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';
import { LineFile } from '../../store/line-file.ts';

const StepSchema = z.strictObject({
  /** Absent for what was made. */
  from: z.string().optional(),
  to: z.string(),
  /** In the bin: the file that says where it was. */
  info: z.string().optional(),
  /** Bytes and ms since the epoch of a file: what lies at `to` must still be like this when it is taken back. */
  bytes: z.number(),
  modified: z.number(),
  type: z.enum(['file', 'folder', 'link', 'other']),
});
export type FileStep = z.infer<typeof StepSchema>;

const ACTIONS = ['move', 'copy', 'rename', 'make', 'bin'] as const;
export type FileAction = (typeof ACTIONS)[number];

const LineSchema = z.discriminatedUnion('line', [
  z.strictObject({
    line: z.literal('begun'),
    id: z.string(),
    at: z.number(),
    action: z.enum(ACTIONS),
    sentence: z.string(),
    turnId: z.string().optional(),
  }),
  z.strictObject({ line: z.literal('step'), id: z.string(), step: StepSchema }),
  /** Steps taken back, by their `to`. */
  z.strictObject({ line: z.literal('back'), id: z.string(), to: z.array(z.string()) }),
]);
type Line = z.infer<typeof LineSchema>;

/** One change of files, with every step that was meant. A step may not have come to be: what lies at `to` tells. */
export interface FileChange {
  id: string;
  /** ms since the epoch */
  at: number;
  action: FileAction;
  sentence: string;
  steps: FileStep[];
}

const KEEP_MS = 30 * 24 * 3_600_000;

/**
 * What was done to files, for 30 days, so that it can be taken back. A step is on the disk before it is taken; a line that cannot be read (a torn one, after
 * a power cut) is passed over.
 */
export class FileJournal {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #changes = new Map<string, FileChange>();
  #loaded = false;
  #isTidy = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** Oldest first; those taken back whole are not in it. Throws the system's error when what is kept cannot be read. */
  changes(): FileChange[] {
    this.#load();
    const since = this.#clock.now() - KEEP_MS;
    return [...this.#changes.values()].filter(({ at, steps }) => at >= since && steps.length > 0);
  }

  async begin(change: Omit<FileChange, 'steps'> & { turnId?: string }): Promise<void> {
    await this.#write({ line: 'begun', ...change });
  }

  async step(id: string, step: FileStep): Promise<void> {
    await this.#write({ line: 'step', id, step });
  }

  async takenBack(id: string, to: string[]): Promise<void> {
    await this.#write({ line: 'back', id, to });
  }

  #write(line: Line): Promise<void> {
    const written = this.#last.then(async () => {
      this.#load();
      if (!this.#isTidy) await this.#tidy();
      const handle = await open(this.#path, 'a', 0o600);
      await using file = new LineFile(handle, (await handle.stat()).size);
      await file.append(`${JSON.stringify(line)}\n`, true);
      this.#take(line);
    });
    this.#last = written.catch(() => undefined);
    return written;
  }

  #load(): void {
    if (this.#loaded) return;
    for (const text of textOf(this.#path).split('\n')) {
      const line = lineOf(text);
      if (line !== undefined) this.#take(line);
    }
    this.#loaded = true;
  }

  /** Leaves out what is too old and what cannot be read, once, before the first new line. */
  async #tidy(): Promise<void> {
    const since = this.#clock.now() - KEEP_MS;
    for (const { id, at, steps } of [...this.#changes.values()]) if (at < since || steps.length === 0) this.#changes.delete(id);
    await writeFileAtomic(this.#path, [...this.#changes.values()].map(linesOf).join(''));
    this.#isTidy = true;
  }

  #take(line: Line): void {
    switch (line.line) {
      case 'begun': {
        const { id, at, action, sentence } = line;
        this.#changes.set(id, { id, at, action, sentence, steps: [] });
        return;
      }
      case 'step': {
        const steps = this.#changes.get(line.id)?.steps;
        // Several tries for one file: the last one holds.
        const before = steps?.findIndex(({ from }) => from !== undefined && from === line.step.from) ?? -1;
        if (before >= 0) steps?.splice(before, 1, line.step);
        else if (line.step.from === undefined) steps?.splice(0, steps.length, line.step);
        else steps?.push(line.step);
        return;
      }
      case 'back': {
        const change = this.#changes.get(line.id);
        if (change !== undefined) change.steps = change.steps.filter(({ to }) => !line.to.includes(to));
        return;
      }
      default:
        line satisfies never;
    }
  }
}

const linesOf = ({ steps, ...change }: FileChange): string =>
  [{ line: 'begun', ...change }, ...steps.map((step) => ({ line: 'step', id: change.id, step }))]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

function lineOf(text: string): Line | undefined {
  try {
    const parsed = LineSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}
