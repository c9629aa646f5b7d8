const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago something changed; empty where nobody knows. Both in ms since the epoch. */
export function ageWords(since: number, now: number): string {
  if (since <= 0) return '';
  const age = now - since;
  if (age < MINUTE) return 'just now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  const days = Math.floor(age / DAY);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

const sameDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const otherDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** The moment itself: "14:32", on another day "3 Feb, 14:32". */
export function momentWords(at: number, now: number): string {
  return new Date(at).toDateString() === new Date(now).toDateString() ? sameDay.format(at) : otherDay.format(at);
}
