import type { Clock } from '../contract/clock.ts';
import type { ActOutcome, BridgeStatus, Entity, HomeAction } from '../contract/home.ts';
import type { HomeFile } from '../contract/home-file.ts';
import { EntityTable } from './entity-table.ts';
import { FileLists } from './file-lists.ts';
import type { HomeBridge } from './home-bridge.ts';
import { notAnswering } from './services/entity-words.ts';
import { applyTarget } from './services/expectation.ts';
import { planService } from './services.ts';

/** What a device is before anybody has touched it, where the file does not say. */
const firstStates: Readonly<Record<string, string>> = {
  light: 'off',
  switch: 'off',
  fan: 'off',
  input_boolean: 'off',
  siren: 'off',
  media_player: 'off',
  humidifier: 'off',
  binary_sensor: 'off',
  cover: 'closed',
  valve: 'closed',
  lock: 'locked',
  climate: 'off',
  vacuum: 'docked',
  alarm_control_panel: 'disarmed',
};

function wordFor(domain: string, state: HomeFile['entities'][number]['state']): string {
  if (state === undefined) return firstStates[domain] ?? 'unknown';
  if (typeof state === 'object') return state.out;
  return typeof state === 'boolean' ? (state ? 'on' : 'off') : String(state);
}

/**
 * A home that exists only in its file: devices obey at once, through the same checks as real ones. Nothing is written back.
 * @param file parsed and checked, e.g. by `loadHomeFile`
 */
export function createFileHome(file: HomeFile, { clock, name = 'file' }: { clock: Clock; name?: string }): HomeBridge {
  const table = new EntityTable();
  const lists = new FileLists();
  let status: BridgeStatus = { name, state: 'connecting' };
  const started = clock.now();
  for (const { state, unavailable, domain, ...rest } of file.entities) {
    const itsDomain = domain ?? rest.id.slice(0, rest.id.indexOf('.'));
    const deviceClass = rest.device_class ?? rest.attributes.device_class;
    const open = itsDomain === 'todo' ? lists.begin(rest.id, rest.attributes.items) : undefined;
    table.put({
      ...rest,
      ...(typeof deviceClass === 'string' ? { device_class: deviceClass } : {}),
      domain: itsDomain,
      state: open ?? wordFor(itsDomain, state),
      available: !unavailable,
      lastChanged: started,
    });
  }

  function actOn(entityId: string, { service, data }: HomeAction): ActOutcome {
    const entity = table.get(entityId);
    if (!entity) return { entityId, outcome: 'rejected', reason: `There is no such device: ${entityId.slice(0, 80)}.` };
    if (!entity.available) return { entityId, outcome: 'rejected', reason: notAnswering(entity), state: entity.state };
    const plan = planService(entity, service, data);
    if ('refusal' in plan) return { entityId, outcome: 'rejected', reason: plan.refusal, state: entity.state };
    if (entity.domain === 'todo') {
      const changed = lists.change(entity, plan);
      if ('refusal' in changed) return { entityId, outcome: 'rejected', reason: changed.refusal, state: entity.state };
      table.put({ ...entity, state: changed.open, ...(changed.open !== entity.state && { lastChanged: clock.now() }) });
      return { entityId, outcome: 'confirmed', state: changed.open };
    }
    if (!plan.target) return { entityId, outcome: 'confirmed', state: entity.state };
    const applied: Entity = { ...entity, ...applyTarget(entity, plan.target) };
    table.put(applied.state === entity.state ? applied : { ...applied, lastChanged: clock.now() });
    return { entityId, outcome: 'confirmed', state: applied.state };
  }

  return {
    name,
    get status() {
      return status;
    },
    get structureVersion() {
      return table.structureVersion;
    },
    get version() {
      return table.version;
    },
    connect: async (signal) => {
      signal.throwIfAborted();
      status = { name, state: 'connected' };
      table.statusChanged();
    },
    snapshot: () => ({ floors: file.floors, areas: file.areas, entities: table.all() }),
    entity: (entityId) => table.get(entityId),
    changes: (signal) => table.changes(signal),
    ...(lists.size > 0 && { records: { todoItems: async (entityId) => lists.items(entityId) } }),
    act: async (action, signal) => {
      const asked = [...new Set(action.entityIds)];
      if (signal.aborted) return asked.map((entityId) => ({ entityId, outcome: 'rejected', reason: 'Cancelled.' }));
      return asked.map((entityId) => actOn(entityId, action));
    },
  };
}
