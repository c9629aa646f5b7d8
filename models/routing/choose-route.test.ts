import { describe, expect, it } from 'vitest';
import { MindSettingsSchema, ProviderModelSchema, ProviderSettingsSchema } from '../../contract/models.ts';
import { allRoutes, becauseOf, capableRoutes, orderRoutes, type Route } from './choose-route.ts';
import type { RouteNeed } from './model-router.ts';
import type { RoutedProvider } from './routed-provider.ts';

const need = (more: Partial<RouteNeed> = {}): RouteNeed => ({ privacy: 'may-leave', tools: false, vision: false, tokens: 100, ...more });
const settings = (more: object = {}) => MindSettingsSchema.parse({ privacy: 'may-leave', ...more });

const provider = (id: string, leavesHouse: boolean, models: object[], enabled = true): RoutedProvider => ({
  settings: ProviderSettingsSchema.parse({ id, type: leavesHouse ? 'openai' : 'local', enabled }),
  leavesHouse,
  models: models.map((model) => ProviderModelSchema.parse(model)),
  languageModel: () => {
    throw new Error('nobody is asked here');
  },
});

const HOUSE = [
  provider('local', false, [
    { id: 'small', quality: 30, vision: false },
    { id: 'large', quality: 60, tools: false },
  ]),
  provider('cloud', true, [
    { id: 'mini', quality: 55, price: { input: 0.2, output: 0.8 } },
    { id: 'max', quality: 95, vision: true, price: { input: 5, output: 25 } },
    { id: 'riddle', quality: 70 },
  ]),
  provider('gone', true, [{ id: 'x', quality: 100 }], false),
];
const routes = allRoutes(HOUSE);
const names = (list: readonly Route[]): string[] => list.map(({ name }) => name);
const ordered = (prefer: 'fast' | 'balanced' | 'best' | 'cheap', order: string[] = [], paces: Record<string, number> = {}): string[] =>
  names(orderRoutes(routes, prefer, order, ({ name }) => paces[name]));

describe('who may answer', () => {
  it.each([
    ['local-only', 'may-leave'],
    ['may-leave', 'local-only'],
    ['local-only', 'local-only'],
  ] as const)('is only who stays in the house when settings say %s and the need %s', (ofSettings, ofNeed) => {
    expect(names(capableRoutes(routes, need({ privacy: ofNeed }), settings({ privacy: ofSettings })))).toEqual([
      'local/small',
      'local/large',
    ]);
  });

  it('is everybody who is switched on when both let it leave', () => {
    expect(names(capableRoutes(routes, need(), settings()))).toHaveLength(5);
  });

  it('can use tools, or see, where that is needed', () => {
    expect(names(capableRoutes(routes, need({ tools: true }), settings()))).not.toContain('local/large');
    expect(names(capableRoutes(routes, need({ vision: true }), settings()))).toEqual(['cloud/max']);
    expect(capableRoutes(routes, need({ vision: true, privacy: 'local-only' }), settings())).toEqual([]);
  });
});

describe('who answers first', () => {
  it('is the best for "best"', () => {
    expect(ordered('best')).toEqual(['cloud/max', 'cloud/riddle', 'local/large', 'cloud/mini', 'local/small']);
  });

  it('is what costs nothing for "cheap", the better one of those; an unknown price counts as the dearest', () => {
    expect(ordered('cheap')).toEqual(['local/large', 'local/small', 'cloud/mini', 'cloud/max', 'cloud/riddle']);
  });

  it('is a small one for "fast" until somebody has been measured', () => {
    expect(ordered('fast')[0]).toBe('local/small');
    expect(ordered('fast', [], { 'local/small': 40_000, 'cloud/max': 900 })).toEqual([
      'cloud/max',
      'cloud/mini',
      'local/large',
      'cloud/riddle',
      'local/small',
    ]);
  });

  it('is good, near and not dear for "balanced"', () => {
    expect(ordered('balanced')).toEqual(['cloud/max', 'local/large', 'cloud/riddle', 'cloud/mini', 'local/small']);
  });

  it('is not one that crawls for "balanced"', () => {
    expect(ordered('balanced', [], { 'local/large': 100_000 }).at(-1)).toBe('local/large');
  });

  it('is whom the person put first, whatever is preferred', () => {
    expect(ordered('best', ['local/small', 'cloud/mini', 'unknown/model']).slice(0, 3)).toEqual(['local/small', 'cloud/mini', 'cloud/max']);
  });

  it('is said with its reason', () => {
    const [first] = routes;
    expect(becauseOf(first!, 3, 'cheap', [], false)).toBe('it costs least of 3 that can');
    expect(becauseOf(first!, 1, 'cheap', [], true)).toBe('it is the only one that can answer this, and nothing may leave the house');
    expect(becauseOf(first!, 3, 'cheap', ['local/small'], false)).toBe('it comes first in your order');
  });
});
