import type { Entity } from '../../contract/home.ts';
import { isRecord } from './abbreviations.ts';
import { type Availability, readAvailability } from './availability.ts';
import type { ComponentFactory } from './component.ts';
import { type Component, type ComponentTools, type Reading, renderPayload } from './component.ts';
import type { Announcement } from './discovery.ts';
import { type Identity, readIdentity } from './entity-identity.ts';
import { type EntitySettings, readSettings } from './entity-settings.ts';

/** Characters of a device's own attributes, and how many of them. */
const longestAttributes = 16 * 1024;
const mostAttributes = 200;
const poisoned = new Set(['__proto__', 'constructor', 'prototype', 'supported_features', 'entity_category']);

/** One announced entity with everything that was read from its announcement. */
export interface KnownEntity {
  readonly key: string;
  readonly entityId: string;
  readonly identity: Identity;
  readonly component: Component;
  readonly availability: Availability;
  readonly settings: EntitySettings;
  /** Tells one announcement from another. */
  readonly fingerprint: string;
  /** Characters of the announcement. */
  readonly size: number;
  /** Another topic is about to announce it. */
  migrating: boolean;
  /** It has not spoken for longer than it said it would keep silent. */
  expired: boolean;
  /** Names of the attributes that its attributes topic told last. */
  extras: readonly string[];
  /** Stops listening. */
  release(): void;
}

/** Reads the whole announcement, before anything is changed: a broken update leaves the entity as it was. @throws ZodError and others */
export function readEntity(
  { key, component: domain, objectId }: Announcement,
  config: Record<string, unknown>,
  factory: ComponentFactory,
  tools: ComponentTools,
): Omit<KnownEntity, 'entityId' | 'fingerprint' | 'size'> {
  const settings = readSettings(config);
  return {
    key,
    identity: readIdentity(config, domain, objectId),
    component: factory(config, tools),
    availability: readAvailability(config, tools),
    settings,
    migrating: false,
    expired: settings.expireAfter > 0,
    extras: [],
    release: () => undefined,
  };
}

/**
 * Attributes of a device's own, which replace those that it told before. What the announcement or another topic tells keeps its meaning.
 * @throws SyntaxError for what is no JSON
 */
export function readAttributes(
  known: KnownEntity,
  template: ReturnType<ComponentTools['template']>,
  payload: string,
  entity: Entity,
): Reading | undefined {
  const text = renderPayload(template, payload, entity);
  if (text === '') return undefined;
  if (text.length > longestAttributes) throw new RangeError('too many attributes');
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed)) return undefined;
  const own = Object.entries(parsed)
    .filter(([name]) => !poisoned.has(name) && !known.component.tells.has(name) && !Object.hasOwn(known.component.attributes, name))
    .slice(0, mostAttributes);
  const gone = known.extras.filter((name) => !Object.hasOwn(parsed, name));
  known.extras = own.map(([name]) => name);
  return { attributes: { ...Object.fromEntries(gone.map((name) => [name, undefined])), ...Object.fromEntries(own) } };
}
