import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import {
  type AreaRow,
  AreaRowSchema,
  type DeviceRow,
  DeviceRowSchema,
  type EntityRow,
  EntityRowSchema,
  ExtendedEntityRowSchema,
  type FloorRow,
  FloorRowSchema,
  LabelRowSchema,
  readRows,
} from './registry-schemas.ts';
import { type CommandChannel, CommandError } from './session.ts';

const RowsSchema = z.array(z.unknown());
const EntriesSchema = z.record(z.string(), z.unknown());
const ExposedSchema = z.object({ exposed_entities: z.record(z.string(), z.object({ conversation: z.boolean().optional() })) });
const ExposeNewSchema = z.object({ expose_new: z.boolean() });
const UpdatedEventSchema = z.object({
  data: z.object({ action: z.string(), entity_id: z.string().optional(), old_entity_id: z.string().optional() }),
});

/** Ids in one `get_entries`. */
const entriesPerRequest = 1000;
/** From so many changed entities on, reading the whole list is cheaper. */
const manyChanges = 300;
/** ms to gather changes: renaming a device touches every entity of it. */
const gatherMs = 50;

const kinds = ['floor', 'area', 'label', 'device', 'entity'] as const;
type Kind = (typeof kinds)[number];

/** What Home Assistant knows of names and places, and how it changes. */
export class Registries {
  floors = new Map<string, FloorRow>();
  areas = new Map<string, AreaRow>();
  /** Names by id. */
  labels = new Map<string, string>();
  devices = new Map<string, DeviceRow>();
  entities = new Map<string, EntityRow>();
  exposeNew = true;
  /** Decisions about entities that have no row. */
  #exposed = new Map<string, boolean>();
  readonly #channel: CommandChannel;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #waiting = new Set<Kind>();
  readonly #waitingEntities = new Set<string>();
  #gathering = false;

  /** @param changed called after every change that was read again */
  constructor(channel: CommandChannel, { clock, log }: { clock: Clock; log: Log }, changed: () => void) {
    this.#channel = channel;
    this.#clock = clock;
    this.#log = log;
    this.#changed = changed;
  }

