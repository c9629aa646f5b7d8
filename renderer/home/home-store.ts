import { type ShallowRef, shallowReactive, shallowRef, toRaw } from 'vue';
import type { Area, Entity, Floor } from '../../contract/home.ts';
import { STANDING, standingOf } from './device-standing.ts';

export interface Tally {
  /** Those that are not hidden. */
  devices: number;
  on: number;
  open: number;
  away: number;
  low: number;
  hidden: number;
  /** Lights that are on. */
  light: number;
}

export interface HomeContents {
  floors: Floor[];
  areas: Area[];
  entities: Entity[];
}

const kinds = ['on', 'open', 'away', 'low', 'hidden', 'light'] as const;
const nothing: Tally = { devices: 0, on: 0, open: 0, away: 0, low: 0, hidden: 0, light: 0 };

/**
 * The home as the page shows it. Who reads one entity is told of that entity alone, so that a change costs the same in a home of ten as in one of
 * ten thousand; changes of one frame are shown together.
 */
export class HomeStore {
  readonly floors: ShallowRef<Floor[]> = shallowRef([]);
  readonly areas: ShallowRef<Area[]> = shallowRef([]);
  /** Grows with what names, groups and order hang on; states do not. */
  readonly structure = shallowRef(0);
  /** Grows at most once a frame with any change. */
  readonly changes = shallowRef(0);
  readonly total = shallowRef<Tally>(nothing);
  readonly #entities = shallowReactive(new Map<string, Entity>());
  /** By area id; the empty one holds what has no place. */
  readonly #tallies = shallowReactive(new Map<string, Tally>());
  readonly #pending = new Map<string, Entity>();
  #known = new Set<string>();
  readonly #schedule: (show: () => void) => void;
  #scheduled = false;

  /** @param schedule calls back once, before the next frame is drawn */
  constructor(schedule: (show: () => void) => void) {
    this.#schedule = schedule;
  }

  /** Follows the entity where it is read. */
  entity(entityId: string): Entity | undefined {
    return this.#entities.get(entityId);
  }

  /** Follows names and places, or every change. */
  all(following: 'structure' | 'changes'): IterableIterator<Entity> {
    void this[following].value;
    return toRaw(this.#entities).values();
  }

  peek(entityId: string): Entity | undefined {
    return this.#pending.get(entityId) ?? toRaw(this.#entities).get(entityId);
  }

  get size(): number {
    return this.#entities.size;
  }

  tally(areaId: string): Tally {
    return this.#tallies.get(areaId) ?? nothing;
  }

  replace({ floors, areas, entities }: HomeContents): void {
    this.#pending.clear();
    this.floors.value = floors;
    this.areas.value = areas;
    this.#known = new Set(areas.map((area) => area.id));
    const gone = new Set(toRaw(this.#entities).keys());
    const tallies = new Map<string, Tally>();
    let total = nothing;
    for (const entity of entities) {
      gone.delete(entity.id);
      this.#entities.set(entity.id, entity);
      const standing = standingOf(entity);
      const area = this.#placeOf(entity);
      tallies.set(area, counted(tallies.get(area) ?? nothing, standing, 1));
      total = counted(total, standing, 1);
    }
    for (const id of gone) this.#entities.delete(id);
    for (const area of [...toRaw(this.#tallies).keys()]) if (!tallies.has(area)) this.#tallies.delete(area);
    for (const [area, tally] of tallies) this.#tallies.set(area, tally);
    this.total.value = total;
    this.structure.value += 1;
    this.changes.value += 1;
  }

  /** Shown with the next frame; of several changes of one entity only the last. */
  change(entity: Entity): void {
    this.#pending.set(entity.id, entity);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.show());
  }

  /** Shows at once what waits for the next frame. */
  show(): void {
    this.#scheduled = false;
    if (this.#pending.size === 0) return;
    let restructured = false;
    for (const entity of this.#pending.values()) {
      const before = toRaw(this.#entities).get(entity.id);
      this.#entities.set(entity.id, entity);
      this.#count(before, entity);
      restructured ||= before === undefined || !sameStanding(before, entity);
    }
    this.#pending.clear();
    if (restructured) this.structure.value += 1;
    this.changes.value += 1;
  }

  /** An area that the home does not have is no place. */
  #placeOf({ area }: Entity): string {
    return area !== undefined && this.#known.has(area) ? area : '';
  }

  #count(before: Entity | undefined, after: Entity): void {
    const now = standingOf(after);
    const area = this.#placeOf(after);
    if (before) {
      const then = standingOf(before);
      const left = this.#placeOf(before);
      if (then === now && left === area) return;
      this.#tallies.set(left, counted(this.tally(left), then, -1));
      this.total.value = counted(this.total.value, then, -1);
    }
    this.#tallies.set(area, counted(this.tally(area), now, 1));
    this.total.value = counted(this.total.value, now, 1);
  }
}

function counted(tally: Tally, standing: number, by: 1 | -1): Tally {
  const next = { ...tally };
  if ((standing & STANDING.hidden) === 0) next.devices += by;
  for (const kind of kinds) if ((standing & STANDING[kind]) !== 0) next[kind] += by;
  return next;
}

/** Whether the entity is still called the same and stands at the same place. */
function sameStanding(one: Entity, other: Entity): boolean {
  return (
    one.name === other.name &&
    one.area === other.area &&
    one.hidden === other.hidden &&
    one.device === other.device &&
    one.device_class === other.device_class &&
    sameWords(one.aliases, other.aliases) &&
    sameWords(one.labels, other.labels)
  );
}

const sameWords = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  one.length === other.length && one.every((word, index) => word === other[index]);
