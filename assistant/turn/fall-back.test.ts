import { describe, expect, it } from 'vitest';
import type { Taint, ToolOutcome } from '../../contract/tool.ts';
import { entity, match } from '../../tests/fakes/home-scene.ts';
import { playTurn, type TurnStage } from '../../tests/fakes/turn-stage.ts';
import type { Mind, SaidSentence } from './mind.ts';
import { OutageNotices } from './outage-notices.ts';

const lamp = entity('light.lamp', 'Lamp', 'off');

const agent = (output: object): ToolOutcome => ({ outcome: 'confirmed', output });
const asked = (stage: Partial<TurnStage>) => playTurn('make it cosy', { entities: [lamp], services: { converse: () => true }, ...stage });

describe('what the phrasebook does not know', () => {
  it('goes to the mind, whose hands are the tools of the home behind the gate', async () => {
    const mind: Mind = {
      async answer(request, emit) {
        await request.call({ tool: 'home.find-entities', input: { query: 'lamp' } });
        const refused = await request.call({ tool: 'files.delete', input: {} });
        emit({ type: 'reply-delta', text: 'Cosy' });
        return { text: `Cosy: ${refused.outcome}` };
      },
    };
    const { events, requests } = await asked({ services: { mind, converse: () => true } });
    expect(requests.map(({ tool }) => tool)).toEqual(['home.find-entities']);
    expect(events).toMatchInlineSnapshot(`
      [
        {
          "input": {
            "query": "lamp",
          },
          "requestId": "call-1",
          "tool": "home.find-entities",
          "type": "tool-requested",
        },
        {
          "outcome": "confirmed",
          "requestId": "call-1",
          "tool": "home.find-entities",
          "type": "tool-ended",
        },
        {
          "text": "Cosy",
          "type": "reply-delta",
        },
        {
          "text": "Cosy: denied",
          "type": "reply-ended",
        },
      ]
    `);
  });

  it('goes on to Home Assistant when the mind has nothing to say', async () => {
    const mind: Mind = { answer: async () => undefined };
    const { requests } = await asked({
      services: { mind, converse: () => true },
      outcome: () => agent({ speech: 'Fine.', type: 'query_answer', continues: false }),
    });
    expect(requests).toMatchObject([{ tool: 'home.converse', input: { text: 'make it cosy' } }]);
  });

  it('never reaches anybody when it is not meant for JARVIS', async () => {
    const { requests, reply } = await asked({
      understandings: { 'make it cosy': { type: 'none', reason: 'not-for-me', detail: 'I have done nothing.' } },
    });
    expect(requests).toEqual([]);
    expect(reply).toBe('I have done nothing.');
  });

  it('is a question for the mind where it only wants nothing done', async () => {
    const mind: Mind = { answer: async () => ({ text: 'That the rent is due.' }) };
    const understandings = { 'make it cosy': { type: 'none', reason: 'not-for-me' } } as const;
    expect((await asked({ services: { mind }, understandings })).reply).toBe('That the rent is due.');
    const nobody: Mind = { answer: async () => undefined, whyNot: () => 'The budget of today is used up.' };
    expect((await asked({ services: { mind: nobody, converse: () => true }, understandings })).reply).toBe(
      'I have left everything as it is. The budget of today is used up.',
    );
  });

  it('is declined with the reason why the mind could not answer', async () => {
    const mind: Mind = { answer: async () => undefined, whyNot: () => 'The budget of today is used up.' };
    expect((await asked({ services: { mind } })).reply).toMatch(/\. The budget of today is used up\.$/u);
  });

  it('is declined with the nearest thing when nobody knows it', async () => {
    const { events, requests, reply } = await asked({
      services: {},
      understandings: { 'make it cosy': { type: 'none', reason: 'no-match', nearest: 'turn on the lamp' } },
    });
    expect(requests).toEqual([]);
    expect(events[0]).toEqual({ type: 'turn-failed', failure: { code: 'no-match' } });
    expect(reply).toBe('I cannot do that yet. You could say: turn on the lamp.');
  });
});

