import { createHash } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import type { Area, Entity, Floor } from '../../contract/home.ts';
import type { EntityTable } from '../entity-table.ts';
import type { Log } from '../log.ts';
import { Complaints } from './complaints.ts';
import type { ComponentTools, Reading } from './component.ts';
import { factoryFor } from './component-factories.ts';
import { Deadlines } from './deadlines.ts';
import { type Announcement, parseDiscoveryTopic, readAnnouncements } from './discovery.ts';
import { type Identity, isJarvis } from './entity-identity.ts';
import { type KnownEntity, readAttributes, readEntity } from './known-entity.ts';
import { AreaBook, PlacesSchema, placesTopic } from './places.ts';
import { UnsupportedTemplate } from './template/run.ts';
import { asItIs, compileTemplate, type Template } from './template.ts';
import { decoderFor, type Listener, Topics } from './topics.ts';

/** Bytes of a payload; more is nothing a device should say. */
const largestPayload = 256 * 1024;
/** Characters of one announced entity, of all of them, and how many there may be: a hostile broker must not fill the memory. */
const largestConfig = 64 * 1024;
const mostConfig = 64 * 1024 * 1024;
const mostEntities = 20_000;

interface Options {
  table: EntityTable;
  log: Log;
  clock: Clock;
  discoveryPrefix: string;
  temperatureUnit?: 'C' | 'F' | undefined;
  subscribe(topic: string, qos: 0 | 1 | 2): void;
  unsubscribe(topic: string): void;
}

/** Everything that discovery has announced, kept up to date by what its topics say. Bad messages are logged once and change nothing. */
export class MqttEntities {
  readonly areas = new AreaBook();
  readonly deadlines: Deadlines;
  readonly topics: Topics;
  /** Grows with every discovery message and every first state: while it grows the picture is not whole. */
  progress = 0;
  readonly #options: Options;
  readonly #complaints: Complaints;
  readonly #known = new Map<string, KnownEntity>();
  /** Entity id → key, and identity → key. */
  readonly #keys = new Map<string, string>();
  readonly #identities = new Map<string, string>();
  /** Topic of a device-based announcement → keys of its components. */
  readonly #devices = new Map<string, string[]>();
  /** Wanted entity id → the number that was given out last. */
  readonly #numbers = new Map<string, number>();
  #configSize = 0;
  #connected = false;

  constructor(options: Options) {
    this.#options = options;
    this.#complaints = new Complaints(options.log);
    this.deadlines = new Deadlines(options.clock);
    this.topics = new Topics({ complaints: this.#complaints, subscribe: options.subscribe, unsubscribe: options.unsubscribe });
  }

  /** What an entity was announced as. */
  known(entityId: string): KnownEntity | undefined {
    return this.#known.get(this.#keys.get(entityId) ?? '');
  }

  places(): { floors: Floor[]; areas: Area[] } {
    const used = new Set(this.#options.table.all().flatMap(({ area }) => (area === undefined ? [] : [area])));
    return { floors: this.areas.floors, areas: this.areas.areas(used) };
  }

  /** Without a broker nothing answers. */
  setConnected(connected: boolean): void {
    this.#connected = connected;
    for (const known of this.#known.values()) this.#setAvailable(known);
  }

  /** One message from the broker, whatever it is. */
  handle(topic: string, bytes: Uint8Array, retained = false): void {
    try {
      if (bytes.length > largestPayload) throw new RangeError(`${bytes.length} bytes are too many`);
      if (topic === placesTopic) this.#declarePlaces(decoderFor('utf-8').decode(bytes));
      const discovery = parseDiscoveryTopic(topic, this.#options.discoveryPrefix);
      if (discovery) {
        this.progress += 1;
        this.#announced(topic, readAnnouncements(topic, discovery, decoderFor('utf-8').decode(bytes)));
      }
      this.topics.hear(topic, bytes, retained);
    } catch (error) {
      this.#complaints.about(topic, error);
    }
  }

  #declarePlaces(payload: string): void {
    if (payload === '') return;
    this.areas.declare(PlacesSchema.parse(JSON.parse(payload)));
    this.progress += 1;
    this.#options.table.structureChanged();
    for (const { entityId, identity } of this.#known.values()) {
      const entity = this.#options.table.get(entityId);
      if (entity) this.#options.table.put({ ...entity, ...this.#placement(entityId, identity) });
    }
  }

  #announced(topic: string, announcements: Announcement[]): void {
    const before = this.#devices.get(topic);
    if (announcements[0]?.config === 'migrating') {
      for (const key of before ?? [topic]) this.#migrate(key);
      return;
    }
    // a device-based message is the whole device: what it no longer names is gone
    const names = new Set(announcements.map(({ key }) => key).filter((key) => key !== topic));
    for (const key of before ?? []) if (!names.has(key)) this.#remove(key);
    if (names.size > 0) this.#devices.set(topic, [...names]);
    else this.#devices.delete(topic);
    for (const announcement of announcements) {
      try {
        if (typeof announcement.config === 'object') this.#add(announcement, announcement.config);
        else this.#remove(announcement.key);
      } catch (error) {
        this.#complaints.about(announcement.key, error);
      }
    }
  }

  #migrate(key: string): void {
    const known = this.#known.get(key);
    if (known) known.migrating = true;
  }

  #remove(key: string): void {
    const known = this.#known.get(key);
    if (!known) return;
    known.release();
    this.#forget(known);
    this.#options.table.remove(known.entityId);
  }

  /** The announcement goes, the entity may stay. */
  #forget(known: KnownEntity): void {
    this.#known.delete(known.key);
    this.#keys.delete(known.entityId);
    if (known.identity.identity !== undefined) this.#identities.delete(known.identity.identity);
    this.#configSize -= known.size;
    this.deadlines.clear(`expire ${known.entityId}`);
    this.deadlines.clear(`off ${known.entityId}`);
  }

