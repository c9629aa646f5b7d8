import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { type Budget, type Price, type Spending, type Usage, UsageDaySchema } from '../../contract/models.ts';
import { dayOf, monthOf, nextDay, nextMonth, words } from './budget-calendar.ts';
import type { Route } from './choose-route.ts';

export interface SpendingStore {
  load(): Promise<unknown>;
  save(value: unknown): Promise<void>;
}

export type Allowance =
  | { mayAnswer: true /** Most tokens of the answer; absent: nobody counts them. */; outputTokens?: number }
  | { mayAnswer: false /** A sentence for people. */; reason: string /** ms since the epoch */; until: number };

/** An answer that is being given. */
export interface OpenAnswer {
  /** What it took in the end. Never rejects: what could not be written down stays known, and is written before the next answer that costs. */
  end(usage: Omit<Usage, 'costMicros'>): Promise<Usage>;
  /** It was turned away, and took nothing. */
  drop(): void;
}

/** What was spent, by day and model, and whether more may be. */
export interface SpendingLedger {
  /** @param wanted tokens the answer would like to have at most */
  allowance(route: Route, promptTokens: number, wanted?: number): Allowance;
  /**
   * Sets aside what the answer may cost until it is known, and writes that down first where it costs something: an answer that JARVIS does not live to see
   * the end of is counted as what was asked for it.
   * @throws Error in words when there is a budget and the disk refuses
   */
  begin(route: Route, promptTokens: number, outputTokens: number): Promise<OpenAnswer>;
  report(): Spending;
  /** Why what is spent cannot be read or written, in words. */
  problem(): string | undefined;
  /** Everything known is on disk; rejects when the disk refuses. */
  flush(): Promise<void>;
}

/** An answer shorter than this is not worth asking for. */
const LEAST_OUTPUT_TOKENS = 256;
const KEPT_DAYS = 400;

const DaySchema = UsageDaySchema.extend({ leftHouse: z.boolean() });
type Day = z.infer<typeof DaySchema>;
const OpenSchema = z.object({
  day: z.string(),
  provider: z.string(),
  model: z.string(),
  leftHouse: z.boolean(),
  inputTokens: z.number(),
  costMicros: z.number(),
});
const FileSchema = z.object({ version: z.literal(1), days: z.array(DaySchema), open: z.array(OpenSchema) });

interface Reservation extends z.infer<typeof OpenSchema> {
  /** At most; only for those that run beside it. */
  mostTokens: number;
  mostMicros: number;
}

/** Money for so many tokens in millionths, rounded up: a price is for a million. */
export function costMicros(price: Price | undefined, usage: Omit<Usage, 'costMicros'>): number {
  if (price === undefined) return 0;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const micros =
    (usage.inputTokens - cached) * price.input + cached * (price.cachedInput ?? price.input) + usage.outputTokens * price.output;
  return Math.ceil(micros - 1e-6);
}

const isPriced = ({ model: { price } }: Route): boolean =>
  price !== undefined && (price.input > 0 || price.output > 0 || (price.cachedInput ?? 0) > 0);

