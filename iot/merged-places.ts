import type { Area, Floor } from '../contract/home.ts';
import type { HomeBridge } from './home-bridge.ts';

const plain = (name: string): string => name.normalize('NFKC').trim().toLowerCase().replace(/\s+/gu, ' ');

const union = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])];

interface Place {
  id: string;
  name: string;
  aliases: string[];
}

/** Finds the place that another bridge means: the one of its id, else the one of its name. */
class PlaceBook<Item extends Place> {
  readonly items = new Map<string, Item>();
  readonly #ids = new Map<string, string>();

  add(item: Item, blend: (known: Item, more: Item) => Item): string {
    const id = this.items.has(item.id) ? item.id : (this.#ids.get(plain(item.name)) ?? item.id);
    const known = this.items.get(id);
    this.items.set(id, known ? blend(known, item) : item);
    const name = plain(item.name);
    if (!this.#ids.has(name)) this.#ids.set(name, id);
    return id;
  }
}

export interface PlacesOfBridge {
  bridge: HomeBridge;
  floors: readonly Floor[];
  areas: readonly Area[];
}

/** Floors and areas of several bridges as one. Names are those of the first bridge; what it leaves open the next one fills in. */
export class MergedPlaces {
  readonly floors: Floor[];
  readonly areas: Area[];
  readonly #floors = new PlaceBook<Floor>();
  readonly #areas = new PlaceBook<Area>();
  /** Only ids that are called otherwise in the merged home. */
  readonly #areaIds = new Map<HomeBridge, Map<string, string>>();

  constructor(parts: readonly PlacesOfBridge[]) {
    for (const { bridge, floors, areas } of parts) {
      const floorIds = new Map<string, string>();
      for (const floor of floors) floorIds.set(floor.id, this.#floors.add(floor, blendFloors));
      const areaIds = new Map<string, string>();
      for (const area of areas) {
        const floor = area.floor === undefined ? undefined : (floorIds.get(area.floor) ?? area.floor);
        const id = this.#areas.add(floor === area.floor || floor === undefined ? area : { ...area, floor }, blendAreas);
        if (id !== area.id) areaIds.set(area.id, id);
      }
      this.#areaIds.set(bridge, areaIds);
    }
    this.floors = [...this.#floors.items.values()];
    this.areas = [...this.#areas.items.values()];
  }

  area(areaId: string): Area | undefined {
    return this.#areas.items.get(areaId);
  }

  floor(floorId: string): Floor | undefined {
    return this.#floors.items.get(floorId);
  }

  /** The merged home's id of a bridge's area. */
  areaIdOf(bridge: HomeBridge, areaId: string): string {
    return this.#areaIds.get(bridge)?.get(areaId) ?? areaId;
  }
}

const blendFloors = (known: Floor, more: Floor): Floor => {
  const level = known.level ?? more.level;
  return { ...known, aliases: union(known.aliases, more.aliases), ...(level !== undefined && { level }) };
};

const blendAreas = (known: Area, more: Area): Area => {
  const floor = known.floor ?? more.floor;
  const labels = known.labels ?? more.labels;
  return { ...known, aliases: union(known.aliases, more.aliases), ...(floor !== undefined && { floor }), ...(labels && { labels }) };
};
