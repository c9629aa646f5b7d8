import type { Entity, HomeChange } from '../contract/home.ts';
import type { HomeBridge } from './home-bridge.ts';
import type { HomeOverrides } from './home-overrides.ts';
import { MergedPlaces } from './merged-places.ts';

/** One entity as one bridge has it. */
export interface Owner {
  bridge: HomeBridge;
  /** That bridge's own id for it. */
  entityId: string;
}

/** Remembers since when an entity has been in its state, past restarts of JARVIS and of bridges. */
export interface LastChanges {
  /** @param anotherBridge the state comes from another bridge than before */
  since(entity: Entity, anotherBridge: boolean): number;
}

export interface MergeOptions {
  overrides?: HomeOverrides | undefined;
  lastChanges?: LastChanges | undefined;
}

/** What the merged entity was made of, and what came out: made again only when one of these is another. */
interface Slot {
  readonly id: string;
  readonly domain: string;
  readonly identity: string | undefined;
  /** In the order of the bridges. */
  readonly owners: Owner[];
  /** Gives name and place. */
  first: Entity | undefined;
  /** Gives the state. */
  source: Entity | undefined;
  sourceBridge: HomeBridge | undefined;
  reachable: boolean;
  revision: number;
  merged: Entity | undefined;
  /** What consumers were told last. */
  told: Entity | undefined;
}

/**
 * The entities of several bridges as one list. Entities of one `identity` are one entity; it is called what the first bridge calls it. Of two
 * different ones that claim an id the first bridge's has it; the other gets a free id when its identity proves that it is another device, and
 * else stays out. States are read from the bridges at every call, so that nothing here is older than what a bridge has seen.
 */
export class MergedEntities {
  readonly #options: MergeOptions;
  readonly #tell: (change: HomeChange) => void;
  #bridges: readonly HomeBridge[] = [];
  #places = new MergedPlaces([]);
  #slots = new Map<string, Slot>();
  readonly #byIdentity = new Map<string, Slot>();
  /** By the bridge's own ids; undefined for what stays out. */
  readonly #ofBridge = new Map<HomeBridge, Map<string, Slot | undefined>>();
  /** The structure of each bridge as it is indexed here. */
  readonly #indexed = new Map<HomeBridge, number>();
  /** Something came that changes who is who: everything is indexed again before it is read. */
  #stale = true;
  /** An id was refused or changed: a leaving entity may let another one in. */
  #crowded = false;
  #revision = 0;
  #list: Entity[] = [];

  constructor(options: MergeOptions, tell: (change: HomeChange) => void) {
    this.#options = options;
    this.#tell = tell;
  }

  /** The bridges from now on, first the one that is believed where two know the same thing. */
  use(bridges: readonly HomeBridge[]): void {
    this.#bridges = bridges;
    this.#stale = true;
  }

  get places(): MergedPlaces {
    this.refresh();
    return this.#places;
  }

  get(entityId: string): Entity | undefined {
    const slot = this.#find(entityId);
    return slot && this.#resolve(slot);
  }

  /** Who has the entity, in the order of the bridges; empty when nobody has. */
  ownersOf(entityId: string): readonly Owner[] {
    return this.#find(entityId)?.owners ?? [];
  }