/** Opens what was spent so far. A store that cannot be understood is left as it is; then nothing that a budget is for is asked, and `problem` says why. */
export async function openSpending(options: { store: SpendingStore; clock: Clock; budget: () => Budget }): Promise<SpendingLedger> {
  const { store, clock, budget } = options;
  let unreadable: string | undefined;
  let unwritten: string | undefined;
  let days: Day[] = [];
  const open = new Set<Reservation>();

  try {
    const loaded = await store.load();
    if (loaded !== undefined) {
      const file = FileSchema.safeParse(loaded);
      if (!file.success)
        throw new Error('What was spent cannot be read: the file holds something else. Put back a copy of it, or move it away.');
      days = file.data.days;
      // JARVIS ended in the middle of these.
      for (const each of file.data.open) count(each, { inputTokens: each.inputTokens, outputTokens: 0, costMicros: each.costMicros });
    }
  } catch (error) {
    unreadable = error instanceof Error ? error.message : String(error);
  }

  function count(of: Pick<Day, 'provider' | 'model' | 'day' | 'leftHouse'>, usage: Usage): void {
    let entry = days.find(
      (each) => each.day === of.day && each.provider === of.provider && each.model === of.model && each.leftHouse === of.leftHouse,
    );
    if (entry === undefined) {
      const { day, provider, model, leftHouse } = of;
      entry = { day, provider, model, leftHouse, inputTokens: 0, outputTokens: 0, costMicros: 0, answers: 0 };
      days.push(entry);
    }
    entry.answers += 1;
    entry.inputTokens += usage.inputTokens;
    entry.outputTokens += usage.outputTokens;
    entry.costMicros += usage.costMicros;
    if (usage.cachedInputTokens !== undefined) entry.cachedInputTokens = (entry.cachedInputTokens ?? 0) + usage.cachedInputTokens;
  }

  const sum = (list: readonly Day[]): Usage => {
    const total = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costMicros: 0 };
    for (const each of list) {
      total.inputTokens += each.inputTokens;
      total.outputTokens += each.outputTokens;
      total.cachedInputTokens += each.cachedInputTokens ?? 0;
      total.costMicros += each.costMicros;
    }
    return total;
  };
  const today = (): Day[] => days.filter(({ day }) => day === dayOf(clock.now()));
  const thisMonth = (): Day[] => days.filter(({ day }) => day.startsWith(monthOf(clock.now())));

  let writing: Promise<void> | undefined;
  let isDirty = false;
  /** One write at a time; those that wait share the next. */
  const flush = async (): Promise<void> => {
    if (unreadable !== undefined) throw new Error(unreadable);
    while (isDirty || writing !== undefined) {
      writing ??= write().finally(() => {
        writing = undefined;
      });
      await writing;
    }
  };
  const write = async (): Promise<void> => {
    isDirty = false;
    const oldest = dayOf(clock.now() - KEPT_DAYS * 24 * 60 * 60_000);
    days = days.filter(({ day }) => day >= oldest);
    const pending = [...open].map(({ mostTokens: _tokens, mostMicros: _micros, ...each }) => each);
    try {
      await store.save({ version: 1, days, open: pending });
      unwritten = undefined;
    } catch (error) {
      isDirty = true;
      unwritten = `What was spent cannot be written down: ${error instanceof Error ? error.message : String(error)}`;
      throw new Error(unwritten, { cause: error });
    }
  };

  const hasLimit = (route: Route): boolean => {
    const { perDay, perMonth, tokensPerDay } = budget();
    return (
      (isPriced(route) && (perDay !== undefined || perMonth !== undefined)) || (route.provider.leavesHouse && tokensPerDay !== undefined)
    );
  };

  return {
    allowance(route, promptTokens, wanted = Number.POSITIVE_INFINITY) {
      if (!hasLimit(route)) return { mayAnswer: true };
      if (unreadable !== undefined) return { mayAnswer: false, reason: unreadable, until: nextDay(clock.now()) };
      const now = clock.now();
      const { perDay, perMonth, tokensPerDay, currency } = budget();
      const least = Math.min(wanted, LEAST_OUTPUT_TOKENS);
      let most = Number.POSITIVE_INFINITY;
      const { price } = route.model;
      const reserved = [...open].reduce((total, each) => total + each.mostMicros, 0);
      const money = [
        { limit: perMonth, spent: sum(thisMonth()).costMicros, say: words.month, until: nextMonth(now) },
        { limit: perDay, spent: sum(today()).costMicros, say: words.day, until: nextDay(now) },
      ];
      for (const { limit, spent, say, until } of money) {
        if (limit === undefined || price === undefined || !isPriced(route)) continue;
        const left = limit * 1_000_000 - spent - reserved;
        if (left <= 0 || costMicros(price, { inputTokens: promptTokens, outputTokens: least }) > left)
          return { mayAnswer: false, reason: say(limit, currency, left, until), until };
        if (price.output > 0) most = Math.min(most, Math.floor((left - promptTokens * price.input) / price.output));
      }
      if (tokensPerDay !== undefined && route.provider.leavesHouse) {
        const { inputTokens, outputTokens } = sum(today().filter(({ leftHouse }) => leftHouse));
        const running = [...open].reduce((total, each) => total + (each.leftHouse ? each.mostTokens : 0), 0);
        const left = tokensPerDay - inputTokens - outputTokens - running;
        if (left <= 0 || promptTokens + least > left)
          return { mayAnswer: false, reason: words.tokens(tokensPerDay, left), until: nextDay(now) };
        most = Math.min(most, left - promptTokens);
      }
      return { mayAnswer: true, ...(Number.isFinite(most) ? { outputTokens: most } : {}) };
    },

    async begin(route, promptTokens, outputTokens) {
      const { provider, model } = route;
      const asked = { inputTokens: promptTokens, outputTokens: 0 };
      const reservation: Reservation = {
        day: dayOf(clock.now()),
        provider: provider.settings.id,
        model: model.id,
        leftHouse: provider.leavesHouse,
        inputTokens: promptTokens,
        costMicros: costMicros(model.price, asked),
        mostTokens: promptTokens + outputTokens,
        mostMicros: costMicros(model.price, { inputTokens: promptTokens, outputTokens }),
      };
      const isCharged = provider.leavesHouse || isPriced(route);
      if (isCharged) {
        open.add(reservation);
        isDirty = true;
        try {
          await flush();
        } catch (error) {
          // Without a budget nobody asked for the figures to be kept at any price.
          if (hasLimit(route)) {
            open.delete(reservation);
            throw error;
          }
        }
      }
      return {
        drop() {
          if (open.delete(reservation)) isDirty = true;
        },
        async end(used) {
          open.delete(reservation);
          const usage: Usage = { ...used, costMicros: costMicros(model.price, used) };
          count({ ...reservation, day: dayOf(clock.now()) }, usage);
          isDirty = true;
          const saved = flush().catch(() => undefined);
          if (isCharged) await saved;
          return usage;
        },
      };
    },

    report: () => ({
      budget: budget(),
      today: sum(today()),
      month: sum(thisMonth()),
      days: days
        .toSorted((left, right) => (left.day === right.day ? 0 : left.day < right.day ? 1 : -1))
        .map(({ leftHouse: _left, ...each }) => each),
    }),
    problem: () => unreadable ?? unwritten,
    flush,
  };
}
