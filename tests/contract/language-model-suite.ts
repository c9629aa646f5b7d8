import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4Prompt, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderFailureKind } from '../../models/providers/failure-nature.ts';
import { ProviderFailure } from '../../models/providers/provider-failure.ts';
import type { FakeClock } from '../fakes/fake-clock.ts';
import type { ScriptedTurn, SeenRequest, Trouble } from '../fakes/llm-servers/scripted-turn.ts';

/** A model with somebody behind it who plays what the suite says. */
export interface OpenModel extends AsyncDisposable {
  model: LanguageModelV4;
  play(turn: ScriptedTurn): void;
  /** What the other side was asked, as soon as it was; `closed` tells whether it could say all. */
  asked(place: number): Promise<{ seen: SeenRequest; closed: Promise<'answered' | 'given-up'> }>;
  /** How many requests there were. */
  count(): number;
  /** The model's own. */
  clock: FakeClock;
}

/** What a model, or the side that plays its part, can do; a test that needs more is none of its own. */
export interface ModelAbilities {
  /** The pieces of the script arrive as they are. */
  exactPieces?: boolean;
  toolCalls?: boolean;
  /** `all`: it can be told which tool. `none-alone`: only to use none. */
  toolChoice?: 'all' | 'none-alone';
  stopSequences?: boolean;
  contentFilter?: boolean;
  cachedTokens?: boolean;
  /** Troubles that its other side can play. */
  troubles?: 'all' | readonly Trouble['kind'][];
  /** The key that has to arrive; absent: it has none. */
  key?: string;
  /** Tool input that is no JSON can come over its wire. */
  brokenToolInput?: boolean;
}

/** ms, as the model was opened with. */
export const SUITE_LIMITS = { firstByteMs: 30_000, betweenBytesMs: 10_000, maximumBytes: 1_048_576, maximumLineBytes: 262_144 } as const;

const QUESTION: LanguageModelV4Prompt = [{ role: 'user', content: [{ type: 'text', text: 'What is on?' }] }];

const LIGHT: NonNullable<LanguageModelV4CallOptions['tools']>[number] = {
  type: 'function',
  name: 'set_light',
  description: 'Switches a light',
  inputSchema: {
    type: 'object',
    properties: { room: { type: 'string' }, on: { type: 'boolean' } },
    required: ['room', 'on'],
    additionalProperties: false,
  },
};
const TIME: typeof LIGHT = {
  type: 'function',
  name: 'get_time',
  description: 'Tells the time',
  inputSchema: { type: 'object', properties: {}, additionalProperties: false },
};

/** What the other side cannot play is no test of this model, so it is not counted as one that was left out. */
const itWhere =
  (can: boolean) =>
  (title: string, body: () => Promise<void>): void => {
    if (can) it(title, body);
  };
const describeWhere =
  (can: boolean) =>
  (title: string, body: () => void): void => {
    if (can) describe(title, body);
  };

