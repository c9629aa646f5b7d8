import { z } from 'zod';
import { JarvisError } from '../../contract/failure.ts';
import type { CalendarEvent, Entity, Forecast, StatePoint } from '../../contract/home.ts';
import type { ConversationAnswer, HomeRecords } from '../home-bridge.ts';
import { sentenceName } from '../services/entity-words.ts';
import { ask } from './ask-home-assistant.ts';
import type { CommandChannel } from './session.ts';
import { readTodoItems } from './todo-list.ts';

interface RecordsContext {
  /** @throws JarvisError `home-unreachable` */
  current(): CommandChannel;
  entity(entityId: string): Entity | undefined;
  converse: boolean;
  language: string;
}

/** A conversation agent may be a language model that thinks for a while. */
const conversationLimit = 60_000;

/** `lu` last updated, s since the epoch; `lc` last changed where it differs. */
const HistorySchema = z.record(
  z.string(),
  z.array(
    z.object({
      s: z.string(),
      a: z.record(z.string(), z.unknown()).optional(),
      lu: z.number(),
      lc: z.number().optional(),
    }),
  ),
);

/** Their state is a mode; what they measure is among their attributes. */
const measuredInAttributes = new Set(['climate', 'humidifier', 'water_heater', 'weather']);

function readPoint({ s, a, lu, lc }: z.infer<typeof HistorySchema>[string][number], from: number): StatePoint {
  const at = Math.max(from, Math.round((a && Object.keys(a).length > 0 ? lu : (lc ?? lu)) * 1000));
  return { state: s, at, ...(a && Object.keys(a).length > 0 && { attributes: a }) };
}

const response = <Value extends z.ZodType>(value: Value) => z.object({ response: z.record(z.string(), value) });

const EventsSchema = response(
  z.object({
    events: z.array(
      z.object({
        start: z.string(),
        end: z.string(),
        summary: z.string().nullish(),
        location: z.string().nullish(),
        description: z.string().nullish(),
      }),
    ),
  }),
);

const number = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
const ForecastRowSchema = z.object({
  datetime: z.string(),
  condition: z.string().nullish(),
  temperature: number,
  templow: number,
  precipitation_probability: number,
  precipitation: number,
  wind_speed: number,
  /** Of a forecast that counts day and night apart. */
  is_daytime: z.boolean().optional(),
});
type ForecastRow = z.infer<typeof ForecastRowSchema>;
const ForecastsSchema = response(z.object({ forecast: z.array(ForecastRowSchema).nullish() }));

const ConversationSchema = z.object({
  response: z.object({
    response_type: z.enum(['action_done', 'query_answer', 'error']),
    speech: z.object({ plain: z.object({ speech: z.string() }).optional(), ssml: z.object({ speech: z.string() }).optional() }).default({}),
  }),
  conversation_id: z.string().nullish(),
  continue_conversation: z.boolean().default(false),
});

/** Bits of a weather entity's `supported_features`. */
const forecastFeature = { daily: 1, hourly: 2, twice_daily: 4 } as const;

