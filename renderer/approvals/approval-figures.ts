import type { ApprovalDay } from '../../contract/tool.ts';

/** One bar of the chart; the heights are shares of the busiest day, 0–1. */
export interface DayBar extends ApprovalDay {
  /** "Sat 21 Nov" */
  label: string;
  approvedShare: number;
  refusedShare: number;
  expiredShare: number;
  /** Called off with their turn, or not answered yet. */
  restShare: number;
}

export interface ApprovalFigures {
  bars: DayBar[];
  asked: number;
  /** Of those that a person or the time has answered; undefined while there are none. */
  approvedPercent: number | undefined;
  perDay: number;
}

const DAYS = 14;
const DAY_MS = 86_400_000;
const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** The last fortnight up to the newest day that is known; days without a question are bars of nothing. */
export function approvalFigures(days: readonly ApprovalDay[]): ApprovalFigures {
  const known = new Map(days.map((day) => [day.day, day]));
  const newest = [...known.keys()].sort().at(-1);
  const end = newest === undefined ? Number.NaN : Date.parse(`${newest}T00:00:00Z`);
  if (Number.isNaN(end)) return { bars: [], asked: 0, approvedPercent: undefined, perDay: 0 };
  const shown = Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(end - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { day, asked: 0, approved: 0, refused: 0, expired: 0 };
  });
  const size = (day: ApprovalDay): number => Math.max(day.asked, day.approved + day.refused + day.expired);
  const most = Math.max(1, ...shown.map(size));
  const bars = shown.map((day) => ({
    ...day,
    label: dayName.format(Date.parse(`${day.day}T00:00:00Z`)),
    approvedShare: day.approved / most,
    refusedShare: day.refused / most,
    expiredShare: day.expired / most,
    restShare: Math.max(0, day.asked - day.approved - day.refused - day.expired) / most,
  }));
  const sum = (of: (day: ApprovalDay) => number): number => shown.reduce((total, day) => total + of(day), 0);
  const answered = sum(({ approved, refused, expired }) => approved + refused + expired);
  const asked = sum((day) => day.asked);
  return {
    bars,
    asked,
    approvedPercent: answered === 0 ? undefined : Math.round((100 * sum(({ approved }) => approved)) / answered),
    perDay: Math.round((10 * asked) / DAYS) / 10,
  };
}
