import type { Phrasebook } from '../../assistant/phrasebook.ts';
import type { OpenQuestion } from '../../assistant/turn/dialogue.ts';
import type { TurnRequest, TurnResult, TurnServices } from '../../assistant/turn/run-turn.ts';
import { runTurn } from '../../assistant/turn/run-turn.ts';
import type { Understanding } from '../../contract/intent.ts';
import type { ToolOutcome, ToolRequest } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { EVENING, type Scene, viewOf } from './home-scene.ts';

export interface TurnStage extends Scene {
  /** What each sentence means; any other means nothing. */
  understandings?: Record<string, Understanding>;
  /** Confirmed where absent. May change `entities`, which the turn then sees. */
  outcome?(request: ToolRequest): ToolOutcome;
  open?: OpenQuestion;
  request?: Partial<TurnRequest>;
  services?: Partial<TurnServices>;
}

export interface PlayedTurn {
  events: TurnEventBody[];
  requests: ToolRequest[];
  /** Of each call, in order. */
  inputs: unknown[];
  reply: string;
  asks: boolean;
  result: TurnResult;
}

/** One turn on a stage: a phrasebook that knows what it is told, a gate that answers as it is told. */
export async function playTurn(text: string, stage: TurnStage): Promise<PlayedTurn> {
  const requests: ToolRequest[] = [];
  const phrasebook: Phrasebook = {
    understand: (said) => stage.understandings?.[said] ?? { type: 'none', reason: 'no-match' },
    completeness: () => 'incomplete',
    grammar: () => '',
    help: () => [],
    entryOf: () => undefined,
  };
  const events: TurnEventBody[] = [];
  const result = await runTurn(
    { turnId: 't', text, source: 'voice', dryRun: false, ...stage.request },
    stage.open,
    {
      phrasebook: () => phrasebook,
      gate: {
        async call(request) {
          requests.push(request);
          return stage.outcome?.(request) ?? { outcome: 'confirmed' };
        },
      },
      view: () => viewOf(stage),
      clock: { now: () => stage.now ?? EVENING, monotonic: () => 0, sleep: async () => undefined },
      newId: () => `call-${requests.length + 1}`,
      ...stage.services,
    },
    (event) => events.push(event),
    new AbortController().signal,
  );
  const ended = events.findLast((event) => event.type === 'reply-ended');
  return {
    events,
    requests,
    inputs: requests.map(({ input }) => input),
    reply: ended?.text ?? '',
    asks: ended?.expectsAnswer ?? false,
    result,
  };
}
