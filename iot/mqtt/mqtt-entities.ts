import { ZodError } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { Area, Entity, Floor } from '../../contract/home.ts';
import type { EntityTable } from '../entity-table.ts';
import type { Log } from '../log.ts';
import { isRecord } from './abbreviations.ts';
import { type Availability, readAvailability } from './availability.ts';
import { type Component, type ComponentTools, optional, type Reading, renderPayload, templateField, topicField } from './component.ts';
import { factoryFor } from './component-factories.ts';
import { type Announcement, parseDiscoveryTopic, readAnnouncements } from './discovery.ts';
import { type Identity, readIdentity } from './entity-identity.ts';
import { AreaBook, PlacesSchema, placesTopic } from './places.ts';
import { compileTemplate, type Template } from './template.ts';
import { UnsupportedTemplate } from './template-parser.ts';

/** Bytes of a payload; more is nothing a device should say. */
const largestPayload = 256 * 1024;
/** Characters of a payload that is kept for entities that come later. */
const largestKept = 16 * 1024;
/** Complaints remembered, so that a device that keeps sending nonsense is told once. */
const complaintsKept = 2000;

type Listener = (payload: string) => void;

interface Known {
  announcement: string;
  entityId: string;
  identity: Identity;
  component: Component;
  availability: Availability;
  release: () => void;
}

interface Options {
  table: EntityTable;
  log: Log;
  clock: Clock;
  discoveryPrefix: string;
  /** Called with topics that nobody listened to before. */
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
}

const AttributesSchema = optional({ json_attributes_topic: topicField, json_attributes_template: templateField });
const reasonOf = (error: unknown): string => {
  if (!(error instanceof ZodError)) return error instanceof Error ? error.message : String(error);
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ');
};

/** Everything that discovery has announced, kept up to date by what its topics say. Bad messages are logged once and change nothing. */
export class MqttEntities {
  readonly areas = new AreaBook();
  /** Grows with every discovery message and every first state: while it grows the picture is not whole. */
  progress = 0;
  readonly #options: Options;
  readonly #known = new Map<string, Known>();
  /** Entity id → key. */
  readonly #keys = new Map<string, string>();
  /** Topic of a device-based announcement → keys of its components. */
  readonly #devices = new Map<string, string[]>();
  readonly #listeners = new Map<string, Set<Listener>>();
  /** What each topic said last: several entities share a topic, and the broker sends what it retains only once. */
  readonly #last = new Map<string, string>();
  readonly #complaints = new Set<string>();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #connected = false;

  constructor(options: Options) {
    this.#options = options;
  }

