import type { Route } from './choose-route.ts';
import { NoModelError, type RouteNeed } from './model-router.ts';

/** A route that could not answer, and why. */
export interface Tried {
  route: Route;
  why: 'failed' | 'resting' | 'over-budget' | 'too-long';
  /** A sentence for people. */
  reason: string;
}

/** Why nobody answers, in words: what was tried, and what was left out. */
export function noModel(need: RouteNeed, tried: readonly Tried[], left: readonly Tried[], isLocalOnly: boolean): NoModelError {
  const all = [...tried, ...left];
  const longest = all.filter(({ why }) => why === 'too-long');
  if (all.length === 0) {
    const wanted = [...(need.tools ? ['use tools'] : []), ...(need.vision ? ['look at pictures'] : [])].join(' and ');
    return new NoModelError(
      'none',
      `There is no language model ${isLocalOnly ? 'in this house' : 'here'}${wanted === '' ? '' : ` that can ${wanted}`}.`,
    );
  }
  if (longest.length === all.length)
    return new NoModelError('too-long', `That is about ${need.tokens.toLocaleString('en-GB')} tokens, more than any model here can hold.`);
  const budget = all.find(({ why }) => why === 'over-budget');
  const others = all.filter(({ why }) => why === 'failed' || why === 'resting');
  if (budget !== undefined && others.length === 0) return new NoModelError('over-budget', budget.reason);
  const told = [...others, ...(budget === undefined ? [] : [budget])].map(({ route, reason }) => `${route.name}: ${reason}`);
  return new NoModelError('all-failed', `No language model could answer. ${told.join(' ')}`);
}