/** What every language model must do, whoever gives it. `open` starts a fresh one, with `SUITE_LIMITS`. */
export function describeLanguageModel(name: string, open: () => Promise<OpenModel>, abilities: ModelAbilities = {}): void {
  const {
    exactPieces = true,
    toolCalls = true,
    toolChoice = 'all',
    stopSequences = true,
    contentFilter = true,
    cachedTokens = true,
    troubles = 'all',
    brokenToolInput = true,
    key,
  } = abilities;
  const plays = (kind: Trouble['kind']): boolean => troubles === 'all' || troubles.includes(kind);

  describe(`${name} as a language model`, () => {
    let opened: OpenModel;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened[Symbol.asyncDispose]());

    const stream = async (turn: ScriptedTurn, call: Partial<LanguageModelV4CallOptions> = {}): Promise<Answer> => {
      opened.play(turn);
      const { stream: parts } = await opened.model.doStream({ prompt: QUESTION, ...call });
      return readAnswer(parts);
    };
    const seenOf = async (place = 0): Promise<SeenRequest> => (await opened.asked(place)).seen;

    describe('answering', () => {
      it('gives the text in pieces, in order, in one block that is begun and ended', async () => {
        const answer = await stream({ text: ['The ', 'hall ', 'light.'] });
        expect(answer.text).toBe('The hall light.');
        if (exactPieces) expect(answer.pieces).toEqual(['The ', 'hall ', 'light.']);
        const types = answer.parts.map(({ type }) => type).filter((type) => !['stream-start', 'response-metadata', 'raw'].includes(type));
        expect(types.filter((type) => type !== 'text-delta')).toEqual(['text-start', 'text-end', 'finish']);
        expect(answer.failure).toBeUndefined();
      });

      it('gives each piece as soon as it is there', async () => {
        const gate = Promise.withResolvers<void>();
        opened.play({ steps: [{ text: 'At once, ' }, { until: gate.promise }, { text: 'and later.' }] });
        const { stream: parts } = await opened.model.doStream({ prompt: QUESTION });
        const reader = parts.getReader();
        let first: LanguageModelV4StreamPart | undefined;
        while (first?.type !== 'text-delta') first = (await reader.read()).value;
        expect(first.delta).toBe('At once, ');
        gate.resolve();
        reader.releaseLock();
        expect((await readAnswer(parts)).text).toBe('and later.');
      });

      it('gives by doGenerate what the joined stream gives', async () => {
        const turn: ScriptedTurn = { text: ['Two ', 'lights.'], usage: { input: 21, output: 4 } };
        const streamed = await stream(turn);
        opened.play(turn);
        const whole = await opened.model.doGenerate({ prompt: QUESTION });
        expect(whole.content).toMatchObject([{ type: 'text', text: streamed.text }]);
        expect(whole.finishReason).toEqual(streamed.finish?.finishReason);
        expect(whole.usage.inputTokens.total).toBe(21);
        expect(whole.usage.outputTokens.total).toBe(4);
      });

      it('keeps every letter of every script', async () => {
        const pieces = ['Grüß ', '日本語 ', '👩‍🚀🇬🇧 ', '\u0000'.slice(1), 'e\u0301 ', '"\\\n\t</s> ', '{"not":"json"'];
        expect((await stream({ text: pieces })).text).toBe(pieces.join(''));
      });

      it('takes an empty answer for one', async () => {
        const answer = await stream({ text: [] });
        expect(answer).toMatchObject({ text: '', failure: undefined });
        expect(answer.parts.some(({ type }) => type.startsWith('text'))).toBe(false);
        expect(answer.finish?.finishReason.unified).toBe('stop');
      });

      it('counts what it took', async () => {
        const { finish } = await stream({ text: 'Hm.', usage: { input: 1234, output: 56, cached: 1000 } });
        expect(finish?.usage.inputTokens.total).toBe(1234);
        expect(finish?.usage.outputTokens.total).toBe(56);
        if (cachedTokens) expect(finish?.usage.inputTokens.cacheRead).toBe(1000);
      });

      it('says why it ended', async () => {
        expect((await stream({ text: 'a' })).finish?.finishReason.unified).toBe('stop');
        expect((await stream({ text: 'a', finish: 'length' })).finish?.finishReason.unified).toBe('length');
        if (contentFilter)
          expect((await stream({ text: 'a', finish: 'content-filter' })).finish?.finishReason.unified).toBe('content-filter');
      });
    });

    describe('asking', () => {
      it('sends the system prompt and the whole conversation, in order', async () => {
        await stream(
          { text: 'Yes.' },
          {
            prompt: [
              { role: 'system', content: 'You are a butler.' },
              { role: 'user', content: [{ type: 'text', text: 'Is it late?' }] },
              { role: 'assistant', content: [{ type: 'text', text: 'Rather.' }] },
              { role: 'user', content: [{ type: 'text', text: 'Sure?' }] },
            ],
          },
        );
        const seen = await seenOf();
        expect(seen.system).toBe('You are a butler.');
        expect(seen.messages).toEqual([
          { role: 'user', text: 'Is it late?' },
          { role: 'assistant', text: 'Rather.' },
          { role: 'user', text: 'Sure?' },
        ]);
        expect(seen.model).toBe(opened.model.modelId);
      });

      it('passes on the limits of the answer', async () => {
        await stream({ text: 'a' }, { maxOutputTokens: 77, temperature: 0.5, ...(stopSequences ? { stopSequences: ['END'] } : {}) });
        expect(await seenOf()).toMatchObject({ maximumTokens: 77, temperature: 0.5, ...(stopSequences ? { stop: ['END'] } : {}) });
      });

      it('asks for JSON by its schema', async () => {
        const schema = {
          type: 'object' as const,
          properties: { lights: { type: 'number' as const } },
          required: ['lights'],
          additionalProperties: false,
        };
        const answer = await stream({ json: { lights: 3 } }, { responseFormat: { type: 'json', schema, name: 'count' } });
        expect(JSON.parse(answer.text)).toEqual({ lights: 3 });
        expect((await seenOf()).json).toMatchObject({ type: 'object', properties: { lights: { type: 'number' } }, required: ['lights'] });
      });

      itWhere(key !== undefined)('sends its key where the other side looks for it', async () => {
        await stream({ text: 'a' });
        expect((await seenOf()).key).toBe(key);
      });
    });

    describeWhere(toolCalls)('with tools', () => {
      it('tells of its tools, and gives a call with its input', async () => {
        const answer = await stream({ toolCalls: [{ name: 'set_light', input: { room: 'hall', on: true } }] }, { tools: [LIGHT, TIME] });
        const { tools } = await seenOf();
        expect(tools.map((tool) => tool.name)).toEqual(['set_light', 'get_time']);
        expect(tools[0]).toMatchObject({ description: 'Switches a light', input: { properties: { room: { type: 'string' } } } });
        expect(answer.calls).toMatchObject([{ toolName: 'set_light' }]);
        expect(answer.calls[0]?.toolCallId).not.toBe('');
        expect(JSON.parse(answer.calls[0]?.input ?? '')).toEqual({ room: 'hall', on: true });
        expect(answer.finish?.finishReason.unified).toBe('tool-calls');
      });

      it('gives text and several calls, each with an id of its own', async () => {
        const answer = await stream(
          {
            text: 'One moment. ',
            toolCalls: [
              { name: 'set_light', input: { room: 'hall', on: true }, id: 'same' },
              { name: 'set_light', input: { room: 'café', on: false }, id: 'same' },
              { name: 'get_time', id: 'other' },
            ],
          },
          { tools: [LIGHT, TIME] },
        );
        expect(answer.text).toBe('One moment. ');
        expect(answer.calls.map(({ input }) => JSON.parse(input))).toEqual([{ room: 'hall', on: true }, { room: 'café', on: false }, {}]);
        expect(new Set(answer.calls.map(({ toolCallId }) => toolCallId)).size).toBe(3);
      });

      it('sends calls and their results back', async () => {
        await stream(
          { text: 'Done.' },
          {
            tools: [LIGHT],
            prompt: [
              ...QUESTION,
              {
                role: 'assistant',
                content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'set_light', input: { room: 'hall', on: true } }],
              },
              {
                role: 'tool',
                content: [
                  { type: 'tool-result', toolCallId: 'c1', toolName: 'set_light', output: { type: 'text', value: 'The light is on.' } },
                ],
              },
            ],
          },
        );
        const { messages } = await seenOf();
        expect(messages).toMatchObject([
          { role: 'user', text: 'What is on?' },
          { role: 'assistant', toolCalls: [{ name: 'set_light', input: { room: 'hall', on: true } }] },
          { role: 'tool', text: 'The light is on.' },
        ]);
      });

      it('does as it is told about using tools', async () => {
        await stream({ text: 'a' }, { tools: [LIGHT, TIME], toolChoice: { type: 'none' } });
        const none = await seenOf(0);
        expect(none.toolChoice === 'none' || none.tools.length === 0).toBe(true);
        if (toolChoice !== 'all') return;
        await stream({ text: 'a' }, { tools: [LIGHT, TIME], toolChoice: { type: 'required' } });
        expect((await seenOf(1)).toolChoice).toBe('required');
        await stream({ text: 'a' }, { tools: [LIGHT, TIME], toolChoice: { type: 'tool', toolName: 'get_time' } });
        expect((await seenOf(2)).toolChoice).toEqual({ name: 'get_time' });
      });

      itWhere(brokenToolInput)('marks a call whose input is no JSON, and goes on', async () => {
        const answer = await stream({ toolCalls: [{ name: 'set_light', rawInput: '{"room": "hall", on' }] }, { tools: [LIGHT] });
        expect(answer.failure).toBeUndefined();
        expect(answer.calls).toMatchObject([
          { toolName: 'set_light', providerMetadata: { jarvis: { problem: expect.stringContaining('set_light') } } },
        ]);
      });
    });

    describe('called off', () => {
      it('stops the request at the other side, and rejects with the reason', async () => {
        const stop = new AbortController();
        opened.play({ text: 'Well, ', trouble: { kind: 'endless' } });
        const { stream: parts } = await opened.model.doStream({ prompt: QUESTION, abortSignal: stop.signal });
        const reader = parts.getReader();
        let part: LanguageModelV4StreamPart | undefined;
        while (part?.type !== 'text-delta') part = (await reader.read()).value;
        const reason = new Error('the person spoke');
        stop.abort(reason);
        await expect(untilEnd(reader)).rejects.toBe(reason);
        expect(await (await opened.asked(0)).closed).toBe('given-up');
      });

      it('stops the request when nobody reads on', async () => {
        opened.play({ text: 'Well, ', trouble: { kind: 'endless' } });
        const { stream: parts } = await opened.model.doStream({ prompt: QUESTION });
        for await (const part of parts) if (part.type === 'text-delta') break;
        expect(await (await opened.asked(0)).closed).toBe('given-up');
      });

      it('asks nobody when it is called off before', async () => {
        const reason = new Error('never mind');
        await expect(opened.model.doStream({ prompt: QUESTION, abortSignal: AbortSignal.abort(reason) })).rejects.toBe(reason);
        expect(opened.count()).toBe(0);
      });

      itWhere(plays('silence'))('waits no longer for a first word', async () => {
        const stop = new AbortController();
        opened.play({ trouble: { kind: 'silence', before: 'headers' } });
        const asking = opened.model.doStream({ prompt: QUESTION, abortSignal: stop.signal });
        const reason = new Error('too slow for me');
        await opened.asked(0);
        stop.abort(reason);
        await expect(asking).rejects.toBe(reason);
      });
    });

    describeWhere(troubles === 'all' || troubles.length > 0)('in trouble', () => {
      const status = async (given: Omit<Extract<Trouble, { kind: 'status' }>, 'kind'>): Promise<ProviderFailure> => {
        const answer = await settled(stream({ trouble: { kind: 'status', ...given } }));
        expect(opened.count()).toBe(1); // nobody tried again by himself
        return failureOf(answer);
      };
      const STATUSES: readonly [number, ProviderFailureKind, boolean][] = [
        [401, 'key', false],
        [402, 'quota', false],
        [403, 'key', false],
        [413, 'too-long', false],
        [429, 'rate-limit', true],
        [500, 'failed', true],
        [503, 'overloaded', true],
        [529, 'overloaded', true],
      ];
      for (const [code, kind, retryable] of STATUSES) {
        itWhere(plays('status'))(`takes HTTP ${code} for ${kind}`, async () => {
          const failure = await status({
            status: code,
            ...(code === 429 ? { headers: { 'retry-after': '7' }, code: 'rate_limit_exceeded' } : {}),
          });
          expect(failure).toMatchObject({ kind, retryable, ...(code === 429 ? { retryAfterMs: 7000 } : {}) });
          expect(failure.sentence).toMatch(/^[A-Z].*[.?]$/u);
          expect(failure.message).not.toContain('What is on?');
        });
      }

      itWhere(plays('status'))('knows a model that is not there', async () => {
        const failure = await status({ status: 404, code: 'model_not_found', message: `The model ${opened.model.modelId} does not exist` });
        expect(failure).toMatchObject({ kind: 'no-such-model', retryable: false });
        expect(failure.sentence).toContain(opened.model.modelId);
      });

      itWhere(plays('status'))('reads an error that is no JSON', async () => {
        expect(await status({ status: 502, body: '<html>Bad gateway</html>' })).toMatchObject({ kind: 'failed', retryable: true });
      });

      itWhere(plays('status') && key !== undefined)('keeps its key to itself, though the other side repeats it', async () => {
        const failure = await status({ status: 401, message: `Incorrect API key provided: ${key}` });
        expect(JSON.stringify({ ...failure, message: failure.message, stack: failure.stack, detail: failure.detail })).not.toContain(key);
      });

      itWhere(plays('error-event'))('fails with what was said before, when an error comes in the middle', async () => {
        const answer = await stream({ text: ['Half of ', 'it'], trouble: { kind: 'error-event' } });
        expect(answer.text).toBe('Half of it');
        expect(answer.failure).toMatchObject({ kind: 'failed', retryable: true });
        expectOneEnd(answer);
      });

      itWhere(plays('cut'))('fails with what was said before, when the connection dies', async () => {
        const heard = Promise.withResolvers<void>();
        opened.play({ steps: [{ text: 'Half of ' }, { text: 'it' }, { until: heard.promise }], trouble: { kind: 'cut' } });
        const { stream: parts } = await opened.model.doStream({ prompt: QUESTION });
        // what is still on its way when a connection dies is lost
        const answer = await readAnswer(parts, (text) => {
          if (text === 'Half of it') heard.resolve();
        });
        expect(answer.text).toBe('Half of it');
        expect(answer.failure).toMatchObject({ kind: 'unreachable', retryable: true });
        expectOneEnd(answer);
      });

      itWhere(plays('no-finish'))('does not take a stream that just ends for an answer', async () => {
        const answer = await stream({ text: ['Half of ', 'it'], trouble: { kind: 'no-finish' } });
        expect(answer.text).toBe('Half of it');
        expect(answer.failure).toMatchObject({ kind: 'broken-answer', retryable: true });
        expectOneEnd(answer);
      });

      itWhere(plays('malformed'))('fails at an event that is no JSON', async () => {
        const answer = await stream({ text: 'Half', trouble: { kind: 'malformed' } });
        expect(answer.text).toBe('Half');
        expect(answer.failure).toMatchObject({ kind: 'broken-answer', retryable: true });
        expectOneEnd(answer);
      });

      itWhere(plays('garbage'))('fails at bytes of no format', async () => {
        expect(failureOf(await settled(stream({ trouble: { kind: 'garbage' } })))).toMatchObject({ kind: 'broken-answer' });
      });

      itWhere(plays('double-finish'))('finishes once', async () => {
        const answer = await stream({ text: 'All.', trouble: { kind: 'double-finish' } });
        expect(answer).toMatchObject({ text: 'All.', failure: undefined });
        expectOneEnd(answer);
      });

      itWhere(plays('lingers'))('ends with its answer, though the connection stays open', async () => {
        const answer = stream({ text: 'All.', trouble: { kind: 'lingers' } });
        expect(await answered(answer, opened.clock)).toMatchObject({ text: 'All.' });
      });

      itWhere(plays('other-answer'))('knows a web page from a model', async () => {
        const page = { kind: 'other-answer', contentType: 'text/html; charset=utf-8', body: '<html><form>Sign in</form></html>' } as const;
        const failure = failureOf(await settled(stream({ trouble: page })));
        expect(failure).toMatchObject({ kind: 'broken-answer', retryable: false });
        expect(failure.sentence).toContain('web page');
      });

      itWhere(plays('other-answer'))('fails at an answer of another format', async () => {
        const other = { kind: 'other-answer', contentType: 'application/json', body: '{"hello":"world"}' } as const;
        expect(failureOf(await settled(stream({ trouble: other })))).toMatchObject({ kind: 'broken-answer' });
      });

      itWhere(plays('huge-line'))('does not swallow a line without end', async () => {
        const huge = { kind: 'huge-line', bytes: 64 * 1_048_576 } as const;
        expect(failureOf(await settled(stream({ trouble: huge })))).toMatchObject({ kind: 'broken-answer' });
        expect(await (await opened.asked(0)).closed).toBe('given-up');
      });

      itWhere(plays('endless'))('does not listen for ever to an answer without end', async () => {
        const answer = await stream({ trouble: { kind: 'endless' } });
        expect(answer.failure).toMatchObject({ kind: 'broken-answer' });
        expect(await (await opened.asked(0)).closed).toBe('given-up');
      });

      itWhere(plays('silence'))('does not wait for ever for the first word', async () => {
        opened.play({ trouble: { kind: 'silence', before: 'headers' } });
        const asking = watched(opened.model.doStream({ prompt: QUESTION }));
        await opened.asked(0);
        await opened.clock.advance(SUITE_LIMITS.firstByteMs - 1);
        expect(asking.state()).toBe('pending');
        await opened.clock.advance(1);
        await expect(asking.promise).rejects.toMatchObject({ kind: 'timed-out', retryable: true });
        expect(await (await opened.asked(0)).closed).toBe('given-up');
      });

      itWhere(plays('silence'))('does not wait for ever for the next one', async () => {
        const answer = watched(stream({ text: 'Half', trouble: { kind: 'silence', before: 'end' } }));
        await opened.asked(0);
        expect(await answered(answer.promise, opened.clock)).toMatchObject({
          text: 'Half',
          failure: { kind: 'timed-out', retryable: true },
        });
        expect(await (await opened.asked(0)).closed).toBe('given-up');
      });
    });
  });
}

