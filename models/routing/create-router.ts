import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { Clock } from '../../contract/clock.ts';
import type { MindSettings, ProviderStatus } from '../../contract/models.ts';
import { AnswerBlocks, type Attempt, NO_USAGE, openAttempt, type Patience } from './attempt.ts';
import { allRoutes, becauseOf, capableRoutes, contextOf, orderRoutes, type Route } from './choose-route.ts';
import { estimatePromptTokens } from './estimate-tokens.ts';
import type { ModelRouter, RouteEvent, RouteNeed } from './model-router.ts';
import { noModel, type Tried } from './no-model.ts';
import { paces } from './pace.ts';
import { routeFailure } from './route-failure.ts';
import { routeHealth } from './route-health.ts';
import type { RoutedProvider } from './routed-provider.ts';
import { promptToGoOn } from './seam.ts';
import type { SpendingLedger } from './spending.ts';
import { usageOf } from './usage-of.ts';

export interface RouterOptions {
  settings(): MindSettings;
  /** In the order in which equal ones are asked. */
  providers(): readonly RoutedProvider[];
  clock: Clock;
  spending: SpendingLedger;
  /** How long a provider may say nothing. In the house a model may first have to be loaded, and to read a long prompt on the processor. */
  patience?: { away?: Patience; home?: Patience };
}

export interface Router extends ModelRouter {
  /** Every provider of the settings, and the ones that JARVIS brings itself. */
  statuses(): ProviderStatus[];
  /** Why nobody could answer just now what somebody might at another time, in words: a budget, a rest. Undefined: somebody could, or nobody ever can. */
  whyNot(need: RouteNeed): string | undefined;
  /** Keys or settings of a provider are others now: what rested for good is tried again. Absent: of all. */
  settingsChanged(provider?: string): void;
}

const AWAY: Patience = { firstMs: 60_000, silentMs: 30_000 };
const HOME: Patience = { firstMs: 10 * 60_000, silentMs: 2 * 60_000 };

/** Tokens, as estimated, that nobody reads to the end of: an answer without a limit is ended there. */
const LONGEST_ANSWER = 16_384;
/** An estimate may be that much too high before an answer is ended for having not kept to its limit. */
const OVER = 1.5;

