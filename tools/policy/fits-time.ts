import { DAYS, type RuleTime } from './policy-rule.ts';

const MINUTES_A_DAY = 24 * 60;

/** @param at ms since the epoch @param timeZone IANA name; that of this machine where absent */
export function fitsTime(time: RuleTime, at: number, timeZone?: string): boolean {
  const { day, minute } = localTime(at, timeZone);
  const onDay = (which: number): boolean => time.days === undefined || time.days.includes(DAYS[which]!);
  if (time.from === undefined || time.to === undefined) return onDay(day);
  const from = minutesOf(time.from);
  const to = minutesOf(time.to);
  if (from < to) return onDay(day) && minute >= from && minute < to;
  // Over midnight, or a whole day from its hour on: what began yesterday belongs to yesterday.
  if (minute >= from) return onDay(day);
  return minute < to && onDay((day + 6) % 7);
}

/** The day of the week (Sunday 0) and the minute of the day. */
export function localTime(at: number, timeZone?: string): { day: number; minute: number } {
  const date = new Date(at);
  if (timeZone === undefined) return { day: date.getDay(), minute: date.getHours() * 60 + date.getMinutes() };
  // The wall clock of that zone, read as if it were UTC.
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'long',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(date);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const weekday = part('weekday').toLowerCase();
  const day = DAYS.findIndex((name) => weekday.startsWith(name));
  return { day, minute: (Number(part('hour')) * 60 + Number(part('minute'))) % MINUTES_A_DAY };
}

function minutesOf(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}