  /** Whom this announcement takes the place of: its own earlier form, or the one that migrates to it. @throws Error when the identity is taken */
  #predecessor(key: string, identity: string | undefined): KnownEntity | undefined {
    const holder = identity === undefined ? undefined : this.#known.get(this.#identities.get(identity) ?? '');
    if (holder && holder.key !== key && !holder.migrating) throw new Error('its unique id belongs to another device already');
    const own = this.#known.get(key);
    if (own && holder && own !== holder) this.#remove(key);
    return holder ?? own;
  }

  #add(announcement: Announcement, config: Record<string, unknown>): void {
    const { key, component: domain } = announcement;
    const source = JSON.stringify([domain, config]);
    const fingerprint = createHash('sha1').update(source).digest('base64');
    const same = this.#known.get(key);
    if (same?.fingerprint === fingerprint) {
      same.migrating = false;
      return;
    }
    const factory = factoryFor(domain, config);
    if (!factory || isJarvis(config)) {
      const why = factory ? 'JARVIS itself' : 'nothing that is understood yet';
      this.#options.log.debug(`MQTT discovery: ${JSON.stringify(domain.slice(0, 40))} of ${JSON.stringify(key.slice(0, 200))} is ${why}`);
      // what it was before, it is no longer
      this.#remove(key);
      return;
    }
    if (source.length > largestConfig) throw new RangeError('the announcement is too long');
    if (this.#configSize + source.length - (same?.size ?? 0) > mostConfig) throw new RangeError('the announcements are too long together');
    if (!same && this.#known.size >= mostEntities) throw new RangeError('there are too many entities');
    const tools = this.#tools(key);
    const read = readEntity(announcement, config, factory, tools);
    const before = this.#predecessor(key, read.identity.identity);
    const entityId = before?.entityId ?? this.#freeId(`${domain}.${read.identity.objectId}`);
    const known: KnownEntity = { ...read, entityId, fingerprint, size: source.length };
    const entity = this.#options.table.get(entityId);
    const stale = new Set([...Object.keys(before?.component.attributes ?? {}), 'entity_category']);
    this.#options.table.put({
      id: entityId,
      domain,
      state: entity?.state ?? known.component.state,
      attributes: {
        ...Object.fromEntries(Object.entries(entity?.attributes ?? {}).filter(([name]) => !stale.has(name))),
        ...known.component.attributes,
        ...(known.identity.category !== undefined && { entity_category: known.identity.category }),
      },
      available: entity?.available ?? false,
      lastChanged: entity?.lastChanged ?? this.#options.clock.now(),
      ...this.#placement(entityId, known.identity),
    });
    if (before) this.#forget(before);
    // the new one listens before the old one leaves: topics of both stay subscribed, and what they said last is heard again
    this.#listen(known, tools);
    before?.release();
    this.#known.set(key, known);
    this.#keys.set(entityId, key);
    if (known.identity.identity !== undefined) this.#identities.set(known.identity.identity, key);
    this.#configSize += known.size;
    this.#setAvailable(known);
  }

  #tools(key: string): ComponentTools {
    const { log, clock, temperatureUnit } = this.#options;
    const template = (source: string | undefined): Template => {
      if (source === undefined || source.trim() === '') return asItIs;
      try {
        return compileTemplate(source, () => clock.now());
      } catch (error) {
        if (!(error instanceof UnsupportedTemplate)) throw error;
        log.warn(
          `MQTT discovery: the template ${JSON.stringify(source.slice(0, 200))} of ${JSON.stringify(key.slice(0, 200))} is beyond the safe subset (${error.message}); the raw value is used`,
        );
        return asItIs;
      }
    };
    return { template, now: () => clock.now(), temperatureUnit };
  }

  #placement(
    entityId: string,
    { name, suggestedArea, deviceClass, device, identity, exposed, hidden }: Identity,
  ): Pick<Entity, 'name' | 'aliases' | 'area' | 'device_class' | 'device' | 'identity' | 'exposed' | 'hidden'> {
    return {
      name,
      aliases: this.areas.aliasesOf(entityId),
      ...(suggestedArea !== undefined && { area: this.areas.idOf(suggestedArea) }),
      ...(deviceClass !== undefined && { device_class: deviceClass }),
      ...(device !== undefined && { device }),
      ...(identity !== undefined && { identity }),
      ...(!exposed && { exposed }),
      ...(hidden && { hidden }),
    };
  }

  #freeId(wanted: string): string {
    if (!this.#keys.has(wanted)) return wanted;
    let count = this.#numbers.get(wanted) ?? 1;
    let id: string;
    do {
      count += 1;
      id = `${wanted}_${count}`;
    } while (this.#keys.has(id));
    if (this.#numbers.size < mostEntities) this.#numbers.set(wanted, count);
    return id;
  }

  #listen(known: KnownEntity, tools: ComponentTools): void {
    const { component, availability, settings } = known;
    const stops: (() => void)[] = [];
    const listen = (topic: string, listener: Listener): void => {
      stops.push(this.topics.listen(topic, settings.qos, listener));
    };
    for (const topic of availability.topics)
      listen(topic, (heard) => {
        if (availability.hear(topic, heard.text(settings.encoding))) this.#setAvailable(known);
      });
    for (const { topic, read, momentary = false } of component.subscriptions)
      listen(topic, (heard) => {
        const entity = this.#options.table.get(known.entityId);
        if (!entity || heard.bytes.length === 0 || (momentary && heard.retained)) return;
        const reading = read(heard.text(settings.encoding), entity);
        if (!reading) return;
        this.#apply(entity, reading, settings.forceUpdate || momentary);
        this.#startDeadlines(known, reading);
      });
    if (settings.attributes) {
      const template = tools.template(settings.attributes.template);
      listen(settings.attributes.topic, (heard) => {
        const entity = this.#options.table.get(known.entityId);
        const reading = entity && readAttributes(known, template, heard.text(settings.encoding), entity);
        if (entity && reading) this.#apply(entity, reading, false);
      });
    }
    known.release = () => {
      for (const stop of stops) stop();
    };
  }

  #apply(entity: Entity, reading: Reading, force: boolean): void {
    const state = reading.state ?? entity.state;
    if (entity.state === 'unknown' && state !== 'unknown') this.progress += 1;
    const attributes = reading.attributes ? { ...entity.attributes, ...reading.attributes } : entity.attributes;
    for (const [name, value] of Object.entries(reading.attributes ?? {})) if (value === undefined) delete attributes[name];
    const changed = state !== entity.state || (force && reading.state !== undefined);
    this.#options.table.put({ ...entity, state, attributes, lastChanged: changed ? this.#options.clock.now() : entity.lastChanged });
  }

  #startDeadlines(known: KnownEntity, reading: Reading): void {
    const { entityId, settings, component } = known;
    if (settings.expireAfter > 0) {
      known.expired = false;
      this.#setAvailable(known);
      this.deadlines.set(`expire ${entityId}`, settings.expireAfter * 1000, () => {
        known.expired = true;
        this.#setAvailable(known);
      });
    }
    if (component.offDelay === undefined || reading.state === undefined) return;
    if (reading.state !== 'on') this.deadlines.clear(`off ${entityId}`);
    else
      this.deadlines.set(`off ${entityId}`, component.offDelay * 1000, () => {
        const entity = this.#options.table.get(entityId);
        if (entity) this.#apply(entity, { state: 'off' }, false);
      });
  }

  #setAvailable({ entityId, availability, expired }: KnownEntity): void {
    const entity = this.#options.table.get(entityId);
    const available = this.#connected && availability.available && !expired;
    if (entity && entity.available !== available) this.#options.table.put({ ...entity, available });
  }
}
