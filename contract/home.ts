import { z } from 'zod';

/** The home in Home Assistant's terms: floors, areas, entities with a state string and attributes. */

export const FloorSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  /** Ground floor is 0. */
  level: z.number().int().optional(),
});
export type Floor = z.infer<typeof FloorSchema>;

export const AreaSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  floor: z.string().optional(),
  labels: z.array(z.string()).optional(),
});
export type Area = z.infer<typeof AreaSchema>;

export const EntitySchema = z.object({
  /** `domain.object_id`, unique in the home. */
  id: z.string().regex(/^[a-z0-9_]+\.[^\s.]([^.]*[^\s.])?$/u, 'an entity id looks like light.kitchen'),
  name: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  domain: z.string().min(1),
  /** Area id. */
  area: z.string().optional(),
  /** Home Assistant's state word or number: `on`, `locked`, `21.5`, `unknown`. */
  state: z.string(),
  /** Home Assistant's attribute names and units: `brightness` 0–255, `color_temp_kelvin`, `current_position` 0–100 … */
  attributes: z.record(z.string(), z.unknown()).default({}),
  device_class: z.string().optional(),
  /** False while the device does not answer; its last state is kept. */
  available: z.boolean().default(true),
  /** ms since the epoch of the last change of `state`. */
  lastChanged: z.number().default(0),
  /** False: sentences and models never mean it; absent counts as true. The page shows it all the same. */
  exposed: z.boolean().optional(),
  /** The person has put it out of sight, here or in Home Assistant: the page shows it only when asked, sentences never mean it. */
  hidden: z.boolean().optional(),
  /** Names of Home Assistant's labels. */
  labels: z.array(z.string()).optional(),
  /** Name of the device it is part of. */
  device: z.string().optional(),
  /**
   * What it is called where several bridges could see it: `mqtt <domain> <unique_id>`. Entities of one identity are one entity,
   * whichever bridge they came by.
   */
  identity: z.string().max(600).optional(),
});
export type Entity = z.infer<typeof EntitySchema>;

export interface HomeSnapshot {
  floors: Floor[];
  areas: Area[];
  entities: Entity[];
}

export const HomeChangeSchema = z.discriminatedUnion('type', [
  /** State, attributes or availability; names and places are as before. */
  z.object({ type: z.literal('entity-changed'), entity: EntitySchema }),
  z.object({ type: z.literal('entity-added'), entity: EntitySchema }),
  z.object({ type: z.literal('entity-removed'), entityId: z.string() }),
  /** Areas, floors or names changed: vocabularies must be built again. */
  z.object({ type: z.literal('structure-changed') }),
]);
export type HomeChange = z.infer<typeof HomeChangeSchema>;

/** One service call in Home Assistant's words, e.g. `{service: 'light.turn_on', entityIds: ['light.kitchen'], data: {brightness_pct: 40}}`. */
export const HomeActionSchema = z.object({
  service: z.string().regex(/^[a-z_]+\.[a-z_]+$/, 'a service looks like light.turn_on'),
  entityIds: z.array(z.string()).min(1),
  data: z.record(z.string(), z.unknown()).default({}),
});
export type HomeAction = z.infer<typeof HomeActionSchema>;

/** `confirmed`: the new state was seen. `accepted`: sent, but not (yet) seen. `rejected`: refused, with the reason. */
export const ActOutcomeSchema = z.object({
  entityId: z.string(),
  outcome: z.enum(['confirmed', 'accepted', 'rejected']),
  reason: z.string().optional(),
  state: z.string().optional(),
});
export type ActOutcome = z.infer<typeof ActOutcomeSchema>;

export const BridgeStatusSchema = z.object({
  name: z.string(),
  /** In words for people: "Home Assistant at http://…". */
  title: z.string().optional(),
  state: z.enum(['connecting', 'connected', 'disconnected', 'refused']),
  /** A sentence for people: why it is not connected. `refused` needs a person (a revoked token, a wrong address); nothing is retried until then. */
  detail: z.string().optional(),
});
export type BridgeStatus = z.infer<typeof BridgeStatusSchema>;

/** One stretch of time in one state. Times are ms since the epoch. */
export const StatePointSchema = z.object({ state: z.string(), at: z.number(), attributes: z.record(z.string(), z.unknown()).optional() });
export type StatePoint = z.infer<typeof StatePointSchema>;

/** Times are ms since the epoch; `allDay` events run from midnight to midnight. */
export const CalendarEventSchema = z.object({
  summary: z.string(),
  start: z.number(),
  end: z.number(),
  allDay: z.boolean(),
  location: z.string().optional(),
  description: z.string().optional(),
});
export type CalendarEvent = z.infer<typeof CalendarEventSchema>;

/** Units are those of the weather entity's attributes (`temperature_unit` …). */
export const ForecastSchema = z.object({
  /** ms since the epoch */
  at: z.number(),
  condition: z.string().optional(),
  temperature: z.number().optional(),
  /** The night's lowest, for a daily forecast. */
  templow: z.number().optional(),
  /** % */
  precipitation_probability: z.number().optional(),
  precipitation: z.number().optional(),
  wind_speed: z.number().optional(),
});
export type Forecast = z.infer<typeof ForecastSchema>;

export const TodoItemSchema = z.object({
  uid: z.string(),
  summary: z.string(),
  status: z.enum(['needs_action', 'completed']),
  due: z.string().optional(),
});
export type TodoItem = z.infer<typeof TodoItemSchema>;
