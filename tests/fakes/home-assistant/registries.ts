import type { EventBus } from './event-bus.ts';

export interface EntityEntry {
  entity_id: string;
  unique_id: string;
  platform: string;
  device_id: string | null;
  area_id: string | null;
  /** The person's own name; null: the integration's. */
  name: string | null;
  original_name: string | null;
  has_entity_name: boolean;
  entity_category: 'config' | 'diagnostic' | null;
  hidden_by: 'user' | 'integration' | null;
  disabled_by: 'user' | 'integration' | null;
  icon: string | null;
  labels: string[];
  /** Null stands for the entity's own name, in versions that have it so. */
  aliases: (string | null)[];
  device_class: string | null;
  original_device_class: string | null;
  translation_key: string | null;
  /** By integration or assistant: `{conversation: {should_expose: true}}`. */
  options: Record<string, Record<string, unknown>>;
}

export interface AreaEntry {
  area_id: string;
  name: string;
  aliases: string[];
  floor_id: string | null;
  labels: string[];
  icon: string | null;
}

export interface FloorEntry {
  floor_id: string;
  name: string;
  aliases: string[];
  level: number | null;
  icon: string | null;
}

export interface LabelEntry {
  label_id: string;
  name: string;
  color: string | null;
  icon: string | null;
  description: string | null;
}

export interface DeviceEntry {
  id: string;
  name: string;
  name_by_user: string | null;
  area_id: string | null;
  labels: string[];
  manufacturer: string | null;
  model: string | null;
  identifiers: [string, string][];
  connections: [string, string][];
}

/** One registry: what is in it, and the event fired at each change, shaped as Home Assistant's own. */
export class Registry<Entry extends object> {
  readonly #entries = new Map<string, Entry>();
  readonly #bus: EventBus;
  readonly #event: string;
  readonly #idKey: keyof Entry & string;
  readonly #tellsChanges: boolean;

  constructor(bus: EventBus, kind: 'entity' | 'area' | 'floor' | 'label' | 'device', idKey: keyof Entry & string) {
    this.#bus = bus;
    this.#event = `${kind}_registry_updated`;
    this.#idKey = idKey;
    this.#tellsChanges = kind === 'entity' || kind === 'device';
  }

  list(): Entry[] {
    return [...this.#entries.values()];
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  create(entry: Entry): Entry {
    const id = this.#idOf(entry);
    this.#entries.set(id, entry);
    this.#fire({ action: 'create', [this.#eventKey()]: id });
    return entry;
  }

  /** Changing the id itself renames: the event then carries the old id too. */
  update(id: string, changes: Partial<Entry>): Entry {
    const old = this.#entries.get(id);
    if (!old) throw new Error(`${this.#event}: there is no ${id}`);
    const next: Entry = { ...old, ...changes };
    const newId = this.#idOf(next);
    const before = Object.fromEntries(
      Object.entries(old).filter(([key, value]) => Object.entries(next).some(([name, now]) => name === key && now !== value)),
    );
    if (newId === id) this.#entries.set(id, next);
    else this.#replaceKey(id, newId, next);
    this.#fire({
      action: 'update',
      [this.#eventKey()]: newId,
      ...(this.#tellsChanges ? { changes: before } : {}),
      ...(newId === id ? {} : { [`old_${this.#eventKey()}`]: id }),
    });
    return next;
  }

  remove(id: string): void {
    if (this.#entries.delete(id)) this.#fire({ action: 'remove', [this.#eventKey()]: id });
  }

  #replaceKey(id: string, newId: string, next: Entry): void {
    this.#entries.delete(id);
    this.#entries.set(newId, next);
  }

  #idOf(entry: Entry): string {
    return String(entry[this.#idKey]);
  }

  #eventKey(): string {
    return this.#idKey === 'id' ? 'device_id' : this.#idKey;
  }

  #fire(data: Record<string, unknown>): void {
    this.#bus.fire(this.#event, data);
  }
}

export interface Registries {
  entities: Registry<EntityEntry>;
  areas: Registry<AreaEntry>;
  floors: Registry<FloorEntry>;
  labels: Registry<LabelEntry>;
  devices: Registry<DeviceEntry>;
}

export function createRegistries(bus: EventBus): Registries {
  return {
    entities: new Registry<EntityEntry>(bus, 'entity', 'entity_id'),
    areas: new Registry<AreaEntry>(bus, 'area', 'area_id'),
    floors: new Registry<FloorEntry>(bus, 'floor', 'floor_id'),
    labels: new Registry<LabelEntry>(bus, 'label', 'label_id'),
    devices: new Registry<DeviceEntry>(bus, 'device', 'id'),
  };
}
