import { z } from 'zod';
import { JarvisError, sentenceFor } from '../contract/failure.ts';
import type { Entity } from '../contract/home.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import { converseTool } from './converse-tool.ts';
import type { Home } from './home.ts';
import { NameIndex } from './name-index.ts';
import { theName } from './services/entity-words.ts';

/** Entities in one question about the past. */
const mostEntities = 50;
/** ms of the past or the future that one question may be about. */
const longestSpan = 366 * 24 * 3_600_000;

const entityId = z.string().min(1).max(300);
const moment = z.number('A time is a number of milliseconds since 1970.').min(0);
/** How a question about a time is refused, if it is. */
const timeTrouble = (from: number, to: number): string | undefined =>
  to < from ? 'That ends before it begins.' : to - from > longestSpan ? 'That is longer than a year.' : undefined;

const common = {
  version: '1.0.0',
  permissions: { home: true },
  risk: 'observe' as const,
  reversible: true,
  timeoutMs: 15_000,
};

const HistoryInput = z.strictObject({ entityIds: z.array(entityId).min(1).max(mostEntities), from: moment, to: moment });
const EventsInput = z.strictObject({ entityId, from: moment, to: moment });
const ForecastInput = z.strictObject({ entityId, type: z.enum(['daily', 'hourly']) });
const ItemsInput = z.strictObject({ entityId });
const FindInput = z.strictObject({ query: z.string().trim().min(1).max(200), limit: z.number().int().min(1).max(20).default(10) });

const refuse = (reason: string): ToolResult => ({ outcome: 'rejected', reason });
const unknown = (id: string): ToolResult => refuse(`There is no such device: ${id.slice(0, 80)}.`);

/** What a record's failure means, in the words of the table. */
async function told(look: () => Promise<unknown>): Promise<ToolResult> {
  try {
    return { outcome: 'confirmed', output: await look() };
  } catch (error) {
    if (error instanceof JarvisError) return { outcome: 'failed', reason: sentenceFor(error.failure) };
    throw error;
  }
}

const nameOf = (home: Home, id: string): string => {
  const entity = home.entity(id);
  return entity ? theName(entity) : id.slice(0, 80);
};

/** What the home remembers and plans, and where its things are: tools that look and change nothing, and the one that asks the home's own agent. */
export function recordTools(home: Home, index: NameIndex = new NameIndex(home)): Tool[] {
  const history: Tool<z.infer<typeof HistoryInput>> = {
    manifest: {
      ...common,
      name: 'home.get-history',
      taints: 'device',
      title: 'Look at the past',
      description:
        'States of entities between two times (ms since 1970), oldest first; the first is the state at the beginning, where known.',
      input: HistoryInput,
    },
    describe: ({ entityIds }) =>
      `Look up what ${entityIds.length === 1 ? nameOf(home, entityIds[0] ?? '') : `${entityIds.length} devices`} did`,
    async run({ entityIds, from, to }, { signal }) {
      const trouble = timeTrouble(from, to);
      if (trouble) return refuse(trouble);
      const lost = entityIds.find((id) => !home.entity(id));
      if (lost !== undefined) return unknown(lost);
      const { records } = home;
      if (!records.history) return refuse('Nobody here remembers what was.');
      return told(async () => Object.fromEntries((await records.history?.(entityIds, from, to, signal)) ?? []));
    },
  };
  const events: Tool<z.infer<typeof EventsInput>> = {
    manifest: {
      ...common,
      name: 'home.get-events',
      taints: 'calendar',
      title: 'Look at the calendar',
      description: 'Events of a calendar between two times (ms since 1970).',
      input: EventsInput,
    },
    describe: (input) => `Look at ${nameOf(home, input.entityId)}`,
    async run(input, { signal }) {
      const trouble = timeTrouble(input.from, input.to);
      if (trouble) return refuse(trouble);
      return one(home, input.entityId, 'calendar', async () => home.records.calendarEvents?.(input.entityId, input.from, input.to, signal));
    },
  };
  const forecast: Tool<z.infer<typeof ForecastInput>> = {
    manifest: {
      ...common,
      name: 'home.get-forecast',
      title: 'Look at the weather to come',
      description: 'The forecast of a weather entity, by day or by hour.',
      input: ForecastInput,
    },
    describe: (input) => `Look at the ${input.type} forecast of ${nameOf(home, input.entityId)}`,
    run: (input, { signal }) =>
      one(home, input.entityId, 'weather', async () => home.records.forecast?.(input.entityId, input.type, signal)),
  };
  const items: Tool<z.infer<typeof ItemsInput>> = {
    manifest: {
      ...common,
      name: 'home.get-items',
      taints: 'list',
      title: 'Read a list',
      description: 'Items of a to-do or shopping list, done ones included.',
      input: ItemsInput,
    },
    describe: (input) => `Read ${nameOf(home, input.entityId)}`,
    run: (input, { signal }) => one(home, input.entityId, 'todo', async () => home.records.todoItems?.(input.entityId, signal)),
  };
  const find: Tool<z.infer<typeof FindInput>> = {
    manifest: {
      ...common,
      name: 'home.find-entities',
      taints: 'device',
      title: 'Find devices',
      description: 'Devices of the home by words of their names, rooms, floors or kinds, best first, each with its present state.',
      input: FindInput,
    },
    describe: () => 'Look for devices of the home',
    run: async ({ query, limit }) => ({
      outcome: 'confirmed',
      output: index.find(query, { limit }).map(({ entity }) => foundEntity(home, entity)),
    }),
  };
  return [history, events, forecast, items, find, converseTool(home)] as Tool[];
}

const kinds = { calendar: 'no calendar', weather: 'no weather forecast', todo: 'no list' } as const;

/** Asks about one entity of one kind. */
async function one(home: Home, id: string, domain: keyof typeof kinds, look: () => Promise<unknown>): Promise<ToolResult> {
  const entity = home.entity(id);
  if (!entity) return unknown(id);
  if (entity.domain !== domain) return refuse(`${entity.name.slice(0, 60)} is ${kinds[domain]}.`);
  const found = await told(look);
  return found.outcome === 'confirmed' && found.output === undefined ? refuse(`I cannot look into ${theName(entity)}.`) : found;
}

/** What a model is shown of an entity. */
function foundEntity(home: Home, { id, name, domain, state, available, area: areaId }: Entity) {
  const area = areaId === undefined ? undefined : home.area(areaId);
  const floor = area?.floor === undefined ? undefined : home.floor(area.floor);
  return {
    entityId: id,
    name,
    ...(area && { area: area.name }),
    ...(floor && { floor: floor.name }),
    domain,
    state: available ? state : 'unavailable',
  };
}
