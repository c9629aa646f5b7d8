import { z } from 'zod';
import { type Command, command } from '../command.ts';
import { CommandError } from '../command-error.ts';
import type { State } from '../state-machine.ts';

/** Domains of which a change of attributes counts as significant too. */
const significantDomains = new Set(['climate', 'device_tracker', 'humidifier', 'thermostat', 'water_heater']);

interface Wanted {
  from: number;
  to: number;
  withStart: boolean;
  significantOnly: boolean;
  minimal: boolean;
  withoutAttributes: boolean;
}

/** Domains whose attributes are always given in full, however short an answer was asked for. */
const fullDomains = new Set(['climate', 'humidifier', 'input_datetime', 'thermostat', 'water_heater']);

/** `history/history_during_period`: for each entity that has any, its states with short keys, times in seconds. */
export const historyCommands: Command[] = [
  command(
    'history/history_during_period',
    {
      start_time: z.string(),
      end_time: z.string().optional(),
      entity_ids: z.array(z.string()),
      include_start_time_state: z.boolean().default(true),
      significant_changes_only: z.boolean().default(true),
      minimal_response: z.boolean().default(false),
      no_attributes: z.boolean().default(false),
    },
    (connection, message, id) => {
      const { house } = connection;
      const now = house.settings.now();
      const from = parseTime(message.start_time, 'invalid_start_time', 'Invalid start_time');
      const to = message.end_time === undefined ? now : parseTime(message.end_time, 'invalid_end_time', 'Invalid end_time');
      if (from > now) return connection.sendResult(id, {});
      if (message.entity_ids.some((entityId) => !/^[a-z0-9_]+\.[a-z0-9_]+$/.test(entityId))) {
        throw new CommandError('invalid_entity_ids', 'Invalid entity_ids');
      }
      const wanted: Wanted = {
        from,
        to,
        withStart: message.include_start_time_state,
        significantOnly: message.significant_changes_only,
        minimal: message.minimal_response,
        withoutAttributes: message.no_attributes,
      };
      const found = message.entity_ids.map((entityId) => [entityId, historyOf(house.states.history(entityId), wanted)] as const);
      connection.sendResult(id, Object.fromEntries(found.filter(([, points]) => points.length > 0)));
    },
  ),
];

function historyOf(history: readonly State[], wanted: Wanted): Record<string, unknown>[] {
  const domain = history[0]?.entity_id.split('.')[0] ?? '';
  const minimal = wanted.minimal && !fullDomains.has(domain);
  const before = history.findLast((state) => state.last_updated < wanted.from);
  const within = history.filter((state) => state.last_updated >= wanted.from && state.last_updated <= wanted.to);
  // The state at the start is given as if it had been written at that very moment.
  const start = wanted.withStart && before ? [{ ...before, last_updated: wanted.from, last_changed: wanted.from }] : [];
  const all = [...start, ...within];
  const kept = all.filter((state, index) => {
    const previous = all[index - 1];
    if (!previous || previous.state !== state.state) return true;
    return !minimal && (!wanted.significantOnly || significantDomains.has(domain));
  });
  return kept.map((state, index) => {
    const lu = state.last_updated / 1000;
    if (minimal && index > 0) return { s: state.state, lu };
    const lc = state.last_changed === state.last_updated ? {} : { lc: state.last_changed / 1000 };
    return { s: state.state, a: wanted.withoutAttributes ? {} : state.attributes, lu, ...lc };
  });
}

function parseTime(text: string, code: 'invalid_start_time' | 'invalid_end_time', message: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new CommandError(code, message);
  return at;
}