  topics(): string[] {
    return [...this.#listeners.keys()];
  }

  componentOf(entityId: string): Component | undefined {
    return this.#known.get(this.#keys.get(entityId) ?? '')?.component;
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
  handle(topic: string, bytes: Uint8Array): void {
    try {
      if (bytes.length > largestPayload) throw new RangeError(`${bytes.length} bytes are too many`);
      const payload = this.#decoder.decode(bytes);
      if (topic === placesTopic) this.#declarePlaces(payload);
      const discovery = parseDiscoveryTopic(topic, this.#options.discoveryPrefix);
      if (discovery) {
        this.progress += 1;
        this.#announced(topic, readAnnouncements(topic, discovery, payload));
      }
      const listeners = this.#listeners.get(topic);
      if (!listeners) return;
      if (payload.length <= largestKept) this.#last.set(topic, payload);
      for (const listener of listeners) listener(payload);
    } catch (error) {
      this.#complain(topic, reasonOf(error));
    }
  }

  #complain(topic: string, reason: string): void {
    const key = `${topic}\n${reason}`;
    if (this.#complaints.has(key) || this.#complaints.size >= complaintsKept) return;
    this.#complaints.add(key);
    this.#options.log.warn(`MQTT message on ${JSON.stringify(topic.slice(0, 200))} ignored: ${reason.slice(0, 300)}`);
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
    // a device-based message is the whole device: what it no longer names is gone
    const before = this.#devices.get(topic);
    const names = announcements.filter(({ key }) => key !== topic).map(({ key }) => key);
    for (const key of before ?? []) if (!names.includes(key)) this.#remove(key);
    if (names.length > 0) this.#devices.set(topic, names);
    else this.#devices.delete(topic);
    for (const announcement of announcements) {
      try {
        if (announcement.config) this.#add(announcement, announcement.config);
        else this.#remove(announcement.key);
      } catch (error) {
        this.#complain(announcement.key, reasonOf(error));
      }
    }
  }

  #remove(key: string): void {
    const known = this.#known.get(key);
    if (!known) return;
    known.release();
    this.#known.delete(key);
    this.#keys.delete(known.entityId);
    this.#options.table.remove(known.entityId);
  }

  #add(announcement: Announcement, config: Record<string, unknown>): void {
    const { key, component: kind, objectId } = announcement;
    const fingerprint = JSON.stringify([kind, config]);
    const before = this.#known.get(key);
    if (before?.announcement === fingerprint) return;
    const factory = factoryFor(kind, config);
    if (!factory) {
      this.#options.log.debug(
        `MQTT discovery: ${JSON.stringify(kind.slice(0, 40))} of ${JSON.stringify(key.slice(0, 200))} is nothing that is understood yet`,
      );
      return;
    }
    const tools: ComponentTools = { template: (source) => this.#template(source, key) };
    // everything that may throw comes first: a broken update leaves the entity as it was
    const identity = readIdentity(config, kind, objectId);
    const component = factory(config, tools);
    const availability = readAvailability(config, tools);
    const attributes = AttributesSchema.parse(config);
    const entityId = before?.entityId ?? this.#freeId(`${kind}.${identity.objectId}`);
    const known: Known = { announcement: fingerprint, entityId, identity, component, availability, release: () => undefined };
    this.#known.set(key, known);
    this.#keys.set(entityId, key);
    const entity = this.#options.table.get(entityId);
    this.#options.table.put({
      id: entityId,
      domain: kind,
      state: entity?.state ?? component.state,
      attributes: {
        ...entity?.attributes,
        ...component.attributes,
        ...(identity.category !== undefined && { entity_category: identity.category }),
      },
      available: entity?.available ?? false,
      lastChanged: entity?.lastChanged ?? this.#options.clock.now(),
      ...this.#placement(entityId, identity),
    });
    // the new one listens before the old one leaves: topics of both stay subscribed, and what they said last is heard again
    this.#listen(known, attributes, tools);
    before?.release();
    this.#setAvailable(known);
  }

  #placement(entityId: string, identity: Identity): Pick<Entity, 'name' | 'aliases' | 'area' | 'device_class'> {
    return {
      name: identity.name,
      aliases: this.areas.aliasesOf(entityId),
      ...(identity.suggestedArea !== undefined && { area: this.areas.idOf(identity.suggestedArea) }),
      ...(identity.deviceClass !== undefined && { device_class: identity.deviceClass }),
    };
  }

  #freeId(wanted: string): string {
    let id = wanted;
    for (let count = 2; this.#keys.has(id); count += 1) id = `${wanted}_${count}`;
    return id;
  }

  #listen(
    known: Known,
    {
      json_attributes_topic,
      json_attributes_template,
    }: { json_attributes_topic?: string | undefined; json_attributes_template?: string | undefined },
    tools: ComponentTools,
  ): void {
    const stops: (() => void)[] = [];
    for (const topic of known.availability.topics)
      stops.push(
        this.#on(topic, (payload) => {
          if (known.availability.hear(topic, payload)) this.#setAvailable(known);
        }),
      );
    for (const { topic, read } of known.component.subscriptions)
      stops.push(
        this.#on(topic, (payload) => {
          const entity = this.#options.table.get(known.entityId);
          if (entity && payload !== '') this.#apply(entity, topic, () => read(payload, entity));
        }),
      );
    if (json_attributes_topic !== undefined) {
      const template = tools.template(json_attributes_template);
      stops.push(
        this.#on(json_attributes_topic, (payload) => {
          const entity = this.#options.table.get(known.entityId);
          if (entity) this.#apply(entity, json_attributes_topic, () => readAttributes(renderPayload(template, payload), entity));
        }),
      );
    }
    known.release = () => {
      for (const stop of stops) stop();
    };
  }

  #apply(entity: Entity, topic: string, read: () => Reading | undefined): void {
    let reading: Reading | undefined;
    try {
      reading = read();
    } catch (error) {
      this.#complain(topic, reasonOf(error));
      return;
    }
    if (!reading) return;
    const state = reading.state ?? entity.state;
    if (entity.state === 'unknown' && state !== 'unknown') this.progress += 1;
    const attributes = reading.attributes ? { ...entity.attributes, ...reading.attributes } : entity.attributes;
    for (const [name, value] of Object.entries(attributes)) if (value === undefined) delete attributes[name];
    this.#options.table.put({
      ...entity,
      state,
      attributes,
      lastChanged: state === entity.state ? entity.lastChanged : this.#options.clock.now(),
    });
  }

  #setAvailable({ entityId, availability }: Known): void {
    const entity = this.#options.table.get(entityId);
    const available = this.#connected && availability.available;
    if (entity && entity.available !== available) this.#options.table.put({ ...entity, available });
  }

  #on(topic: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    if (listeners.size === 0) {
      this.#listeners.set(topic, listeners);
      this.#options.subscribe(topic);
    }
    listeners.add(listener);
    const last = this.#last.get(topic);
    if (last !== undefined) listener(last);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(topic);
      this.#last.delete(topic);
      this.#options.unsubscribe(topic);
    };
  }

  #template(source: string | undefined, key: string): Template {
    const raw: Template = (variables) => String(variables.get('value') ?? '');
    if (source === undefined || source.trim() === '') return raw;
    try {
      return compileTemplate(source);
    } catch (error) {
      if (!(error instanceof UnsupportedTemplate)) throw error;
      this.#options.log.warn(
        `MQTT discovery: the template ${JSON.stringify(source.slice(0, 200))} of ${JSON.stringify(key.slice(0, 200))} is beyond the safe subset (${error.message}); the raw value is used`,
      );
      return raw;
    }
  }
}

/** Attributes of a device's own; those that JARVIS knows the meaning of stay with their own topics. */
function readAttributes(text: string, entity: Entity): Reading | undefined {
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed)) return undefined;
  const own = Object.entries(parsed).filter(([name]) => !['__proto__', 'constructor', 'prototype', 'supported_features'].includes(name));
  return {
    attributes: {
      ...Object.fromEntries(own.slice(0, 200)),
      ...pick(entity.attributes, ['supported_color_modes', 'hvac_modes', 'options', 'min', 'max']),
    },
  };
}

const pick = (from: Record<string, unknown>, names: string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
