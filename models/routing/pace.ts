import type { Attempt } from './attempt.ts';
import type { Pace, Route } from './choose-route.ts';

/** How much the newest answer counts against those before. */
const NEWEST = 0.4;
/** Of the answer whose time is foretold. */
const SHORT_ANSWER = 100;
/** Shorter ones tell nothing of the speed. */
const LEAST_TOKENS = 8;

/** How fast each model has answered in this run. */
export function paces(): { of: Pace; learn(route: Route, attempt: Pick<Attempt, 'firstTokenMs' | 'outputTokens'>, ms: number): void } {
  const known = new Map<string, number>();
  return {
    of: ({ name }) => known.get(name),
    learn({ name }, { firstTokenMs, outputTokens }, ms) {
      if (firstTokenMs === undefined || outputTokens < LEAST_TOKENS) return;
      const latest = firstTokenMs + ((ms - firstTokenMs) / outputTokens) * SHORT_ANSWER;
      const before = known.get(name);
      known.set(name, before === undefined ? latest : before + (latest - before) * NEWEST);
    },
  };
}
