import type { MindSettings, ProviderModel } from '../../contract/models.ts';
import type { RouteNeed } from './model-router.ts';
import type { RoutedProvider } from './routed-provider.ts';

/** A model at a provider. */
export interface Route {
  provider: RoutedProvider;
  model: ProviderModel;
  /** `provider/model`, as in the settings' order. */
  name: string;
}

/** Measured in this run: ms for a short answer of 100 tokens; undefined: it has not answered yet. */
export type Pace = (route: Route) => number | undefined;

export const DEFAULT_CONTEXT = 8192;

export const contextOf = ({ model }: Route): number => model.contextLength ?? DEFAULT_CONTEXT;

export function allRoutes(providers: readonly RoutedProvider[]): Route[] {
  return providers
    .filter(({ settings }) => settings.enabled)
    .flatMap((provider) => provider.models.map((model) => ({ provider, model, name: `${provider.settings.id}/${model.id}` })));
}

/** Those that may and can, whatever the length of the prompt. Privacy comes first: what must stay in the house never sees another route. */
export function capableRoutes(routes: readonly Route[], need: Omit<RouteNeed, 'tokens'>, settings: MindSettings): Route[] {
  const mayLeave = need.privacy === 'may-leave' && settings.privacy === 'may-leave';
  return routes.filter(
    ({ provider, model }) => (mayLeave || !provider.leavesHouse) && (!need.tools || model.tools) && (!need.vision || model.vision),
  );
}

/**
 * The best first. The person's own order goes before everything; the rest by what is preferred:
 * - `fast`: fewest ms for a short answer as measured; one that has not answered yet is taken for 1 s and 40 ms more for each point of quality;
 * - `best`: highest quality;
 * - `cheap`: least money for a million tokens, three read for one written; nothing leaves the purse for what stays in the house, and what leaves it
 *   without a known price is taken for the dearest;
 * - `balanced`: quality, with 10 points more for what stays in the house, 2 fewer for each unit of money (at most 40), 1 fewer for each second
 *   above 3 that a short answer took (at most 60).
 * Equal ones: what stays in the house, then the higher quality, then as they stand in the settings.
 */
export function orderRoutes(routes: readonly Route[], prefer: MindSettings['prefer'], order: readonly string[], pace: Pace): Route[] {
  const place = (route: Route): number => {
    const index = order.indexOf(route.name);
    return index === -1 ? order.length : index;
  };
  const cost = costOf(prefer, pace);
  const costs = new Map(routes.map((route) => [route, cost(route)]));
  return routes.toSorted(
    (left, right) =>
      place(left) - place(right) ||
      compare(costs.get(left) ?? 0, costs.get(right) ?? 0) ||
      Number(left.provider.leavesHouse) - Number(right.provider.leavesHouse) ||
      right.model.quality - left.model.quality,
  );
}

const compare = (left: number, right: number): number => (left === right ? 0 : left < right ? -1 : 1);

function costOf(prefer: MindSettings['prefer'], pace: Pace): (route: Route) => number {
  switch (prefer) {
    case 'fast':
      return (route) => pace(route) ?? 1000 + 40 * route.model.quality;
    case 'best':
      return ({ model }) => -model.quality;
    case 'cheap':
      return (route) => moneyOf(route) ?? Number.POSITIVE_INFINITY;
    case 'balanced':
      return (route) => {
        const { provider, model } = route;
        const home = provider.leavesHouse ? 0 : 10;
        const money = Math.min(40, 2 * (moneyOf(route) ?? 5));
        const seconds = Math.min(60, Math.max(0, (pace(route) ?? 0) / 1000 - 3));
        return -(model.quality + home - money - seconds);
      };
    default:
      return prefer satisfies never;
  }
}

/** Of a million tokens, three read for one written; undefined: it costs, and nobody said how much. */
function moneyOf({ provider, model: { price } }: Route): number | undefined {
  if (price === undefined) return provider.leavesHouse ? undefined : 0;
  return (3 * price.input + price.output) / 4;
}

/** Why the first of so many, for people. */
export function becauseOf(
  route: Route,
  count: number,
  prefer: MindSettings['prefer'],
  order: readonly string[],
  isLocalOnly: boolean,
): string {
  const stays = isLocalOnly ? ', and nothing may leave the house' : '';
  if (order.includes(route.name)) return `it comes first in your order${stays}`;
  if (count === 1) return `it is the only one that can answer this${stays}`;
  return `${WHY[prefer]} of ${count} that can${stays}`;
}

const WHY: Record<MindSettings['prefer'], string> = {
  fast: 'it answers fastest',
  balanced: 'it is the best balance of quality, cost and speed',
  best: 'it answers best',
  cheap: 'it costs least',
};
