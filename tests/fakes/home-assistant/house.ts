import { type Context, EventBus } from './event-bus.ts';
import { type FakeEntity, shownAttributes } from './fake-entity.ts';
import { createRegistries, type EntityEntry, type Registries } from './registries.ts';
import { StateMachine } from './state-machine.ts';

/** `NOT_RUNNING` and `STARTING` are seen after a restart, before `homeassistant_started`. */
export type CoreState = 'NOT_RUNNING' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'FINAL_WRITE';

export interface HouseSettings {
  version: string;
  locationName: string;
  timeZone: string;
  language: string;
  now: () => number;
}

/** Everything behind the sockets: bus, states, registries and the devices themselves. */
export class House {
  readonly settings: HouseSettings;
  readonly bus: EventBus;
  readonly states: StateMachine;
  readonly registries: Registries;
  readonly entities = new Map<string, FakeEntity>();
  readonly #timers = new Map<NodeJS.Timeout, () => void>();
  coreState: CoreState = 'RUNNING';

  constructor(settings: HouseSettings) {
    this.settings = settings;
    this.bus = new EventBus(settings.now);
    this.states = new StateMachine(this.bus, settings.now);
    this.registries = createRegistries(this.bus);
  }

  add(entity: FakeEntity): void {
    this.entities.set(entity.entity_id, entity);
    this.write(entity);
  }

  /** Shows what the device has become. */
  write(entity: FakeEntity, context?: Context): void {
    this.states.set(entity.entity_id, entity.available ? entity.state : 'unavailable', shownAttributes(entity), context);
  }

  /** After its entry or device was renamed the entity shows its new name. */
  rename(entityId: string): void {
    const entity = this.entities.get(entityId);
    const entry = this.registries.entities.get(entityId);
    if (!entity || !entry) return;
    const device = entry.device_id === null ? undefined : this.registries.devices.get(entry.device_id);
    const name = entry.name ?? friendlyName(entry, device?.name_by_user ?? device?.name);
    if (name === undefined || entity.attributes.friendly_name === name) return;
    entity.attributes = { ...entity.attributes, friendly_name: name };
    this.write(entity);
  }

  /** The entity's first state now, its last after the device has travelled; without travel only the last. */
  travel(entity: FakeEntity, underway: string, context: Context | undefined, arrive: () => void): void {
    const ms = entity.quirks.travelMs ?? 0;
    if (ms === 0) {
      arrive();
      this.write(entity, context);
      return;
    }
    entity.state = underway;
    this.write(entity, context);
    this.later(ms, () => {
      arrive();
      this.write(entity, context);
    });
  }

  /** As after a start: what the registry knows is unavailable and `restored`, what it does not know is not there yet. */
  beginAgain(): void {
    for (const entity of this.entities.values()) {
      this.states.forget(entity.entity_id);
      if (!this.registries.entities.get(entity.entity_id)) continue;
      const shown = shownAttributes({ ...entity, available: false });
      this.states.set(entity.entity_id, 'unavailable', { restored: true, ...shown });
    }
  }

  later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.set(timer, act);
  }

  /** What was under way is finished while nobody looks: devices go on when the server stops. */
  finishTimers(): void {
    while (this.#timers.size > 0) {
      for (const [timer, act] of [...this.#timers]) {
        clearTimeout(timer);
        this.#timers.delete(timer);
        act();
      }
    }
  }

  stopTimers(): void {
    for (const timer of this.#timers.keys()) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** With `has_entity_name` an entity is called after its device, and its own name follows. */
function friendlyName(entry: EntityEntry, device: string | undefined): string | undefined {
  if (!entry.has_entity_name) return entry.original_name ?? undefined;
  return entry.original_name === null ? device : [device, entry.original_name].filter((part) => part !== undefined).join(' ');
}
