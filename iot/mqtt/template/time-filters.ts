import type { Filter } from './arguments.ts';
import { TemplateFailure } from './run.ts';
import { numberOf, textOf } from './values.ts';

/** Seconds since the epoch of a moment in any of its forms; undefined for what is none. */
export function timestampOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime() / 1000;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const parsed = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? numberOf(value) : parsed / 1000;
}

const two = (value: number): string => String(value).padStart(2, '0');
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The commoner half of Python's strftime. */
function written(date: Date, format: string): string {
  return format.slice(0, 200).replace(/%(-?[a-zA-Z%])/g, (whole, sign: string) => {
    switch (sign) {
      case 'Y':
        return String(date.getUTCFullYear());
      case 'm':
        return two(date.getUTCMonth() + 1);
      case 'd':
        return two(date.getUTCDate());
      case '-d':
        return String(date.getUTCDate());
      case 'H':
        return two(date.getUTCHours());
      case 'I':
        return two(date.getUTCHours() % 12 || 12);
      case 'p':
        return date.getUTCHours() < 12 ? 'AM' : 'PM';
      case 'M':
        return two(date.getUTCMinutes());
      case 'S':
        return two(date.getUTCSeconds());
      case 'B':
        return months[date.getUTCMonth()] ?? '';
      case 'b':
        return (months[date.getUTCMonth()] ?? '').slice(0, 3);
      case 'A':
        return days[date.getUTCDay()] ?? '';
      case 'a':
        return (days[date.getUTCDay()] ?? '').slice(0, 3);
      case '%':
        return '%';
      default:
        return whole;
    }
  });
}

const offsetOf = (date: Date): string => {
  const minutes = -date.getTimezoneOffset();
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
};

function moment(value: unknown): Date {
  const seconds = timestampOf(value);
  if (seconds === undefined || Math.abs(seconds) > 8e12) throw new TemplateFailure('this is no moment in time');
  return new Date(seconds * 1000);
}
/** Shifted so that its UTC fields are the local ones. */
const local = (date: Date): Date => new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
const orDefault =
  (index: number, work: Filter): Filter =>
  (value, given, run) =>
    timestampOf(value) === undefined && given.has(index, 'default') ? given.at(index, 'default') : work(value, given, run);

export const timeFilters: Readonly<Record<string, Filter>> = {
  as_timestamp: orDefault(0, (value) => moment(value).getTime() / 1000),
  as_datetime: orDefault(0, (value) => moment(value)),
  as_local: (value) => moment(value),
  timestamp_custom: orDefault(2, (value, given, run) => {
    const date = moment(value);
    return written(given.at(1, 'local') === false ? date : local(date), given.text(0, 'format_string', run));
  }),
  timestamp_local: orDefault(0, (value) => {
    const date = moment(value);
    return written(local(date), '%Y-%m-%dT%H:%M:%S') + offsetOf(date);
  }),
  timestamp_utc: orDefault(0, (value) => `${written(moment(value), '%Y-%m-%dT%H:%M:%S')}+00:00`),
  strftime: (value, given, run) => written(local(moment(value)), textOf(given.at(0, 'format'), run)),
};