/** Makes one model of all: see `ModelRouter`. */
export function createRouter({ settings, providers, clock, spending, patience = {} }: RouterOptions): Router {
  const health = routeHealth(clock);
  const pace = paces();

  interface Choice {
    ready: Route[];
    isLocalOnly: boolean;
    prefer: MindSettings['prefer'];
    /** Why others of those that could are left out. */
    left: Tried[];
  }

  /** All that could answer, the best first; those that rest, cost too much or are too small are told apart. */
  function choose(need: RouteNeed, promptTokens: number, wanted: number | undefined, tried: ReadonlySet<string>): Choice {
    const now = settings();
    const prefer = need.prefer ?? now.prefer;
    const capable = now.enabled ? capableRoutes(allRoutes(providers()), need, now) : [];
    const left: Tried[] = [];
    const ready = capable.filter((route) => {
      if (tried.has(route.name)) return false;
      if (contextOf(route) < need.tokens) {
        left.push({ route, why: 'too-long', reason: `It holds ${contextOf(route).toLocaleString('en-GB')} tokens.` });
        return false;
      }
      const rest = health.resting(route);
      if (rest !== undefined) {
        left.push({ route, why: 'resting', reason: rest.reason });
        return false;
      }
      const allowance = spending.allowance(route, promptTokens, wanted);
      if (!allowance.mayAnswer) left.push({ route, why: 'over-budget', reason: allowance.reason });
      return allowance.mayAnswer;
    });
    const isLocalOnly = now.privacy === 'local-only' || need.privacy === 'local-only';
    return { ready: orderRoutes(ready, prefer, now.order, pace.of), isLocalOnly, prefer, left };
  }

  async function* answer(
    need: RouteNeed,
    options: LanguageModelV4CallOptions,
    tell: (event: RouteEvent) => void,
  ): AsyncGenerator<LanguageModelV4StreamPart, void> {
    const signal = options.abortSignal;
    const blocks = new AnswerBlocks();
    /** An answer that must be JSON cannot be gone on with by another: it is given whole, or begun anew. */
    const isWhole = options.responseFormat?.type === 'json';
    const tried = new Map<string, Tried>();
    let said = '';
    let isStarted = false;

    for (;;) {
      signal?.throwIfAborted();
      const request = said === '' ? options : { ...options, prompt: promptToGoOn(options.prompt, said) };
      const promptTokens = estimatePromptTokens(request);
      const { ready, isLocalOnly, prefer, left } = choose(need, promptTokens, options.maxOutputTokens, new Set(tried.keys()));
      const [route] = ready;
      if (route === undefined) throw noModel(need, [...tried.values()], left, isLocalOnly);
      const before = [...tried.values()].at(-1);
      const because = becauseOf(route, ready.length, prefer, settings().order, isLocalOnly);

      const allowance = spending.allowance(route, promptTokens, options.maxOutputTokens);
      if (!allowance.mayAnswer) {
        tried.set(route.name, { route, why: 'over-budget', reason: allowance.reason });
        continue;
      }
      const most = smallest(options.maxOutputTokens, allowance.outputTokens);
      const expected = most ?? Math.max(0, need.tokens - promptTokens);
      let open: Awaited<ReturnType<SpendingLedger['begin']>>;
      try {
        open = await spending.begin(route, promptTokens, expected);
      } catch (error) {
        tried.set(route.name, { route, why: 'over-budget', reason: error instanceof Error ? error.message : String(error) });
        continue;
      }

      const of = { provider: route.provider.settings.id, model: route.model.id };
      tell({
        type: 'model-chosen',
        ...of,
        leavesHouse: route.provider.leavesHouse,
        because: before === undefined ? because : `${before.route.name} could not, and ${because}`,
        ...(said === '' ? {} : { continues: true }),
      });
      const trial = health.begin(route);
      const startedAt = clock.monotonic();
      const attempt = openAttempt({
        model: route.provider.languageModel(route.model.id),
        options: { ...request, ...(most === undefined ? {} : { maxOutputTokens: most }) },
        said,
        blocks,
        patience: route.provider.leavesHouse ? (patience.away ?? AWAY) : (patience.home ?? HOME),
        mostTokens: (most ?? LONGEST_ANSWER) * OVER + 64,
        clock,
      });
      /** Counts what it took and tells it; once, however it ends. */
      const ended = async (finish: Extract<RouteEvent, { type: 'model-ended' }>['finish']): Promise<void> => {
        const usage = await open.end(usageOf(attempt, promptTokens));
        const ms = clock.monotonic() - startedAt;
        const { firstTokenMs } = attempt;
        if (finish === 'stop' || finish === 'length') pace.learn(route, attempt, ms);
        tell({ type: 'model-ended', ...of, usage, ...(firstTokenMs === undefined ? {} : { firstTokenMs }), ms, finish });
      };

      let isDone = false;
      const held: LanguageModelV4StreamPart[] = [];
      try {
        for await (const part of attempt.parts()) {
          if (part.type === 'stream-start' && !isWhole) {
            if (isStarted) continue;
            isStarted = true;
          }
          if (isWhole) held.push(part);
          else yield part;
        }
        if (isEmpty(attempt, said) && ready.length > 1) throw new Error('It answered nothing.');
        isDone = true;
        trial.succeeded();
        const finish = attempt.finish;
        if (finish === undefined) throw new Error('An attempt that ends without a failure has a finish.');
        await ended(finish.finishReason.unified === 'interrupted' ? 'other' : finish.finishReason.unified);
        yield* held;
        yield finish;
        return;
      } catch (error) {
        if (isDone) throw error;
        isDone = true;
        if (signal?.aborted === true) {
          trial.gaveUp();
          await ended('aborted');
          throw signal.reason;
        }
        const failure = routeFailure(error, route, clock.now());
        trial.failed(failure);
        tell({ type: 'model-failed', ...of, reason: failure.sentence, retryable: failure.retryable });
        // A request that was turned away costs nothing; one that nobody answered in time may have been worked on.
        if (attempt.isOpened || failure.kind === 'timed-out') await ended('error');
        else open.drop();
        tried.set(route.name, { route, why: failure.kind === 'too-long' ? 'too-long' : 'failed', reason: failure.sentence });
        if (isWhole) blocks.forget();
        else yield* blocks.closeThoughts();
        if (attempt.completeCalls > 0 && !isWhole) {
          // Calls that were made are made: whoever runs them asks again with their results.
          yield* blocks.close();
          yield { type: 'finish', usage: NO_USAGE, finishReason: { unified: 'tool-calls', raw: 'it broke off after its calls' } };
          return;
        }
        if (!isWhole) said += attempt.text;
      } finally {
        if (!isDone) {
          // Whoever listened has gone.
          trial.gaveUp();
          await ended('aborted');
        }
      }
    }
  }

  return {
    available: (need) => choose(need, need.tokens, 0, new Set()).ready.length > 0,
    contextLength(need) {
      const [first] = choose({ ...need, tokens: 0 }, 0, 0, new Set()).ready;
      return first === undefined ? undefined : contextOf(first);
    },
    answer,
    whyNot(need) {
      const { ready, isLocalOnly, left } = choose(need, need.tokens, 0, new Set());
      return ready.length > 0 || left.length === 0 ? undefined : noModel(need, [], left, isLocalOnly).message;
    },
    statuses: () => health.statuses(settings(), providers(), (route) => spending.allowance(route, 0, 0)),
    settingsChanged: (provider) => health.forget(provider),
  };
}

const smallest = (...values: (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

const isEmpty = (attempt: Attempt, said: string): boolean =>
  said === '' && attempt.text === '' && attempt.completeCalls === 0 && attempt.finish?.finishReason.unified === 'stop';
