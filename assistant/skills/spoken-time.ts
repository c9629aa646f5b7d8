/** Moments and days as they are said, in the local time of this machine. */

const DAY_MS = 86_400_000;

const clock12 = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true });
const clock24 = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });

/** Midnight before `at`, `days` later; by the calendar, so that a day of 23 or 25 hours is one day. */
export function midnight(at: number, days = 0): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** The same day at `hours` o'clock. */
export function hourOf(at: number, hours: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), hours).getTime();
}

/** "7:30 pm", "8 pm" */
export const timeOfDay = (at: number): string => clock12.format(at).replace(':00', '');

/** "14:05" */
export const clockTime = (at: number): string => clock24.format(at);

/** "9", "19:30": how a person reads out an appointment. */
export function briefTime(at: number): string {
  const date = new Date(at);
  return date.getMinutes() === 0 ? String(date.getHours()) : clockTime(at).replace(/^0/u, '');
}

/** "today", "tomorrow", "yesterday", "on Monday", "on 3 March". */
export function dayName(at: number, now: number): string {
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  return Math.abs(days) < 7 ? `on ${weekday.format(at)}` : `on ${dayAndMonth.format(at)}`;
}

/** "at 14:05" for today, else "yesterday at 14:05". */
export function momentName(at: number, now: number): string {
  const day = dayName(at, now);
  return day === 'today' ? `at ${clockTime(at)}` : `${day} at ${clockTime(at)}`;
}

/** ms until the clock shows `HH:MM` next; with `inDays`, on that day. */
export function untilClock(time: string, now: number, inDays?: number): number {
  const [hours, minutes] = time.split(':').map(Number);
  const at = (days: number): number => {
    const date = new Date(midnight(now, days));
    date.setHours(hours ?? 0, minutes ?? 0, 0, 0);
    return date.getTime();
  };
  if (inDays !== undefined) return at(inDays) - now;
  const today = at(0);
  return (today > now ? today : at(1)) - now;
}

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/**
 * The stretch of time that "today", "tonight", "tomorrow", "weekend" or a weekday means, from now on. `label` is how to begin a sentence with it.
 * Undefined for a word that names no day.
 */
export function daySpan(day: string, now: number): { from: number; to: number; label: string } | undefined {
  const span = (first: number, count: number, label: string) => ({ from: midnight(now, first), to: midnight(now, first + count), label });
  const weekdayNow = new Date(now).getDay();
  const word = day.toLowerCase();
  if (word === 'today') return { ...span(0, 1, 'today'), from: now };
  if (word === 'tonight') return { from: Math.max(now, hourOf(now, 18)), to: hourOf(midnight(now, 1), 6), label: 'tonight' };
  if (word === 'tomorrow') return span(1, 1, 'tomorrow');
  if (word === 'week' || word === 'this_week') return { ...span(0, 7, 'in the next seven days'), from: now };
  if (word === 'weekend') {
    if (weekdayNow === 0) return { ...span(0, 1, 'at the weekend'), from: now };
    return span(6 - weekdayNow, 2, 'at the weekend');
  }
  const index = DAYS.indexOf(word);
  if (index < 0) return undefined;
  const ahead = (index - weekdayNow + 7) % 7;
  const label = ahead === 0 ? 'today' : ahead === 1 ? 'tomorrow' : `on ${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  return span(ahead, 1, label);
}
