import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';

export const REPLAY_FILE = 'signed-commands.json';

/** Of one sender at a time, so that no device can crowd out another. */
const MOST_PER_SENDER = 500;

const SeenSchema = z
  .object({
    /** `sender nonce` and the ms since the epoch until which it could come again. */
    seen: z.array(z.tuple([z.string(), z.string(), z.number()])),
    /** Nothing that ends before this is taken: what was forgotten ended before it. */
    forgottenUntil: z.number(),
  })
  .strict();

/**
 * Remembers every command until it is too late for it anyhow, across restarts. A clock that was set back brings nothing back to life, since what was
 * forgotten is remembered by its time.
 */
export class ReplayStore {
  readonly #path: string;
  #loaded: { seen: Map<string, { sender: string; until: number }>; forgottenUntil: number } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(dataFolder: string) {
    this.#path = join(dataFolder, REPLAY_FILE);
  }

  /**
   * `fresh` once for each command, and only when it is written down; the same one again is `replayed`, and `full` means that its sender has too many
   * that could still come again. Rejects when the disk refuses: then it must not be carried out.
   * @param until ms since the epoch after which it is refused as too late
   */
  take(command: { sender: string; nonce: string; until: number }, now: number): Promise<'fresh' | 'replayed' | 'full'> {
    const turn = this.#last.then(() => this.#take(command, now));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #take(
    { sender, nonce, until }: { sender: string; nonce: string; until: number },
    now: number,
  ): Promise<'fresh' | 'replayed' | 'full'> {
    this.#loaded ??= await this.#load();
    const { seen } = this.#loaded;
    const key = `${sender} ${nonce}`;
    if (seen.has(key) || until <= this.#loaded.forgottenUntil) return 'replayed';
    const kept = new Map([...seen].filter(([, each]) => each.until >= now));
    const forgottenUntil = [...seen.values()].reduce(
      (latest, each) => (each.until < now ? Math.max(latest, each.until) : latest),
      this.#loaded.forgottenUntil,
    );
    if ([...kept.values()].filter((each) => each.sender === sender).length >= MOST_PER_SENDER) return 'full';
    kept.set(key, { sender, until });
    const rows = [...kept].map(([row, each]) => [each.sender, row.slice(each.sender.length + 1), each.until]);
    await writeFileAtomic(this.#path, JSON.stringify({ seen: rows, forgottenUntil }));
    this.#loaded = { seen: kept, forgottenUntil };
    return 'fresh';
  }

  async #load(): Promise<{ seen: Map<string, { sender: string; until: number }>; forgottenUntil: number }> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return { seen: new Map(), forgottenUntil: 0 };
      throw error;
    }
    // A damaged memory must not let everything in once more.
    const { seen, forgottenUntil } = SeenSchema.parse(JSON.parse(text));
    return { seen: new Map(seen.map(([sender, nonce, until]) => [`${sender} ${nonce}`, { sender, until }])), forgottenUntil };
  }
}