export function createRecords({ current, entity, converse, language }: RecordsContext): HomeRecords {
  const called = (domain: string, service: string, entityId: string, data: Record<string, unknown>) => ({
    type: 'call_service',
    domain,
    service,
    target: { entity_id: entityId },
    service_data: data,
    return_response: true,
  });

  async function history(entityIds: readonly string[], from: number, to: number, signal: AbortSignal): Promise<Map<string, StatePoint[]>> {
    const channel = current();
    const read = async (ids: string[], withAttributes: boolean): Promise<z.infer<typeof HistorySchema>> => {
      const message = {
        type: 'history/history_during_period',
        start_time: new Date(from).toISOString(),
        end_time: new Date(to).toISOString(),
        entity_ids: ids,
        minimal_response: !withAttributes,
        no_attributes: !withAttributes,
      };
      return ids.length === 0 ? {} : ask(channel, HistorySchema, message, signal);
    };
    const measuredAside = (entityId: string): boolean => measuredInAttributes.has(entityId.slice(0, entityId.indexOf('.')));
    const asked = [...new Set(entityIds)];
    const found = await Promise.all([
      read(
        asked.filter((entityId) => !measuredAside(entityId)),
        false,
      ),
      read(asked.filter(measuredAside), true),
    ]);
    const rows = new Map(found.flatMap((part) => Object.entries(part)));
    return new Map(asked.map((entityId) => [entityId, (rows.get(entityId) ?? []).map((row) => readPoint(row, from))]));
  }

  async function calendarEvents(entityId: string, from: number, to: number, signal: AbortSignal): Promise<CalendarEvent[]> {
    const period = { start_date_time: new Date(from).toISOString(), end_date_time: new Date(to).toISOString() };
    const { response: found } = await ask(current(), EventsSchema, called('calendar', 'get_events', entityId, period), signal);
    const events = (Object.hasOwn(found, entityId) ? found[entityId]?.events : undefined) ?? [];
    return events
      .map((event): CalendarEvent => {
        const allDay = !event.start.includes('T') && !event.start.includes(':');
        return {
          summary: event.summary ?? '',
          start: readTime(event.start),
          end: readTime(event.end),
          allDay,
          ...(event.location && { location: event.location }),
          ...(event.description && { description: event.description }),
        };
      })
      .filter(({ start, end }) => Number.isFinite(start) && Number.isFinite(end))
      .sort((one, other) => one.start - other.start);
  }

  async function forecast(entityId: string, type: 'daily' | 'hourly', signal: AbortSignal): Promise<Forecast[]> {
    const weather = entity(entityId);
    const features = weather?.attributes.supported_features;
    const has = (feature: number): boolean => typeof features !== 'number' || (features & feature) !== 0;
    const asked = has(forecastFeature[type]) ? type : type === 'daily' && has(forecastFeature.twice_daily) ? 'twice_daily' : undefined;
    if (asked === undefined)
      throw new JarvisError(
        'tool-failed',
        `${weather ? sentenceName(weather) : 'It'} has no ${type === 'daily' ? 'daily' : 'hourly'} forecast.`,
      );
    const { response: found } = await ask(
      current(),
      ForecastsSchema,
      called('weather', 'get_forecasts', entityId, { type: asked }),
      signal,
    );
    const rows = (Object.hasOwn(found, entityId) ? found[entityId]?.forecast : undefined) ?? [];
    return (asked === 'twice_daily' ? joinNights(rows) : rows).map(readForecast).filter(({ at }) => Number.isFinite(at));
  }

  async function askAgent(
    text: string,
    options: { conversationId?: string; language?: string },
    signal: AbortSignal,
  ): Promise<ConversationAnswer> {
    const message = {
      type: 'conversation/process',
      text,
      language: options.language ?? language,
      ...(options.conversationId !== undefined && { conversation_id: options.conversationId }),
    };
    const answer = await ask(current(), ConversationSchema, message, signal, conversationLimit);
    const { response_type: type, speech } = answer.response;
    return {
      speech: speech.plain?.speech ?? speech.ssml?.speech.replace(/<[^>]*>/g, '') ?? '',
      type,
      continues: answer.continue_conversation,
      ...(answer.conversation_id && { conversationId: answer.conversation_id }),
    };
  }

  return {
    history,
    calendarEvents,
    forecast,
    todoItems: (entityId, signal) => readTodoItems(current(), entityId, signal),
    ...(converse && { converse: askAgent }),
  };
}

/** A date alone means midnight here: the home and the machine that listens in it keep the same time. */
function readTime(text: string): number {
  return Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
}

function readForecast({ datetime, condition, is_daytime: _isDaytime, ...figures }: ForecastRow): Forecast {
  const known = Object.entries(figures).filter((figure): figure is [string, number] => figure[1] !== undefined);
  return { at: readTime(datetime), ...(condition && { condition }), ...Object.fromEntries(known) };
}

/** Day and night apart: the night after a day gives that day's lowest temperature. */
function joinNights(rows: readonly ForecastRow[]): ForecastRow[] {
  return rows.flatMap((row, index) => {
    if (row.is_daytime === false) return index === 0 ? [row] : [];
    const night = rows[index + 1];
    return [night?.is_daytime === false ? { ...row, templow: row.templow ?? night.templow ?? night.temperature } : row];
  });
}
