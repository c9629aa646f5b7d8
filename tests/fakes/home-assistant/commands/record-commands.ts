import { z } from 'zod';
import { type Command, command } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { todoItems } from '../devices/todo.ts';
import { forecastBits, forecastOf, forecastType } from '../devices/weather.ts';
import { type FakeEntity, supportedFeatures } from '../fake-entity.ts';
import type { House } from '../house.ts';
import { atLeast } from '../version.ts';

/** Forecasts and to-do lists over the websocket. */
export function recordCommands(version: string): Command[] {
  return [...(atLeast(version, 2023, 9) ? [subscribeForecast] : []), ...(atLeast(version, 2023, 11) ? [listItems, subscribeItems] : [])];
}

const forecastFields = { entity_id: z.string(), forecast_type: forecastType };

/** The forecast comes at once, and again with every change of the weather. */
const subscribeForecast = command('weather/subscribe_forecast', forecastFields, (connection, message, id) => {
  const { house } = connection;
  const { entity_id: entityId, forecast_type: type } = message;
  const weather = entityOf(house, entityId, 'weather');
  if (!weather) throw new CommandError('invalid_entity_id', `Weather entity not found: ${entityId}`);
  if ((supportedFeatures(weather) & forecastBits[type]) === 0) {
    throw new CommandError('forecast_not_supported', `The weather entity does not support forecast type: ${type}`);
  }
  const send = () => connection.sendEvent(id, { type, forecast: forecastOf(weather, type, house.settings.now()) });
  const end = house.bus.listen('state_changed', ({ data }) => {
    if (data.entity_id === entityId) send();
  });
  connection.subscribe(id, end);
  connection.sendResult(id);
  send();
});

function entityOf(house: House, entityId: string, domain: string): FakeEntity | undefined {
  const entity = house.entities.get(entityId);
  return entity?.domain === domain ? entity : undefined;
}

const listItems = command('todo/item/list', { entity_id: z.string() }, (connection, message, id) => {
  const list = entityOf(connection.house, message.entity_id, 'todo');
  if (!list) throw new CommandError('not_found', 'Entity not found');
  connection.sendResult(id, { items: todoItems(list) });
});

/** Unlike the list, the subscription writes null for what an item has not. */
const subscribeItems = command('todo/item/subscribe', { entity_id: z.string() }, (connection, message, id) => {
  const { house } = connection;
  const list = entityOf(house, message.entity_id, 'todo');
  if (!list) throw new CommandError('invalid_entity_id', `To-do list entity not found: ${message.entity_id}`);
  const send = () =>
    connection.sendEvent(id, {
      items: todoItems(list).map(({ uid, summary, status, due = null, description = null }) => ({
        summary,
        uid,
        status,
        due,
        description,
        completed: null,
      })),
    });
  const end = house.bus.listen('state_changed', ({ data }) => {
    if (data.entity_id === message.entity_id) send();
  });
  connection.subscribe(id, end);
  connection.sendResult(id);
  send();
});