  /** The same array until something changes; not to be changed. */
  all(): Entity[] {
    this.refresh();
    let index = 0;
    let list = this.#list;
    for (const slot of this.#slots.values()) {
      const entity = this.#resolve(slot);
      if (!entity) continue;
      if (list[index] !== entity) {
        if (list === this.#list) list = [...list];
        list[index] = entity;
      }
      index += 1;
    }
    if (index < list.length) list = list.slice(0, index);
    this.#list = list;
    return list;
  }

  /** Indexes again what has changed its names or places; consumers are told the difference. */
  refresh(): void {
    if (!this.#stale && this.#bridges.every((bridge) => this.#indexed.get(bridge) === bridge.structureVersion)) return;
    this.#index();
  }

  /** Indexes again only where an entity came or went that changes who is who. */
  refreshIfStale(): void {
    if (this.#stale) this.#index();
  }

  /** From here on changes are told against what is now. */
  beginTelling(): void {
    this.refresh();
    for (const slot of this.#slots.values()) slot.told = this.#resolve(slot);
  }

  /** A bridge has told of an entity that is new or other than before. */
  noticed(bridge: HomeBridge, { id, identity, domain }: Entity): void {
    const mine = this.#ofBridge.get(bridge);
    const known = mine?.get(id);
    if (!known && identity === undefined && mine?.has(id)) return;
    const shared = identity === undefined ? undefined : this.#byIdentity.get(identity);
    if (known && (known.identity === identity || shared === known)) {
      this.#tellSlot(known);
      return;
    }
    const position = this.#bridges.indexOf(bridge);
    const appends = shared?.owners.every((owner) => this.#bridges.indexOf(owner.bridge) < position) ?? !this.#slots.has(id);
    if (this.#stale || known || !appends || position < 0) this.#stale = true;
    else this.#attach(bridge, { id, identity, domain });
    const slot = this.#stale ? undefined : this.#ofBridge.get(bridge)?.get(id);
    if (slot) this.#tellSlot(slot);
  }

  /** A bridge has lost an entity. */
  lost(bridge: HomeBridge, entityId: string): void {
    const slots = this.#ofBridge.get(bridge);
    const slot = slots?.get(entityId);
    if (!slots || !slot || bridge.entity(entityId)) return;
    if (this.#crowded || slot.owners.length > 1) {
      this.#stale = true;
      return;
    }
    slots.delete(entityId);
    this.#slots.delete(slot.id);
    if (slot.identity !== undefined) this.#byIdentity.delete(slot.identity);
    this.#tell({ type: 'entity-removed', entityId: slot.id });
  }

  /** A bridge came or went away: another one may give the state of what both have. */
  reachabilityChanged(bridge: HomeBridge): void {
    this.refresh();
    for (const slot of this.#ofBridge.get(bridge)?.values() ?? []) if (slot) this.#tellSlot(slot);
  }

  /** The person's own words have changed. */
  wordsChanged(): void {
    this.#revision += 1;
    this.refresh();
    for (const slot of this.#slots.values()) this.#tellSlot(slot);
  }

  #find(entityId: string): Slot | undefined {
    if (this.#stale) this.refresh();
    const found = this.#lookUp(entityId);
    if (found?.owners.some((owner) => owner.bridge.entity(owner.entityId))) return found;
    // not here, or gone: only what the bridges say now decides
    this.refresh();
    return this.#lookUp(entityId);
  }

  #lookUp(entityId: string): Slot | undefined {
    const own = this.#slots.get(entityId);
    if (own) return own;
    for (const bridge of this.#bridges) {
      const slot = this.#ofBridge.get(bridge)?.get(entityId);
      if (slot) return slot;
    }
    return undefined;
  }

  #index(): void {
    const before = this.#slots;
    this.#slots = new Map();
    this.#byIdentity.clear();
    this.#ofBridge.clear();
    this.#indexed.clear();
    this.#crowded = false;
    const parts = this.#bridges.map((bridge) => ({ bridge, version: bridge.structureVersion, ...bridge.snapshot() }));
    this.#places = new MergedPlaces(parts);
    this.#revision += 1;
    for (const { bridge, version, entities } of parts) {
      for (const entity of entities) this.#attach(bridge, entity);
      this.#indexed.set(bridge, version);
    }
    this.#stale = false;
    for (const [id, { merged, told, sourceBridge }] of before) {
      const slot = this.#slots.get(id);
      if (slot) Object.assign(slot, { merged, told, sourceBridge });
      else this.#tell({ type: 'entity-removed', entityId: id });
    }
    for (const slot of this.#slots.values()) this.#tellSlot(slot);
  }

  #attach(bridge: HomeBridge, { id, identity, domain }: Pick<Entity, 'id' | 'identity' | 'domain'>): void {
    const mine = this.#ofBridge.get(bridge) ?? new Map<string, Slot | undefined>();
    this.#ofBridge.set(bridge, mine);
    const shared = identity === undefined ? undefined : this.#byIdentity.get(identity);
    if (shared && shared.domain === domain && !shared.owners.some((owner) => owner.bridge === bridge)) {
      shared.owners.push({ bridge, entityId: id });
      mine.set(id, shared);
      return;
    }
    const taken = this.#slots.has(id);
    this.#crowded ||= taken || shared !== undefined;
    if (taken && identity === undefined) {
      mine.set(id, undefined);
      return;
    }
    const slot: Slot = {
      id: taken ? this.#freeId(id) : id,
      domain,
      identity,
      owners: [{ bridge, entityId: id }],
      first: undefined,
      source: undefined,
      sourceBridge: undefined,
      reachable: false,
      revision: -1,
      merged: undefined,
      told: undefined,
    };
    this.#slots.set(slot.id, slot);
    mine.set(id, slot);
    if (identity !== undefined && !shared) this.#byIdentity.set(identity, slot);
  }

  #freeId(wanted: string): string {
    let id = wanted;
    for (let count = 2; this.#slots.has(id); count += 1) id = `${wanted}_${count}`;
    return id;
  }

  #tellSlot(slot: Slot): void {
    const entity = this.#resolve(slot);
    if (!entity || entity === slot.told) return;
    const type = slot.told ? 'entity-changed' : 'entity-added';
    slot.told = entity;
    this.#tell({ type, entity });
  }

  #resolve(slot: Slot): Entity | undefined {
    let first: Entity | undefined;
    let named: HomeBridge | undefined;
    let source: Entity | undefined;
    let sourceBridge: HomeBridge | undefined;
    let reachable = false;
    for (const { bridge, entityId } of slot.owners) {
      const entity = bridge.entity(entityId);
      if (!entity) continue;
      first ??= entity;
      named ??= bridge;
      source ??= entity;
      sourceBridge ??= bridge;
      if (bridge.status.state !== 'connected') continue;
      // a bridge that is connected knows better than one that is away, even that the device does not answer
      if (!reachable || entity.available) {
        source = entity;
        sourceBridge = bridge;
      }
      reachable = true;
      if (entity.available) break;
    }
    if (!first || !named || !source) return undefined;
    if (slot.first === first && slot.source === source && slot.reachable === reachable && slot.revision === this.#revision)
      return slot.merged;
    const seen = this.#compose(slot.id, named, first, source, reachable);
    const anotherBridge = slot.sourceBridge !== undefined && slot.sourceBridge !== sourceBridge;
    const since = this.#options.lastChanges?.since(seen, anotherBridge) ?? seen.lastChanged;
    const merged = since === seen.lastChanged ? seen : { ...seen, lastChanged: since };
    const same = slot.merged && sameEntity(slot.merged, merged);
    Object.assign(slot, { first, source, sourceBridge, reachable, revision: this.#revision, ...(!same && { merged }) });
    return slot.merged;
  }

  #compose(id: string, bridge: HomeBridge, first: Entity, source: Entity, reachable: boolean): Entity {
    const area = first.area === undefined ? undefined : this.#places.areaIdOf(bridge, first.area);
    const words = this.#options.overrides?.of({ id, ...(first.identity !== undefined && { identity: first.identity }) });
    const available = reachable && source.available;
    const merged: Entity = {
      ...first,
      id,
      ...(area !== undefined && { area }),
      ...(words?.name !== undefined && { name: words.name }),
      ...(words?.aliases && { aliases: [...new Set([...first.aliases, ...words.aliases])] }),
      ...(words?.hidden !== undefined && { hidden: words.hidden }),
      state: source.state,
      attributes: source.attributes,
      available,
      lastChanged: source.lastChanged,
    };
    // most entities are just as their bridge has them: one object is enough for both
    return sameEntity(first, merged) ? first : merged;
  }
}

function sameEntity(one: Entity, other: Entity): boolean {
  if (one === other) return true;
  return (
    one.id === other.id &&
    one.state === other.state &&
    one.attributes === other.attributes &&
    one.available === other.available &&
    one.lastChanged === other.lastChanged &&
    one.name === other.name &&
    one.area === other.area &&
    one.domain === other.domain &&
    one.device_class === other.device_class &&
    one.exposed === other.exposed &&
    one.hidden === other.hidden &&
    one.device === other.device &&
    one.identity === other.identity &&
    sameWords(one.aliases, other.aliases) &&
    sameWords(one.labels, other.labels)
  );
}

const sameWords = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  one === other || (one.length === other.length && one.every((word, index) => word === other[index]));
