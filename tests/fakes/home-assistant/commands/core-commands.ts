import { z } from 'zod';
import { type Command, command } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { compressedState, stateDifference } from '../compressed-state.ts';
import { describeServices } from '../describe-services.ts';
import { type HouseEvent, isoTime } from '../event-bus.ts';
import { describeConfig } from '../house-config.ts';
import type { ServiceRegistry } from '../service-registry.ts';
import { type State, stateAsDictionary } from '../state-machine.ts';
import { atLeast } from '../version.ts';

/** `ping`, states, events, configuration and services: what the websocket can do before any integration. */
export function coreCommands(services: ServiceRegistry, version: string): Command[] {
  const commands = [
    command('ping', {}, (connection, _message, id) => connection.send({ id, type: 'pong' })),
    command('get_config', {}, (connection, _message, id) => connection.sendResult(id, describeConfig(connection.house))),
    command('get_states', {}, (connection, _message, id) =>
      connection.sendResult(id, connection.house.states.all().map(stateAsDictionary)),
    ),
    command('get_services', {}, (connection, _message, id) => connection.sendResult(id, describeServices(services.all()))),
    command('subscribe_events', { event_type: z.string().default('*') }, (connection, message, id) => {
      if (!openEvents.has(message.event_type)) connection.requireAdmin();
      connection.subscribe(
        id,
        connection.house.bus.listen(message.event_type, (event) => connection.sendEvent(id, eventAsDictionary(event))),
      );
      connection.sendResult(id);
    }),
    command('unsubscribe_events', { subscription: z.int().positive() }, (connection, message, id) => {
      if (!connection.unsubscribe(message.subscription)) throw new CommandError('not_found', 'Subscription not found.');
      connection.sendResult(id);
    }),
    callService(services, version),
  ];
  if (atLeast(version, 2022, 4)) commands.push(subscribeEntities);
  if (atLeast(version, 2022, 9)) {
    commands.push(
      command('supported_features', { features: z.record(z.string(), z.number()) }, (connection, message, id) => {
        connection.allowCoalescing(message.features.coalesce_messages !== undefined);
        connection.sendResult(id);
      }),
    );
  }
  return commands;
}

/** What a user who is no administrator may hear. */
const openEvents = new Set([
  'area_registry_updated',
  'category_registry_updated',
  'component_loaded',
  'core_config_updated',
  'device_registry_updated',
  'entity_registry_updated',
  'floor_registry_updated',
  'label_registry_updated',
  'service_registered',
  'service_removed',
  'shopping_list_updated',
  'state_changed',
]);

/** Keys that are right with values that are not. */
const garbage = { s: 42, a: ['not', 'a', 'record'], c: null, lc: 'yesterday' };

const entityIds = z.union([z.string().transform((id) => [id]), z.array(z.string())]).optional();

const subscribeEntities = command('subscribe_entities', { entity_ids: entityIds }, (connection, message, id) => {
  const { house } = connection;
  const wanted = message.entity_ids?.length ? new Set(message.entity_ids) : undefined;
  const end = house.bus.listen('state_changed', ({ data }) => {
    const change = data as { entity_id: string; old_state: State | null; new_state: State | null };
    if (wanted && !wanted.has(change.entity_id)) return;
    const garbled = house.states.garbled.has(change.entity_id);
    connection.sendEvent(
      id,
      garbled ? { c: { [change.entity_id]: { '+': garbage } } } : stateDifference(change.entity_id, change.old_state, change.new_state),
    );
  });
  connection.subscribe(id, end);
  connection.sendResult(id);
  const shown = house.states.all().filter((state) => !wanted || wanted.has(state.entity_id));
  connection.sendEvent(id, {
    a: Object.fromEntries(
      shown.map((state) => [state.entity_id, house.states.garbled.has(state.entity_id) ? garbage : compressedState(state)]),
    ),
  });
});

function callService(services: ServiceRegistry, version: string): Command {
  const shape = {
    domain: z.string(),
    service: z.string(),
    target: z.record(z.string(), z.unknown()).optional(),
    service_data: z.record(z.string(), z.unknown()).optional(),
  };
  const recent = { ...shape, return_response: z.boolean().default(false) };
  return command('call_service', atLeast(version, 2023, 7) ? recent : shape, async (connection, message, id) => {
    const context = connection.context();
    const returnResponse = 'return_response' in message && message.return_response === true;
    const { domain, service, target, service_data: data = {} } = message;
    const response = await services.call({ domain, service, data, target, returnResponse, context });
    connection.sendResult(id, { context, ...(returnResponse ? { response } : {}) });
  });
}

function eventAsDictionary(event: HouseEvent): Record<string, unknown> {
  const { old_state: old, new_state: next } = event.data;
  const data =
    event.event_type === 'state_changed' ? { ...event.data, old_state: stateOrNull(old), new_state: stateOrNull(next) } : event.data;
  return { ...event, data, time_fired: isoTime(event.time_fired) };
}

const stateOrNull = (state: unknown) => (state ? stateAsDictionary(state as State) : null);
