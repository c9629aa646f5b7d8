import type { HomeSnapshot } from '../../contract/home.ts';

/** Area id of a room given by id, name or alias, in any case; undefined when the home has none such. */
export function areaIdOf({ areas }: Pick<HomeSnapshot, 'areas'>, room: string): string | undefined {
  const wanted = room.trim().toLowerCase();
  return areas.find((area) => [area.id, area.name, ...area.aliases].some((name) => name.toLowerCase() === wanted))?.id;
}
