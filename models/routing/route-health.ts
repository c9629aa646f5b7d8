import type { Clock } from '../../contract/clock.ts';
import type { MindSettings, ProviderSettings, ProviderStatus } from '../../contract/models.ts';
import type { ProviderFailure } from '../providers/provider-failure.ts';
import { allRoutes, type Route } from './choose-route.ts';
import { type CircuitBreaker, circuitBreaker, type Rest } from './circuit-breaker.ts';
import { BLAME } from './route-failure.ts';
import type { RoutedProvider } from './routed-provider.ts';
import type { Allowance } from './spending.ts';

/** How one answer went, for whom it was asked of. */
export interface Trial {
  succeeded(): void;
  failed(failure: ProviderFailure): void;
  gaveUp(): void;
}

/** Who rests: one breaker for each provider, and one for each of its models. */
export interface RouteHealth {
  resting(route: Route): Rest | undefined;
  begin(route: Route): Trial;
  forget(provider?: string): void;
  statuses(settings: MindSettings, providers: readonly RoutedProvider[], allowance: (route: Route) => Allowance): ProviderStatus[];
}

interface Kept {
  /** Settings that its breakers were made under. */
  under: string;
  provider: CircuitBreaker;
  models: Map<string, CircuitBreaker>;
  /** The key was refused: that is another state than a rest. */
  refusesKey: boolean;
}

export function routeHealth(clock: Clock): RouteHealth {
  const kept = new Map<string, Kept>();

  /** Other settings are another chance. */
  function keptOf(settings: ProviderSettings): Kept {
    const under = JSON.stringify(settings);
    const known = kept.get(settings.id);
    if (known?.under === under) return known;
    const made: Kept = { under, provider: circuitBreaker(clock), models: new Map(), refusesKey: false };
    kept.set(settings.id, made);
    return made;
  }
  function modelOf(of: Kept, id: string): CircuitBreaker {
    const known = of.models.get(id) ?? circuitBreaker(clock);
    of.models.set(id, known);
    return known;
  }
  const resting = ({ provider, model }: Route): Rest | undefined => {
    const of = keptOf(provider.settings);
    return of.provider.resting() ?? modelOf(of, model.id).resting();
  };

  function stateOf(
    provider: RoutedProvider,
    routes: readonly Route[],
    allowance: (route: Route) => Allowance,
  ): Omit<ProviderStatus, 'settings' | 'leavesHouse'> {
    const of = keptOf(provider.settings);
    const problem = of.provider.problem() ?? [...of.models.values()].map((each) => each.problem()).find((each) => each !== undefined);
    const told = problem === undefined ? {} : { problem };
    if (!provider.settings.enabled) return { state: 'off', ...told };
    if (routes.length === 0) return { state: 'no-models', ...told };
    const rests = routes.map(resting);
    if (rests.every((rest) => rest !== undefined)) {
      const [soonest] = rests.toSorted(
        (left, right) => (left.until ?? Number.POSITIVE_INFINITY) - (right.until ?? Number.POSITIVE_INFINITY),
      );
      return {
        state: of.refusesKey ? 'no-key' : 'resting',
        problem: soonest?.reason ?? problem ?? '',
        ...(soonest?.until === undefined ? {} : { until: soonest.until }),
      };
    }
    const allowances = routes.map(allowance);
    const [first] = allowances;
    if (first?.mayAnswer === false && allowances.every(({ mayAnswer }) => !mayAnswer))
      return { state: 'over-budget', problem: first.reason, until: first.until };
    return { state: 'ready', ...told };
  }

  return {
    resting,
    begin({ provider, model }) {
      const of = keptOf(provider.settings);
      const ofModel = modelOf(of, model.id);
      of.provider.begin();
      ofModel.begin();
      return {
        succeeded() {
          of.provider.succeeded();
          ofModel.succeeded();
          of.refusesKey = false;
        },
        gaveUp() {
          of.provider.gaveUp();
          ofModel.gaveUp();
        },
        failed(failure) {
          const { whom, weight } = BLAME[failure.kind];
          if (whom === 'provider') {
            ofModel.gaveUp();
            of.provider.failed(failure, weight);
            of.refusesKey = failure.kind === 'key';
          } else {
            // The line and the key are good: it was the model that failed.
            if (weight !== 'none') of.provider.succeeded();
            else of.provider.gaveUp();
            ofModel.failed(failure, weight);
          }
        },
      };
    },
    forget(provider) {
      if (provider === undefined) kept.clear();
      else kept.delete(provider);
    },
    statuses(settings, providers, allowance) {
      const opened = new Map(providers.map((provider) => [provider.settings.id, provider]));
      const open = providers.map((provider) => ({
        settings: provider.settings,
        leavesHouse: provider.leavesHouse,
        ...stateOf(provider, allRoutes([provider]), allowance),
      }));
      const rest = settings.providers
        .filter(({ id }) => !opened.has(id))
        .map(
          (each): ProviderStatus => ({
            settings: each,
            leavesHouse: each.leavesHouse ?? each.type !== 'local',
            state: each.enabled ? 'no-models' : 'off',
          }),
        );
      return [...open, ...rest];
    },
  };
}
