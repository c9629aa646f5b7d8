import type { Area, Floor } from '../../contract/home.ts';
import type { EntityTable } from '../entity-table.ts';
import type { Log } from '../log.ts';
import { isJarvisIdentity } from '../mqtt/entity-identity.ts';
import { applyChange, EntitiesEventSchema, type RawState, readAdded } from './compressed-state.ts';
import { isEntityId, type Projection, projectEntity, sameWords } from './project-entity.ts';

const newer = (one: RawState, other: RawState): RawState => (other.lastUpdated >= one.lastUpdated ? other : one);

/**
 * What Home Assistant says, kept exactly, and put into the table as JARVIS sees it. Until `settle` is called nothing is taken out:
 * while Home Assistant starts, most entities are only late.
 */
export class HomePicture {
  readonly #table: EntityTable;
  readonly #log: Log;
  readonly #states = new Map<string, RawState>();
  readonly #unreadable = new Set<string>();
  #projection: Projection | undefined;
  /** Entities of an earlier session that this one has not told yet. */
  #late = new Set<string>();
  #settled = false;
  #places: { floors: Floor[]; areas: Area[] } = { floors: [], areas: [] };

  constructor(table: EntityTable, log: Log) {
    this.#table = table;
    this.#log = log;
  }

  places(): { floors: Floor[]; areas: Area[] } {
    return this.#places;
  }

  raw(entityId: string): RawState | undefined {
    return this.#states.get(entityId);
  }

  /** A new session: states come anew, what is known stays until they have. */
  begin(): void {
    this.#late = new Set(this.#table.all().map(({ id }) => id));
    this.#states.clear();
    this.#projection = undefined;
    this.#settled = false;
  }

  /** From here on states show in the table. Called again when names, places or units have changed. */
  show(projection: Projection): void {
    const first = this.#projection === undefined;
    this.#projection = projection;
    this.#showPlaces(projection);
    for (const [entityId, raw] of this.#states) this.#show(entityId, raw, first);
  }

  /** The picture is whole: what has not been told by now is gone. */
  settle(): void {
    this.#settled = true;
    for (const entityId of this.#late) this.#table.remove(entityId);
    this.#late.clear();
  }

  /** Nobody is there to ask: everything keeps its last state and does not answer. */
  lose(): void {
    for (const entity of this.#table.all()) if (entity.available) this.#table.put({ ...entity, available: false });
  }

  /** The first message of a subscription is everything there is. @returns as `apply` */
  replaceWith(event: unknown): boolean {
    const parsed = EntitiesEventSchema.safeParse(event);
    if (!parsed.success) return false;
    const { a: present = {} } = parsed.data;
    for (const entityId of [...this.#states.keys()]) if (!Object.hasOwn(present, entityId)) this.#remove(entityId);
    for (const entityId of Object.keys(present)) this.#add(entityId, present[entityId]);
    return true;
  }

  /** States that were asked for; they may come after newer ones that were told. */
  reread(event: unknown): void {
    for (const [entityId, value] of Object.entries(EntitiesEventSchema.safeParse(event).data?.a ?? {})) {
      const before = this.#states.get(entityId);
      if (before) this.#set(entityId, () => newer(before, readAdded(value)));
    }
  }

  /** @returns false for a message, or a part of one, that could not be understood */
  apply(event: unknown): boolean {
    const parsed = EntitiesEventSchema.safeParse(event);
    if (!parsed.success) return false;
    const { a: added = {}, c: changed = {}, r: removed = [] } = parsed.data;
    let understood = true;
    for (const entityId of Object.keys(added)) this.#add(entityId, added[entityId]);
    for (const entityId of Object.keys(changed)) {
      const before = this.#states.get(entityId);
      if (before) this.#set(entityId, () => applyChange(before, changed[entityId]));
      // a change of what was never added: something was lost on the way, unless it was left out as unreadable
      else if (!this.#unreadable.has(entityId)) understood = false;
    }
    for (const entityId of removed) this.#remove(entityId);
    return understood;
  }

  #add(entityId: string, value: unknown): void {
    if (isEntityId(entityId)) this.#set(entityId, () => readAdded(value));
    else this.#leaveOut(entityId, 'its id is none');
  }

  /** One entity that cannot be read is left out; the others live. */
  #set(entityId: string, read: () => RawState): void {
    let raw: RawState;
    try {
      raw = read();
    } catch {
      this.#leaveOut(entityId, 'its state cannot be read');
      return;
    }
    this.#states.set(entityId, raw);
    if (this.#projection) this.#show(entityId, raw, true);
  }

  #leaveOut(entityId: string, why: string): void {
    if (!this.#unreadable.has(entityId)) this.#log.warn(`Home Assistant: ${JSON.stringify(entityId).slice(0, 80)} is left out: ${why}`);
    this.#unreadable.add(entityId);
  }

  #remove(entityId: string): void {
    this.#states.delete(entityId);
    const entity = this.#table.get(entityId);
    if (!entity) return;
    if (this.#settled) this.#table.remove(entityId);
    else {
      this.#late.add(entityId);
      if (entity.available) this.#table.put({ ...entity, available: false });
    }
  }

  /** @param told the entity itself has spoken; otherwise it is put only where names or places differ */
  #show(entityId: string, raw: RawState, told: boolean): void {
    if (!this.#projection) return;
    const before = this.#table.get(entityId);
    const entity = projectEntity(entityId, raw, before, this.#projection);
    // what JARVIS announces of itself is no part of the home that it operates
    if (isJarvisIdentity(entity.identity)) return;
    this.#late.delete(entityId);
    if (before && !told && sameWords(before, entity)) return;
    this.#table.put(entity);
  }

  #showPlaces({ registries }: Projection): void {
    const floors = [...registries.floors.values()].map(
      (row): Floor => ({ id: row.floor_id, name: row.name, aliases: row.aliases, ...(row.level != null && { level: row.level }) }),
    );
    const areas = [...registries.areas.values()].map((row): Area => {
      const labels = row.labels.map((label) => registries.labels.get(label) ?? label);
      return {
        id: row.area_id,
        name: row.name,
        aliases: row.aliases,
        ...(row.floor_id !== undefined && registries.floors.has(row.floor_id) && { floor: row.floor_id }),
        ...(labels.length > 0 && { labels }),
      };
    });
    const same = JSON.stringify(this.#places) === JSON.stringify({ floors, areas });
    this.#places = { floors, areas };
    if (!same) this.#table.structureChanged();
  }
}
