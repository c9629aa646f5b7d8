import type { Entity, HomeChange } from '../contract/home.ts';
import { ChangeQueue } from './change-queue.ts';

export type EntityListener = (entity: Entity) => void;

const sameWords = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  one.length === other.length && one.every((word, index) => word === other[index]);

const sameStructure = (one: Entity, other: Entity): boolean =>
  one.name === other.name &&
  one.area === other.area &&
  one.device_class === other.device_class &&
  one.device === other.device &&
  one.identity === other.identity &&
  one.exposed === other.exposed &&
  one.hidden === other.hidden &&
  sameWords(one.aliases, other.aliases) &&
  sameWords(one.labels, other.labels);

/** The entities of one bridge, who listens to them, and how often names or places have changed. Entities are never mutated. */
export class EntityTable {
  readonly #entities = new Map<string, Entity>();
  readonly #queues = new Set<ChangeQueue>();
  readonly #watchers = new Map<string, Set<EntityListener>>();
  #structureVersion = 0;
  #version = 0;

  /** Grows with everything that is told, states included. */
  get version(): number {
    return this.#version;
  }

  get structureVersion(): number {
    return this.#structureVersion;
  }

  get(entityId: string): Entity | undefined {
    return this.#entities.get(entityId);
  }

  all(): Entity[] {
    return [...this.#entities.values()];
  }

  /** Adds or replaces; tells everybody. */
  put(entity: Entity): void {
    const before = this.#entities.get(entity.id);
    this.#entities.set(entity.id, entity);
    this.#tell({ type: before ? 'entity-changed' : 'entity-added', entity });
    if (!before || !sameStructure(before, entity)) this.structureChanged();
    for (const listener of this.#watchers.get(entity.id) ?? []) listener(entity);
  }

  remove(entityId: string): void {
    if (!this.#entities.delete(entityId)) return;
    this.#tell({ type: 'entity-removed', entityId });
    this.structureChanged();
  }

  structureChanged(): void {
    this.#structureVersion += 1;
    this.statusChanged();
  }

  /** Told as `structure-changed`, but vocabularies stay valid: the version does not grow. */
  statusChanged(): void {
    this.#tell({ type: 'structure-changed' });
  }

  changes(signal: AbortSignal): AsyncIterable<HomeChange> {
    const queue: ChangeQueue = new ChangeQueue(signal, () => this.#queues.delete(queue));
    this.#queues.add(queue);
    return queue;
  }

  /** Calls `listener` at every message of that entity, in the same tick, until disposed. */
  watch(entityId: string, listener: EntityListener): Disposable {
    const listeners = this.#watchers.get(entityId) ?? new Set();
    this.#watchers.set(entityId, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#watchers.delete(entityId);
      },
    };
  }

  #tell(change: HomeChange): void {
    this.#version += 1;
    for (const queue of this.#queues) queue.push(change);
  }
}