describe('a sentence that a mind says', () => {
  const on = match('HassTurnOn', ['light.lamp']);
  const others = [entity('light.a', 'Reading lamp', 'off'), entity('light.b', 'Reading lamp', 'off')];
  const understandings: NonNullable<TurnStage['understandings']> = {
    'turn on the lamp': { type: 'matched', matches: [on] },
    'is the lamp on': { type: 'matched', matches: [match('HassGetState', ['light.lamp'], {}, { question: 'what' })] },
    'turn on the reading lamp': { type: 'ambiguous', match: match('HassTurnOn', []), which: ['light.a', 'light.b'] },
    'turn on the moon': { type: 'none', reason: 'no-target', detail: 'the moon', nearest: 'turn on the lamp' },
    'turn on the lamp and dance': {
      type: 'matched',
      matches: [on],
      unclear: [{ text: 'dance', reason: 'no-match' }],
    },
  };
  async function says(sentence: string, stage: Pick<TurnStage, 'outcome' | 'request'> = {}, read?: Taint) {
    let said: SaidSentence | undefined;
    const mind: Mind = {
      async answer(request) {
        if (read !== undefined) request.read(read);
        said = await request.say(sentence);
        return { text: 'Well.', rich: '**Well.**' };
      },
    };
    const played = await asked({ entities: [lamp, ...others], understandings, ...stage, services: { mind } });
    return { said, ...played };
  }

  it('is carried out by the skills, through the gate, and leaves what it meant', async () => {
    const { said, requests, events, result, reply } = await says('turn on the lamp', { outcome: () => ({ outcome: 'confirmed' }) });
    expect(said).toEqual({ understood: true, outcome: 'confirmed', reply: expect.stringContaining('lamp') });
    expect(requests).toMatchObject([{ tool: 'home.call-service', input: { service: 'light.turn_on', entityIds: ['light.lamp'] } }]);
    expect(events.map(({ type }) => type)).toEqual(['intent-matched', 'tool-requested', 'tool-ended', 'reply-delta', 'reply-ended']);
    expect(reply).toBe('Well.');
    expect(result.remembered).toEqual([on]);
  });

  it('tells the worst that came of it', async () => {
    const { said, events } = await says('turn on the lamp', { outcome: () => ({ outcome: 'denied', reason: 'You said no.' }) });
    expect(said).toMatchObject({ understood: true, outcome: 'denied' });
    expect(events.at(-1)?.type).toBe('reply-ended');
  });

  it('answers a question', async () => {
    const { said, requests } = await says('is the lamp on');
    expect(said).toMatchObject({ understood: true, outcome: 'answered', reply: 'The lamp is off.' });
    expect(requests).toEqual([]);
  });

  it('never comes back to the mind, and tells it no name of the home', async () => {
    expect((await says('make it cosy')).said).toEqual({ understood: false, because: 'no-match' });
    expect((await says('turn on the moon')).said).toEqual({ understood: false, because: 'no-target' });
  });

  it('is done as a whole or not at all', async () => {
    const { said, requests } = await says('turn on the lamp and dance');
    expect(said).toEqual({ understood: false, because: 'no-match' });
    expect(requests).toEqual([]);
    expect((await says('turn on the lamp '.repeat(40))).said).toEqual({ understood: false, because: 'no-match' });
  });

  it('leaves to the person what only they can choose', async () => {
    const { said, reply, asks, result, events } = await says('turn on the reading lamp');
    expect(said).toEqual({ understood: true, outcome: 'asks' });
    expect(reply).toMatch(/^Well\. There are two of that name\. Which one/u);
    expect(asks).toBe(true);
    expect(result.question).toMatchObject({ kind: 'choice', which: ['light.a', 'light.b'] });
    const pieces = events.flatMap((event) => (event.type === 'reply-delta' ? [event.text] : []));
    expect(pieces.at(-1)).toMatch(/^\n\nThere are two/u);
  });

  it('carries on what the turn has read, into the answer to its question too', async () => {
    const web: Taint = { origin: 'web' };
    const plain = await says('turn on the lamp', {}, web);
    expect(plain.requests).toMatchObject([{ taint: [web] }]);
    // What it meant is not the person's "it".
    expect(plain.result.remembered).toEqual([]);
    const { result } = await says('turn on the reading lamp', {}, web);
    const second = await playTurn('the first one', {
      entities: [lamp, ...others],
      ...(result.question === undefined ? {} : { open: result.question }),
    });
    expect(second.requests).toMatchObject([{ tool: 'home.call-service', taint: [web] }]);
  });

  it('does nothing in a dry run', async () => {
    const { said } = await says('turn on the lamp', { request: { dryRun: true }, outcome: () => ({ outcome: 'accepted', dryRun: true }) });
    expect(said).toMatchObject({ understood: true, dryRun: true });
  });
});

describe('the tools of a mind', () => {
  it('are those that it may call, where somebody says so', async () => {
    const outcomes: string[] = [];
    const mind: Mind = {
      async answer(request) {
        for (const tool of ['files.read', 'home.get-events']) outcomes.push((await request.call({ tool, input: {} })).outcome);
        return { text: 'Read.' };
      },
    };
    await asked({ services: { mind, mindMayCall: (tool) => tool.startsWith('files.') } });
    expect(outcomes).toEqual(['confirmed', 'denied']);
  });
});

