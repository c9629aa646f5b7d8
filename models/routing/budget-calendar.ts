/** Days and months of the host's calendar. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-21` */
export function dayOf(now: number): string {
  const date = new Date(now);
  return `${monthOf(now)}${two(date.getDate())}`;
}

/** `2026-11-`: how its days begin. */
export function monthOf(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-`;
}

/** ms since the epoch of the next midnight. */
export function nextDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** ms since the epoch of the first of the next month. */
export function nextMonth(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime();
}

const amount = (value: number, currency: string): string => `${value.toFixed(2)} ${currency}`;

const money = (limit: number, currency: string, leftMicros: number, span: string, again: string): string =>
  leftMicros <= 0
    ? `The budget of ${amount(limit, currency)} a ${span} is used up; it is free again ${again}.`
    : `Of the budget of ${amount(limit, currency)} a ${span} only ${amount(leftMicros / 1_000_000, currency)} is left, not enough for this; it is free again ${again}.`;

/** What a person is told when a budget says no: which one, and when it is free again. */
export const words = {
  day: (limit: number, currency: string, leftMicros: number): string => money(limit, currency, leftMicros, 'day', 'at midnight'),
  month: (limit: number, currency: string, leftMicros: number, until: number): string =>
    money(limit, currency, leftMicros, 'month', `on ${new Date(until).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}`),
  tokens: (limit: number, left: number): string =>
    left <= 0
      ? `The ${limit.toLocaleString('en-GB')} tokens a day that may leave the house are used up; they are free again at midnight.`
      : `Of the ${limit.toLocaleString('en-GB')} tokens a day that may leave the house only ${left.toLocaleString('en-GB')} are left, not enough for this; they are free again at midnight.`,
};
