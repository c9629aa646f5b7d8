import { z } from 'zod';
import { type Area, AreaSchema, type Floor, FloorSchema } from '../../contract/home.ts';
import { slug } from './entity-identity.ts';

/**
 * What MQTT discovery cannot say: floors, areas, other names. Retained on `jarvis/areas` as JSON, or given by the settings.
 * `aliases` are further names by entity id.
 */
export const PlacesSchema = z.object({
  floors: z.array(FloorSchema).max(200).default([]),
  areas: z.array(AreaSchema).max(2000).default([]),
  aliases: z.record(z.string(), z.array(z.string().min(1).max(120)).max(50)).default({}),
});
export type Places = z.infer<typeof PlacesSchema>;

export const placesTopic = 'jarvis/areas';

const plain = (name: string): string => name.trim().toLowerCase();

/** Declared areas, and those that devices suggest by name. */
export class AreaBook {
  #places: Places = { floors: [], areas: [], aliases: {} };
  readonly #suggested = new Map<string, string>();
  /** Ids and names as people write them → id. */
  #ids = new Map<string, string>();

  declare(places: Places): void {
    this.#places = places;
    this.#ids = new Map();
    for (const { id, name, aliases } of places.areas)
      for (const word of [plain(name), ...aliases.map(plain)]) if (!this.#ids.has(word)) this.#ids.set(word, id);
    for (const { id } of places.areas) this.#ids.set(id, id);
  }

  get floors(): Floor[] {
    return this.#places.floors;
  }

  /** @param used area ids that an entity stands in */
  areas(used: ReadonlySet<string>): Area[] {
    const declared = new Set(this.#places.areas.map(({ id }) => id));
    const suggested = [...this.#suggested].filter(([id]) => used.has(id) && !declared.has(id));
    return [...this.#places.areas, ...suggested.map(([id, name]) => ({ id, name, aliases: [] }))];
  }

  /** The id of the area that a device means. */
  idOf(suggested: string): string {
    const wanted = plain(suggested);
    const known = this.#ids.get(suggested) ?? this.#ids.get(wanted);
    if (known !== undefined) return known;
    const id = slug(suggested) || wanted;
    if (!this.#suggested.has(id)) this.#suggested.set(id, suggested);
    return id;
  }

  aliasesOf(entityId: string): string[] {
    return Object.hasOwn(this.#places.aliases, entityId) ? (this.#places.aliases[entityId] ?? []) : [];
  }
}
