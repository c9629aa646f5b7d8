import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { Source } from '../../contract/tool.ts';
import type { Policy, Rate } from '../policy.ts';
import { localTime } from './fits-time.ts';
import type { PolicyCall } from './policy-call.ts';
import { RateLimits } from './rate-limits.ts';
import { valuesAt } from './values-at.ts';

const DAY_MS = 86_400_000;
const HOURS_A_WEEK = 168;
/** Pairs of tool and target that are remembered; those not used for longest go first. */
const MOST_KEPT = 2_000;
/** Targets of one call that are looked at; a scene of hundreds is judged by its first ones. */
const MOST_TARGETS = 20;

const DEFAULTS = { days: 28, uses: 20 };
const BURST: Record<'person' | 'program', Rate> = { person: { calls: 300, seconds: 60 }, program: { calls: 60, seconds: 60 } };

const UseSchema = z.object({
  /** ms since the epoch */
  first: z.number(),
  last: z.number(),
  /** By hour of the week, Sunday 0 o'clock first; all hours together are the uses. */
  hours: z.array(z.number().int().min(0)).length(HOURS_A_WEEK),
});
type Use = z.infer<typeof UseSchema>;

const SavedSchema = z.object({ uses: z.array(z.tuple([z.string().max(400), UseSchema])).max(MOST_KEPT) });

/** Keeps it. `load` gives what was saved last, or undefined. */
export interface UsageStore {
  load(): Promise<unknown>;
  save(profile: unknown): Promise<void>;
}

/**
 * What is usual here: which tool was used on what at which hour of the week, and how often in a row. It only ever makes a call ask; nothing becomes
 * allowed by being usual.
 */
export class UsageProfile {
  readonly #store: UsageStore | undefined;
  readonly #bursts: RateLimits;
  #uses = new Map<string, Use>();
  #unsaved = false;

  /** Without a store nothing is remembered past the process. */
  constructor(clock: Clock, store?: UsageStore) {
    this.#store = store;
    this.#bursts = new RateLimits(clock);
  }

  /** False when what was saved cannot be read: it begins anew, and until it knows enough nothing is unusual. */
  async load(): Promise<boolean> {
    const parsed = SavedSchema.safeParse((await this.#store?.load()) ?? { uses: [] });
    if (parsed.success) this.#uses = new Map(parsed.data.uses);
    return parsed.success;
  }

  async save(): Promise<void> {
    if (!this.#unsaved) return;
    this.#unsaved = false;
    try {
      await this.#store?.save({ uses: [...this.#uses] });
    } catch (error) {
      this.#unsaved = true;
      throw error;
    }
  }

  /** Why this call is unusual, in words that end a sentence; undefined when it is not. Counts it for bursts unless it is only looked at. */
  unusual(call: PolicyCall, policy: Policy, { count }: { count: boolean }): string | undefined {
    const { off, days = DEFAULTS.days, uses = DEFAULTS.uses, people = false, burst } = policy.anomaly ?? {};
    if (off === true || call.risk === 'observe') return undefined;
    const rate = burst ?? BURST[isPerson(call.source) ? 'person' : 'program'];
    const isBurst = count && this.#bursts.take([{ name: `${call.source} ${call.tool}`, rate }]) !== undefined;
    if (isBurst) return `that is more than ${rate.calls} times in ${rate.seconds} seconds`;
    // A person who stands there and wants light at an hour without light so far is no anomaly.
    if (call.risk === 'change' && isPerson(call.source) && !people) return undefined;
    const hour = hourOf(call.at, policy.timeZone);
    const strange = keysOf(call).find((key) => {
      const use = this.#uses.get(key);
      if (use === undefined || call.at - use.first < days * DAY_MS || total(use) < uses) return false;
      return !nearby(hour).some((each) => use.hours[each]! > 0);
    });
    return strange === undefined ? undefined : 'it was never done at this hour before';
  }

  /** It was done, by a rule or with a person's yes. */
  used(call: PolicyCall, policy: Policy): void {
    if (call.risk === 'observe') return;
    const now = call.at;
    const hour = hourOf(now, policy.timeZone);
    for (const key of keysOf(call)) {
      const use = this.#uses.get(key) ?? { first: now, last: now, hours: Array.from({ length: HOURS_A_WEEK }, () => 0) };
      use.hours[hour]! += 1;
      use.last = now;
      // A clock that was set back must not make history longer than it is.
      use.first = Math.min(use.first, now);
      this.#uses.delete(key);
      this.#uses.set(key, use);
    }
    for (const key of this.#uses.keys()) {
      if (this.#uses.size <= MOST_KEPT) break;
      this.#uses.delete(key);
    }
    this.#unsaved = true;
  }
}

const isPerson = (source: Source): boolean => source === 'voice' || source === 'page' || source === 'cli' || source === 'timer';

const total = ({ hours }: Use): number => hours.reduce((sum, count) => sum + count, 0);

function hourOf(at: number, timeZone: string | undefined): number {
  const { day, minute } = localTime(at, timeZone);
  return day * 24 + Math.floor(minute / 60);
}

/** The hour, the one before and the one after, on every day of the same kind: weekdays are alike, and so are the two days of the weekend. */
function nearby(hour: number): number[] {
  return [-1, 0, 1].flatMap((by) => {
    const at = (hour + by + HOURS_A_WEEK) % HOURS_A_WEEK;
    const day = Math.floor(at / 24);
    const alike = day === 0 || day === 6 ? [0, 6] : [1, 2, 3, 4, 5];
    return alike.map((each) => each * 24 + (at % 24));
  });
}

function keysOf({ tool, input }: PolicyCall): string[] {
  const targets = [...valuesAt(input, 'entityIds'), ...valuesAt(input, 'entityId')].filter((each) => typeof each === 'string');
  return targets.length === 0 ? [tool] : targets.slice(0, MOST_TARGETS).map((target) => `${tool} ${target}`.slice(0, 400));
}