describe("Home Assistant's agent", () => {
  it('is quoted', async () => {
    const { events } = await asked({ outcome: () => agent({ speech: 'It is 21 degrees', type: 'query_answer', continues: false }) });
    expect(events).toMatchInlineSnapshot(`
      [
        {
          "input": {
            "text": "make it cosy",
          },
          "requestId": "call-1",
          "tool": "home.converse",
          "type": "tool-requested",
        },
        {
          "outcome": "confirmed",
          "requestId": "call-1",
          "tool": "home.converse",
          "type": "tool-ended",
        },
        {
          "text": "Home Assistant says: It is 21 degrees.",
          "type": "reply-delta",
        },
        {
          "text": "Home Assistant says: It is 21 degrees.",
          "type": "reply-ended",
        },
      ]
    `);
  });

  it('is not believed to have done something until it is seen', async () => {
    const done = { speech: 'Turned on the lamp', type: 'action_done', continues: false };
    expect((await asked({ outcome: () => ({ outcome: 'accepted', output: done }) })).reply).toBe(
      'Home Assistant says: Turned on the lamp.',
    );
    const stage: Partial<TurnStage> = { entities: [lamp] };
    stage.outcome = () => {
      stage.entities?.splice(0, 1, { ...lamp, state: 'on' });
      return { outcome: 'accepted', output: done };
    };
    expect((await asked(stage)).reply).toBe('The lamp is on.');
  });

  it('that only a sensor changed meanwhile proves nothing', async () => {
    const sensor = entity('sensor.power', 'Power', '10');
    const stage: Partial<TurnStage> = { entities: [lamp, sensor] };
    stage.outcome = () => {
      stage.entities?.splice(1, 1, { ...sensor, state: '20' });
      return { outcome: 'accepted', output: { speech: 'Done', type: 'action_done', continues: false } };
    };
    expect((await asked(stage)).reply).toBe('Home Assistant says: Done.');
  });

  it('that asks something back gets the answer, in its own conversation', async () => {
    const first = await asked({
      outcome: () => agent({ speech: 'Which lamp?', type: 'query_answer', continues: true, conversationId: 'c1' }),
    });
    expect(first.asks).toBe(true);
    const second = await playTurn('the blue one', {
      entities: [lamp],
      services: { converse: () => true },
      outcome: () => agent({ speech: 'All right', type: 'query_answer', continues: false }),
      ...(first.result.question === undefined ? {} : { open: first.result.question }),
    });
    expect(second.inputs).toEqual([{ text: 'the blue one', conversationId: 'c1' }]);
  });

  it.each<[string, ToolOutcome, string]>([
    [
      'does not know either',
      { outcome: 'rejected', reason: 'no', output: { speech: 'Sorry', type: 'error', continues: false } },
      'I cannot do that yet.',
    ],
    ['answers garbage', agent({ words: 7 }), 'I cannot do that yet.'],
    ['is gone', { outcome: 'failed', reason: 'I cannot reach the home just now.' }, 'I cannot do that yet.'],
    ['would have needed a yes', { outcome: 'denied', reason: 'You said no.' }, 'I have left it alone: You said no.'],
  ])('that %s', async (_what, outcome, reply) => {
    expect((await asked({ outcome: () => outcome })).reply).toBe(reply);
  });
});

describe('a way into the home that is away', () => {
  const away = { name: 'ha', title: 'Home Assistant', state: 'disconnected' as const };
  const lost = { ...lamp, available: false };

  it('is told once, when a thing does not answer, and again after it was back', async () => {
    const outages = new OutageNotices();
    const stage = (connected: boolean): TurnStage => ({
      entities: [lost],
      bridges: [connected ? { ...away, state: 'connected' } : away],
      services: { outages },
      understandings: {
        say: { type: 'matched', matches: [{ intent: 'HassGetState', slots: {}, targets: [lost.id], confidence: 1, question: 'what' }] },
      },
    });
    const told = 'The lamp is not answering; when I last heard it was off.';
    expect((await playTurn('say', stage(false))).reply).toBe(`${told} Home Assistant is not connected just now.`);
    expect((await playTurn('say', stage(false))).reply).toBe(told);
    expect((await playTurn('say', stage(true))).reply).toBe(told);
    expect((await playTurn('say', stage(false))).reply).toContain('not connected');
  });

  it('is told without its address, and not twice in one reply', () => {
    const bridge = {
      name: 'home-assistant http://127.0.0.1:8123',
      title: 'Home Assistant at http://127.0.0.1:8123',
      state: 'refused' as const,
    };
    expect(new OutageNotices().untold([bridge])).toBe('Home Assistant is not connected just now.');
    const outages = new OutageNotices();
    expect(outages.untold([bridge], 'Home Assistant is not connected, so I cannot reach the lamp.')).toBeUndefined();
    expect(outages.untold([bridge])).toBeUndefined();
  });
});