interface Answer {
  parts: readonly LanguageModelV4StreamPart[];
  pieces: readonly string[];
  text: string;
  calls: readonly Extract<LanguageModelV4StreamPart, { type: 'tool-call' }>[];
  finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined;
  failure: unknown;
}

async function readAnswer(stream: ReadableStream<LanguageModelV4StreamPart>, hear?: (text: string) => void): Promise<Answer> {
  const parts: LanguageModelV4StreamPart[] = [];
  const pieces: string[] = [];
  for await (const part of stream) {
    parts.push(part);
    if (part.type !== 'text-delta') continue;
    pieces.push(part.delta);
    hear?.(pieces.join(''));
  }
  return {
    parts,
    pieces,
    text: pieces.join(''),
    calls: parts.flatMap((part) => (part.type === 'tool-call' ? [part] : [])),
    finish: parts.find((part) => part.type === 'finish'),
    failure: parts.find((part) => part.type === 'error')?.error,
  };
}

/** One `finish` or `error`, at the very end; what was begun is ended. */
function expectOneEnd({ parts }: Answer): void {
  const ends = parts.filter(({ type }) => type === 'finish' || type === 'error');
  expect(ends).toHaveLength(1);
  expect(parts.at(-1)).toBe(ends[0]);
  expect(parts.filter(({ type }) => type === 'text-end')).toHaveLength(parts.filter(({ type }) => type === 'text-start').length);
}

async function settled(answer: Promise<Answer>): Promise<Answer | ProviderFailure> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
    throw error;
  }
}

/** A request that failed as a whole, and one that failed in its stream, are the same to whoever asked. */
function failureOf(answer: Answer | ProviderFailure): ProviderFailure {
  const failure = answer instanceof ProviderFailure ? answer : answer.failure;
  if (!(failure instanceof ProviderFailure)) throw new Error('there was no failure');
  return failure;
}

function watched<T>(work: PromiseLike<T>): { promise: Promise<T>; state(): 'pending' | 'settled' } {
  let state: 'pending' | 'settled' = 'pending';
  const promise = Promise.resolve(work);
  const done = (): void => {
    state = 'settled';
  };
  promise.then(done, done);
  return { promise, state: () => state };
}

/** Lets time pass, and the network have its turn in between, until the answer is there. */
async function answered<T>(work: Promise<T>, clock: FakeClock): Promise<T> {
  const { promise, state } = watched(work);
  while (state() === 'pending') {
    await clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return promise;
}

async function untilEnd(reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart>): Promise<void> {
  while (!(await reader.read()).done);
}
