import { z } from 'zod';
import type { Entity } from '../contract/home.ts';

/** The person's own words for one entity; what is absent stays as the bridge has it. */
const OverrideSchema = z.object({
  /** The entity's `identity`, else its id. */
  key: z.string().min(1).max(600),
  name: z.string().trim().min(1).max(100).optional(),
  /** Beside those of the bridge. */
  aliases: z.array(z.string().trim().min(1).max(100)).max(20).optional(),
  hidden: z.boolean().optional(),
});
type Override = z.infer<typeof OverrideSchema>;

/** A list, not a map: a key may be any text, `__proto__` too. */
const OverridesFileSchema = z.object({ version: z.literal(1), entities: z.array(OverrideSchema).max(100_000) });

export interface OverrideChange {
  /** null takes the name of the bridge again. */
  name?: string | null | undefined;
  aliases?: readonly string[] | undefined;
  /** null takes what the bridge says. */
  hidden?: boolean | null | undefined;
}

export interface OverrideStore {
  /** Parsed JSON; undefined when nothing was saved yet. */
  load(): Promise<unknown>;
  /** Replaces the whole; atomic. */
  save(overrides: unknown): Promise<void>;
}

type Named = Pick<Entity, 'id' | 'identity'>;

/** What the person has renamed, given other names or hidden, without touching the devices. Laid over the home by `MergedHome`. */
export class HomeOverrides {
  readonly #store: OverrideStore;
  readonly #entities = new Map<string, Override>();
  readonly #listeners = new Set<() => void>();
  #saving: Promise<void> = Promise.resolve();
  #version = 0;

  constructor(store: OverrideStore) {
    this.#store = store;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Call before the home is read. Throws when the file does not hold what was saved: a person's names must not vanish in silence. */
  async load(): Promise<void> {
    const saved = await this.#store.load();
    if (saved === undefined) return;
    const { entities } = OverridesFileSchema.parse(saved);
    for (const override of entities) this.#entities.set(override.key, override);
    this.#changed();
  }

  of({ id, identity }: Named): Override | undefined {
    if (this.#entities.size === 0) return undefined;
    return (identity === undefined ? undefined : this.#entities.get(identity)) ?? this.#entities.get(id);
  }

  /** Resolves when it is saved; only then it holds. Rejects with what the store says, or a ZodError. */
  set(entity: Named, change: OverrideChange): Promise<void> {
    const saved = this.#saving.then(() => this.#set(entity, change));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  /** Calls `listener` after every change, until disposed. */
  listen(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async #set(entity: Named, change: OverrideChange): Promise<void> {
    const key = entity.identity ?? entity.id;
    const before = this.of(entity);
    const name = change.name === undefined ? before?.name : (change.name ?? undefined);
    const aliases = change.aliases === undefined ? before?.aliases : [...new Set(change.aliases)];
    const hidden = change.hidden === undefined ? before?.hidden : (change.hidden ?? undefined);
    const next = OverrideSchema.parse({
      key,
      ...(name !== undefined && { name }),
      ...(aliases !== undefined && aliases.length > 0 && { aliases }),
      ...(hidden !== undefined && { hidden }),
    });
    const entities = new Map(this.#entities);
    // what was set while its identity was not known yet moves over
    entities.delete(entity.id);
    if (Object.keys(next).length > 1) entities.set(key, next);
    else entities.delete(key);
    await this.#store.save({ version: 1, entities: [...entities.values()] });
    this.#entities.clear();
    for (const [each, override] of entities) this.#entities.set(each, override);
    this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