  /** Reads everything and follows every change until the session is over. @throws what `CommandChannel.request` throws */
  async load(): Promise<void> {
    // followed first, so that nothing falls between reading and following
    await Promise.all(kinds.map((kind) => this.#follow(kind)));
    await Promise.all([...kinds.map((kind) => this.#read(kind)), this.#readExposure()]);
  }

  /** Aliases of these entities; asked for only where sentences may use them. */
  async loadAliases(entityIds: readonly string[]): Promise<void> {
    const chunks: string[][] = [];
    for (let start = 0; start < entityIds.length; start += entriesPerRequest)
      chunks.push(entityIds.slice(start, start + entriesPerRequest));
    await Promise.all(chunks.map((chunk) => this.#readEntries(chunk)));
  }

  decidedExposure(entityId: string): boolean | undefined {
    const row = this.entities.get(entityId);
    const listed = this.#exposed.get(entityId);
    // for an entity with a row the list leaves open whether anybody has decided
    return row ? (row.options?.conversation?.should_expose ?? (listed || undefined)) : listed;
  }

  async #follow(kind: Kind): Promise<void> {
    try {
      await this.#channel.subscribe(
        { type: 'subscribe_events', event_type: `${kind}_registry_updated` },
        (event) => this.#updated(kind, event),
        this.#channel.over,
      );
    } catch (error) {
      this.#tolerate(error, `changes of the ${kind} registry`);
    }
  }

  #updated(kind: Kind, event: unknown): void {
    const parsed = UpdatedEventSchema.safeParse(event);
    const { entity_id: entityId, old_entity_id: oldId, action } = parsed.data?.data ?? {};
    if (kind === 'entity' && entityId !== undefined) {
      if (oldId !== undefined) this.entities.delete(oldId);
      if (action === 'remove') this.entities.delete(entityId);
      this.#waitingEntities.add(entityId);
    } else this.#waiting.add(kind);
    if (!this.#gathering) void this.#gather();
  }

  async #gather(): Promise<void> {
    this.#gathering = true;
    try {
      await this.#clock.sleep(gatherMs, this.#channel.over);
      const entityIds = [...this.#waitingEntities];
      const again = [...this.#waiting];
      this.#waitingEntities.clear();
      this.#waiting.clear();
      this.#gathering = false;
      const whole = entityIds.length > manyChanges;
      await Promise.all([
        ...again.filter((kind) => !whole || kind !== 'entity').map((kind) => this.#read(kind)),
        whole ? this.#read('entity') : undefined,
        entityIds.length > 0 ? this.loadAliases(entityIds) : undefined,
      ]);
      this.#changed();
    } catch (error) {
      this.#gathering = false;
      if (!this.#channel.over.aborted) this.#log.warn(`Home Assistant: names and places could not be read again: ${messageOf(error)}`);
    }
  }

  async #read(kind: Kind): Promise<void> {
    let rows: unknown[];
    try {
      rows = await this.#channel.request(RowsSchema, { type: `config/${kind}_registry/list` }, this.#channel.over);
    } catch (error) {
      return this.#tolerate(error, `the ${kind} registry`);
    }
    switch (kind) {
      case 'floor':
        this.floors = new Map(readRows(FloorRowSchema, rows, 'floors', this.#log).map((row) => [row.floor_id, row]));
        return;
      case 'area':
        this.areas = new Map(readRows(AreaRowSchema, rows, 'areas', this.#log).map((row) => [row.area_id, row]));
        return;
      case 'label':
        this.labels = new Map(readRows(LabelRowSchema, rows, 'labels', this.#log).map((row) => [row.label_id, row.name]));
        return;
      case 'device':
        this.devices = new Map(readRows(DeviceRowSchema, rows, 'devices', this.#log).map((row) => [row.id, row]));
        return;
      case 'entity': {
        const before = this.entities;
        this.entities = new Map(
          readRows(EntityRowSchema, rows, 'entries of the entity registry', this.#log).map((row) => {
            const known = before.get(row.entity_id)?.aliases;
            return [row.entity_id, { ...row, ...(known && { aliases: known }) }];
          }),
        );
        return;
      }
      default:
        return kind satisfies never;
    }
  }

  async #readEntries(entityIds: readonly string[]): Promise<void> {
    let entries: Record<string, unknown>;
    try {
      entries = await this.#channel.request(
        EntriesSchema,
        { type: 'config/entity_registry/get_entries', entity_ids: entityIds },
        this.#channel.over,
      );
    } catch (error) {
      return this.#tolerate(error, 'aliases');
    }
    const rows = Object.values(entries).filter((entry) => entry !== null);
    for (const row of readRows(ExtendedEntityRowSchema, rows, 'entries of the entity registry', this.#log))
      this.entities.set(row.entity_id, row);
  }

  async #readExposure(): Promise<void> {
    await Promise.all([
      this.#channel
        .request(ExposedSchema, { type: 'homeassistant/expose_entity/list' }, this.#channel.over)
        .then(({ exposed_entities: exposed }) => {
          // an entity without a row is listed once it was decided about; newer versions then leave out what is false
          this.#exposed = new Map(Object.entries(exposed).map(([entityId, assistants]) => [entityId, assistants.conversation ?? false]));
        })
        .catch((error: unknown) => this.#tolerate(error, 'which entities are exposed')),
      this.#channel
        .request(ExposeNewSchema, { type: 'homeassistant/expose_new_entities/get', assistant: 'conversation' }, this.#channel.over)
        .then(({ expose_new: exposeNew }) => {
          this.exposeNew = exposeNew;
        })
        .catch((error: unknown) => this.#tolerate(error, 'whether new entities are exposed')),
    ]);
  }

  /** What an older version lacks, or this user may not see, is done without. */
  #tolerate(error: unknown, what: string): void {
    if (!(error instanceof CommandError || error instanceof z.ZodError)) throw error;
    const why = error instanceof CommandError ? error.code : 'an answer of an unknown shape';
    this.#log.info(`Home Assistant does not tell ${what} (${why})`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
