import { z } from 'zod';
import { CommandError } from '../command-error.ts';
import type { FakeEntity } from '../fake-entity.ts';
import { answeringService, entityService, type Service } from '../service.ts';

/** `start` and `end` as Home Assistant gives them: a date (whole days, `end` not included) or a time with its offset. */
export interface FakeCalendarEvent {
  summary: string;
  start: string;
  end: string;
  description?: string | undefined;
  location?: string | undefined;
}

const EventsSchema = z.array(
  z.object({
    summary: z.string(),
    start: z.string(),
    end: z.string(),
    description: z.string().optional(),
    location: z.string().optional(),
  }),
);

export const calendarEvents = (calendar: FakeEntity): FakeCalendarEvent[] => EventsSchema.parse(calendar.memory.events ?? []);

/** Events that touch the stretch from `from` to `to` (ms), the earliest first. */
export function eventsBetween(calendar: FakeEntity, from: number, to: number): FakeCalendarEvent[] {
  return calendarEvents(calendar)
    .filter((event) => Date.parse(event.start) < to && Date.parse(event.end) > from)
    .sort((one, other) => Date.parse(one.start) - Date.parse(other.start));
}

export const isWholeDay = (time: string) => /^\d{4}-\d{2}-\d{2}$/.test(time);

const pad = (part: number | undefined) => part ?? 0;

/** `{hours: 24}` or "24:00:00", in ms. */
const duration = z.union([
  z.object({ days: z.number(), hours: z.number(), minutes: z.number(), seconds: z.number() }).partial().strict(),
  z
    .string()
    .regex(/^\d+:\d{2}(:\d{2})?$/, 'offset should be format HH:MM:SS')
    .transform((text) => {
      const [hours, minutes, seconds] = text.split(':').map(Number);
      return { days: 0, hours: pad(hours), minutes: pad(minutes), seconds: pad(seconds) };
    }),
]);

const range = { start_date_time: z.string().optional(), end_date_time: z.string().optional(), duration: duration.optional() };

export const calendarServices: Service[] = [
  answeringService('calendar', 'get_events', { fields: range }, (calendar, data, { house }) => {
    const from = data.start_date_time === undefined ? house.settings.now() : parseTime(data.start_date_time);
    if ((data.duration === undefined) === (data.end_date_time === undefined)) {
      throw new CommandError('invalid_format', 'must contain at least one of end_date_time, duration.');
    }
    const { days, hours, minutes, seconds } = data.duration ?? {};
    const length = ((pad(days) * 24 + pad(hours)) * 3600 + pad(minutes) * 60 + pad(seconds)) * 1000;
    const to = data.end_date_time === undefined ? from + length : parseTime(data.end_date_time);
    return {
      events: eventsBetween(calendar, from, to).map(({ start, end, summary, description, location }) => ({
        start,
        end,
        summary,
        description,
        location,
      })),
    };
  }),
  entityService(
    'calendar',
    'create_event',
    {
      fields: {
        summary: z.string(),
        description: z.string().optional(),
        location: z.string().optional(),
        start_date: z.string().optional(),
        end_date: z.string().optional(),
        start_date_time: z.string().optional(),
        end_date_time: z.string().optional(),
      },
      features: [1],
    },
    (calendar, data, { write }) => {
      const start = data.start_date_time ?? data.start_date;
      const end = data.end_date_time ?? data.end_date;
      if (start === undefined || end === undefined) {
        throw new CommandError('invalid_format', 'must contain at least one of start_date, start_date_time, in.');
      }
      const { summary, description, location } = data;
      calendar.memory = { ...calendar.memory, events: [...calendarEvents(calendar), { summary, description, location, start, end }] };
      write(calendar);
    },
  ),
];

/** "2026-01-31 08:00:00" without an offset is in the house's time, here that of UTC. */
function parseTime(text: string): number {
  const at = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(at))
    throw new CommandError('invalid_format', `Invalid datetime specified: ${text} for dictionary value @ data['start_date_time']`);
  return at;
}
