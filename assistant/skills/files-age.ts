const DAY = 24 * 3_600_000;

/** Midnight of the day that `days` is away, local time, in ms since the epoch. */
function dayStart(now: number, days: number): number {
  const at = new Date(now);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
}

/** "yesterday", "last week" → between which times (ms since the epoch). A week begins on Monday. Empty where nothing is said or it is not known. */
export function spanOfAge(age: string | undefined, now: number): { from?: number; to?: number } {
  const at = new Date(now);
  const sinceMonday = (at.getDay() + 6) % 7;
  const month = (by: number): number => new Date(at.getFullYear(), at.getMonth() + by, 1).getTime();
  switch (age) {
    case 'today':
      return { from: dayStart(now, 0), to: now + DAY };
    case 'yesterday':
      return { from: dayStart(now, -1), to: dayStart(now, 0) - 1 };
    case 'this week':
      return { from: dayStart(now, -sinceMonday), to: now + DAY };
    case 'last week':
      return { from: dayStart(now, -sinceMonday - 7), to: dayStart(now, -sinceMonday) - 1 };
    case 'this month':
      return { from: month(0), to: now + DAY };
    case 'last month':
      return { from: month(-1), to: month(0) - 1 };
    default:
      return {};
  }
}
