import type { UsageDay } from '../../contract/models.ts';

export interface SpendingBar {
  /** `2026-11-21` */
  day: string;
  /** Day of the month. */
  label: string;
  costMicros: number;
  tokens: number;
  answers: number;
  /** From the bottom; `share` 0–1 of the highest bar. */
  pieces: { model: string; colour: number; share: number }[];
}

export interface SpendingFigures {
  by: 'money' | 'tokens';
  /** Oldest first. */
  bars: SpendingBar[];
  /** The most expensive first. `colour` counts from 0; the last stands for all that are left. */
  models: { model: string; colour: number; costMicros: number; tokens: number; answers: number }[];
}

export const SPENDING_DAYS = 30;
/** Models with a colour of their own. */
const OWN = 5;

const tokensOf = ({ inputTokens, outputTokens }: UsageDay): number => inputTokens + outputTokens;

/** What the chart of the last thirty days shows. `today` as `2026-11-21`; by tokens where nothing has cost anything. */
export function spendingFigures(days: readonly UsageDay[], today: string): SpendingFigures {
  const calendar = lastDays(today);
  const known = new Set(calendar);
  const shown = days.filter(({ day }) => known.has(day));
  const by = shown.some(({ costMicros }) => costMicros > 0) ? 'money' : 'tokens';
  const amount = (day: UsageDay): number => (by === 'money' ? day.costMicros : tokensOf(day));
  const sums = new Map<string, SpendingFigures['models'][number] & { amount: number }>();
  for (const day of shown) {
    const model = `${day.provider}/${day.model}`;
    const sum = sums.get(model) ?? { model, colour: 0, costMicros: 0, tokens: 0, answers: 0, amount: 0 };
    sum.costMicros += day.costMicros;
    sum.tokens += tokensOf(day);
    sum.answers += day.answers;
    sum.amount += amount(day);
    sums.set(model, sum);
  }
  const ranked = [...sums.values()]
    .sort((one, other) => other.amount - one.amount || one.model.localeCompare(other.model))
    .map(({ amount: _, ...sum }, index) => ({ ...sum, colour: Math.min(index, OWN) }));
  const colours = new Map(ranked.map(({ model, colour }) => [model, colour]));
  const ofDay = new Map<string, UsageDay[]>();
  for (const day of shown) ofDay.set(day.day, [...(ofDay.get(day.day) ?? []), day]);
  const highest = Math.max(...calendar.map((day) => (ofDay.get(day) ?? []).reduce((sum, each) => sum + amount(each), 0)));
  const bars = calendar.map((day): SpendingBar => {
    const used = ofDay.get(day) ?? [];
    return {
      day,
      label: String(Number(day.slice(-2))),
      costMicros: used.reduce((sum, each) => sum + each.costMicros, 0),
      tokens: used.reduce((sum, each) => sum + tokensOf(each), 0),
      answers: used.reduce((sum, each) => sum + each.answers, 0),
      pieces: used
        .map((each) => {
          const model = `${each.provider}/${each.model}`;
          return { model, colour: colours.get(model) ?? OWN, share: highest === 0 ? 0 : amount(each) / highest };
        })
        .filter(({ share }) => share > 0)
        .sort((one, other) => one.colour - other.colour),
    };
  });
  return { by, bars, models: ranked };
}

function lastDays(today: string): string[] {
  const end = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: SPENDING_DAYS }, (_, index) =>
    new Date(end - (SPENDING_DAYS - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

/** The day on this machine's calendar. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
