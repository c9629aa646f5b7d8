import type { HomeSnapshot } from '../../contract/home.ts';
import { NameIndex } from '../../iot/name-index.ts';

export interface FoundEntity {
  entityId: string;
  name: string;
  area?: string;
  floor?: string;
  domain: string;
  state: string;
}

/** More is not read by anybody. */
const MOST = 50;

/** The entities that fit the words best, hidden ones too. */
export function findIn(snapshot: HomeSnapshot, words: string): FoundEntity[] {
  const areas = new Map(snapshot.areas.map((area) => [area.id, area]));
  const floors = new Map(snapshot.floors.map((floor) => [floor.id, floor]));
  return new NameIndex({ structureVersion: 0, snapshot: () => snapshot }).find(words, { limit: MOST, hidden: true }).map(({ entity }) => {
    const { id, name, domain, state } = entity;
    const area = entity.area === undefined ? undefined : areas.get(entity.area);
    const floor = area?.floor === undefined ? undefined : floors.get(area.floor);
    return { entityId: id, name, ...(area && { area: area.name }), ...(floor && { floor: floor.name }), domain, state };
  });
}
