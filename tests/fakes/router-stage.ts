import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { MindSettingsSchema, ProviderModelSchema, ProviderSettingsSchema } from '../../contract/models.ts';
import type { ProviderFailureKind } from '../../models/providers/failure-nature.ts';
import { ProviderFailure } from '../../models/providers/provider-failure.ts';
import { createRouter, type Router } from '../../models/routing/create-router.ts';
import type { RouteEvent, RouteNeed } from '../../models/routing/model-router.ts';
import type { RoutedProvider } from '../../models/routing/routed-provider.ts';
import { openSpending, type SpendingLedger } from '../../models/routing/spending.ts';
import { FakeClock } from './fake-clock.ts';
import { type Script, type ScriptedModel, scriptedModel, text } from './scripted-language-model.ts';

export type Part = LanguageModelV4StreamPart;

export interface RouterMember {
  model: ScriptedModel;
  leavesHouse?: boolean;
  /** Of the model: price, quality, contextLength … */
  more?: object;
}

export interface RouterStage {
  router: Router;
  clock: FakeClock;
  spending: SpendingLedger;
  events: RouteEvent[];
  /** Asks, and gives all parts of the answer. */
  ask(need?: Partial<RouteNeed>, options?: Partial<LanguageModelV4CallOptions>): Promise<Part[]>;
  providers: RoutedProvider[];
  saved: () => unknown;
}

/** Each member is a provider of its own, named as its model; asked in this order. */
export async function routerStage(members: RouterMember[], settings: object = {}): Promise<RouterStage> {
  const clock = new FakeClock(new Date(2026, 10, 21, 12).getTime());
  const order = members.map(({ model: { modelId } }) => `${modelId}/${modelId}`);
  const parsed = MindSettingsSchema.parse({ privacy: 'may-leave', order, ...settings });
  let saved: unknown;
  const store = {
    load: async () => undefined,
    save: async (value: unknown) => {
      saved = structuredClone(value);
    },
  };
  const spending = await openSpending({ store, clock, budget: () => parsed.budget });
  const providers = members.map(({ model, leavesHouse = true, more = {} }): RoutedProvider => {
    const id = model.modelId;
    return {
      settings: ProviderSettingsSchema.parse({ id, type: leavesHouse ? 'openai' : 'local' }),
      leavesHouse,
      models: [ProviderModelSchema.parse({ id, contextLength: 100_000, ...more })],
      languageModel: () => model,
    };
  });
  const router = createRouter({ settings: () => parsed, providers: () => providers, clock, spending });
  const events: RouteEvent[] = [];
  const ask: RouterStage['ask'] = async (need = {}, options = {}) => {
    const parts: Part[] = [];
    for await (const part of router.answer(whole(need), { prompt: PROMPT, ...options }, (event) => events.push(event))) parts.push(part);
    return parts;
  };
  return { router, clock, spending, events, ask, providers, saved: () => saved };
}

export const PROMPT: LanguageModelV4CallOptions['prompt'] = [{ role: 'user', content: [{ type: 'text', text: 'Is the light on?' }] }];
export const whole = (need: Partial<RouteNeed>): RouteNeed => ({
  privacy: 'may-leave',
  tools: false,
  vision: false,
  tokens: 1000,
  ...need,
});
export const said = (parts: readonly Part[]): string => parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('');
export const finishes = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => (part.type === 'finish' ? [part.finishReason.unified] : []));
/** One line for each event, without times. */
export const log = (events: readonly RouteEvent[]): string[] =>
  events.map((event) => {
    switch (event.type) {
      case 'model-chosen':
        return `chosen ${event.provider}${event.leavesHouse ? ', leaves the house' : ''}${event.continues === true ? ', goes on' : ''}: ${event.because}`;
      case 'model-failed':
        return `failed ${event.provider}${event.retryable ? '' : ' for good'}: ${event.reason}`;
      case 'model-ended':
        return `ended ${event.provider} ${event.finish}: ${event.usage.inputTokens} in, ${event.usage.outputTokens} out, ${event.usage.costMicros} µ`;
      default:
        return event satisfies never;
    }
  });
export const failure = (kind: ProviderFailureKind, more: object = {}): ProviderFailure =>
  new ProviderFailure({ kind, ...more }, { name: 'Cloud', model: 'm' });
/** Says something, then fails. */
export const dies = (words: string, error: unknown = failure('unreachable')): Script =>
  function* () {
    yield* text(words.split(/(?<=\s)/u), { open: true });
    throw error;
  };
export const TOLD = { input: 100, output: 20 };
export const member = (id: string, ...scripts: (Script | Error)[]): RouterMember => ({ model: scriptedModel(id, ...scripts) });
