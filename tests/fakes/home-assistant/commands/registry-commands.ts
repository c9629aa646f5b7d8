import { z } from 'zod';
import { type Command, command } from '../command.ts';
import { CommandError } from '../command-error.ts';
import {
  describeArea,
  describeDevice,
  describeEntity,
  describeEntityForDisplay,
  describeEntityWhole,
  describeFloor,
  describeLabel,
} from '../describe-entries.ts';
import { atLeast } from '../version.ts';

/** The registries' lists, and the change a person makes most: an entity's name, area, aliases, or whether it is hidden. */
export function registryCommands(version: string): Command[] {
  const commands = [
    command('config/entity_registry/list', {}, (connection, _message, id) =>
      connection.sendResult(id, connection.house.registries.entities.list().map(describeEntity)),
    ),
    command('config/entity_registry/get', { entity_id: z.string() }, (connection, message, id) => {
      const entry = connection.house.registries.entities.get(message.entity_id);
      if (!entry) throw new CommandError('not_found', 'Entity not found');
      connection.sendResult(id, describeEntityWhole(entry));
    }),
    command('config/area_registry/list', {}, (connection, _message, id) =>
      connection.sendResult(id, connection.house.registries.areas.list().map(describeArea)),
    ),
    command('config/device_registry/list', {}, (connection, _message, id) =>
      connection.sendResult(id, connection.house.registries.devices.list().map(describeDevice)),
    ),
    updateEntity,
  ];
  if (atLeast(version, 2023, 2)) commands.push(getEntries);
  if (atLeast(version, 2023, 3)) commands.push(listForDisplay);
  if (atLeast(version, 2023, 5)) commands.push(listExposed);
  if (atLeast(version, 2024, 4)) commands.push(listFloors);
  if (atLeast(version, 2024, 4)) commands.push(listLabels);
  return commands;
}

const getEntries = command('config/entity_registry/get_entries', { entity_ids: z.array(z.string()) }, (connection, message, id) => {
  const { entities } = connection.house.registries;
  const found = message.entity_ids.map((entityId) => {
    const entry = entities.get(entityId);
    return [entityId, entry ? describeEntityWhole(entry) : null] as const;
  });
  connection.sendResult(id, Object.fromEntries(found));
});

const listForDisplay = command('config/entity_registry/list_for_display', {}, (connection, _message, id) => {
  const shown = connection.house.registries.entities.list().filter((entry) => entry.disabled_by === null);
  connection.sendResult(id, { entity_categories: { 0: 'config', 1: 'diagnostic' }, entities: shown.map(describeEntityForDisplay) });
});

const listFloors = command('config/floor_registry/list', {}, (connection, _message, id) =>
  connection.sendResult(id, connection.house.registries.floors.list().map(describeFloor)),
);

const listLabels = command('config/label_registry/list', {}, (connection, _message, id) =>
  connection.sendResult(id, connection.house.registries.labels.list().map(describeLabel)),
);

const assistants = ['cloud.alexa', 'cloud.google_assistant', 'conversation'];

/** What has been decided for each assistant; nothing for an entity of which nothing was decided. */
const listExposed = command('homeassistant/expose_entity/list', {}, (connection, _message, id) => {
  connection.requireAdmin();
  const exposed = connection.house.registries.entities.list().map((entry) => {
    const decided = assistants.flatMap((assistant) => {
      const exposes = entry.options[assistant]?.should_expose;
      return typeof exposes === 'boolean' ? [[assistant, exposes] as const] : [];
    });
    return [entry.entity_id, Object.fromEntries(decided)] as const;
  });
  connection.sendResult(id, { exposed_entities: Object.fromEntries(exposed) });
});

const changes = {
  entity_id: z.string(),
  aliases: z.array(z.string()).optional(),
  area_id: z.string().nullable().optional(),
  hidden_by: z.enum(['user']).nullable().optional(),
  labels: z.array(z.string()).optional(),
  name: z.string().nullable().optional(),
};

const updateEntity = command('config/entity_registry/update', changes, (connection, message, id) => {
  connection.requireAdmin();
  const { entity_id: entityId, ...wanted } = message;
  const { entities } = connection.house.registries;
  if (!entities.get(entityId)) throw new CommandError('not_found', 'Entity not found');
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const entry = entities.update(entityId, given);
  connection.house.rename(entityId);
  connection.sendResult(id, { entity_entry: describeEntityWhole(entry) });
});
