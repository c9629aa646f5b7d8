import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { GenerateRequest } from '../../../contract/models-message.ts';
import { localLanguageModel } from '../../../models/local/local-language-model.ts';
import type { GeneratedPart } from '../../../models/model-link.ts';
import type { ModelPool } from '../../../models/pool/model-pool.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeModelLink, fakeEnd } from '../fake-model-link.ts';
import { finishOf, type ScriptedStep, type ScriptedTurn, type SeenMessage, type SeenRequest, stepsOf } from './scripted-turn.ts';

/** What the suite of language models needs, with our own adapter in front and a models process that plays turns behind it. */
export interface ScriptedLocal extends AsyncDisposable {
  model: LanguageModelV4;
  clock: FakeClock;
  play(turn: ScriptedTurn): void;
  asked(place: number): Promise<{ seen: SeenRequest; closed: Promise<'answered' | 'given-up'> }>;
  count(): number;
}

const MODEL_ID = 'local-model';

/** The engine numbers its calls itself, and knows one trouble of the script: not to come to an end. */
export function openScriptedLocal(): ScriptedLocal {
  const link = new PlayingLink();
  const clock = new FakeClock();
  let ids = 0;
  const lease = {
    modelId: MODEL_ID,
    handle: 'handle',
    loaded: { contextSize: 4096, batchSize: 512, gpuLayers: 0, gpuBytes: 0, memoryBytes: 0, loadMs: 1 },
    release: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
  const newId = (): string => {
    ids += 1;
    return `id-${ids}`;
  };
  const use: ModelPool['use'] = async (_, { signal }) => {
    signal.throwIfAborted();
    return lease;
  };
  return {
    model: localLanguageModel({ modelId: MODEL_ID, pool: { use }, link, clock, newId }),
    clock,
    play: (turn) => link.turns.push(turn),
    asked: async (place) => {
      const played = link.played[place];
      if (played === undefined) throw new Error(`nothing was asked for the ${place}th time`);
      return { seen: seenOf(played.request), closed: played.closed.promise };
    },
    count: () => link.played.length,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

class PlayingLink extends FakeModelLink {
  readonly turns: ScriptedTurn[] = [];
  readonly played: { request: GenerateRequest; closed: PromiseWithResolvers<'answered' | 'given-up'> }[] = [];

  override async *generate(_: string, request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratedPart> {
    const closed = Promise.withResolvers<'answered' | 'given-up'>();
    this.played.push({ request, closed });
    const turn = this.turns.shift();
    if (turn === undefined) throw new Error('the script has nothing more to play');
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    for (const step of stepsOf(turn)) {
      if ('until' in step) await Promise.race([step.until, stopped]);
      if (signal.aborted) break;
      yield* partOf(step);
    }
    if (turn.trouble?.kind === 'endless') await stopped;
    closed.resolve(signal.aborted ? 'given-up' : 'answered');
    const { input, output, cached = 0 } = turn.usage ?? { input: 10, output: 5 };
    yield {
      ...fakeEnd,
      finish: signal.aborted ? 'aborted' : finishWord(turn),
      inputTokens: input,
      outputTokens: output,
      cachedTokens: cached,
    };
  }
}

let calls = 0;

function partOf(step: ScriptedStep): GeneratedPart[] {
  if ('text' in step) return [{ type: 'text', text: step.text }];
  if (!('toolCall' in step)) return [];
  calls += 1;
  const { name, input = {} } = step.toolCall;
  return [{ type: 'tool-call', toolCallId: `call-${calls}`, name, input: JSON.stringify(input) }];
}

function finishWord(turn: ScriptedTurn): 'stop' | 'length' | 'tool-calls' {
  const finish = finishOf(turn);
  return finish === 'content-filter' ? 'stop' : finish;
}

function seenOf(request: GenerateRequest): SeenRequest {
  const { prompt, tools, toolChoice, json, maximumTokens, temperature, stop } = request;
  return {
    model: MODEL_ID,
    system: prompt.flatMap((turn) => (turn.role === 'system' ? [turn.text] : [])).join('\n'),
    messages: prompt.flatMap((turn): SeenMessage[] => {
      switch (turn.role) {
        case 'system':
          return [];
        case 'user':
          return [{ role: 'user', text: turn.text }];
        case 'tool':
          return turn.parts.map(({ text }) => ({ role: 'tool', text }));
        case 'assistant': {
          const toolCalls = turn.parts.flatMap((part) => (part.type === 'tool-call' ? [{ name: part.name, input: part.input }] : []));
          const text = turn.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
          return [{ role: 'assistant', text, ...(toolCalls.length === 0 ? {} : { toolCalls }) }];
        }
        default:
          return turn satisfies never;
      }
    }),
    tools: tools.map(({ name, description, input }) => ({ name, description, input })),
    toolChoice,
    ...(json === undefined ? {} : { json: json.schema ?? true }),
    ...(maximumTokens === undefined ? {} : { maximumTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined ? {} : { stop }),
  };
}
