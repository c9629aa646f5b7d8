import { describe, expect, it } from 'vitest';
import type { IntentMatch, Understanding } from '../../contract/intent.ts';
import { entity, match } from '../../tests/fakes/home-scene.ts';
import { playTurn, type TurnStage } from '../../tests/fakes/turn-stage.ts';

describe('a compound sentence', () => {
  const lights = ['Kitchen', 'Hall'].map((name) => entity(`light.${name.toLowerCase()}`, `${name} Light`, 'off'));
  const play = (understanding: Understanding, more: Partial<TurnStage> = {}) =>
    playTurn('say', { entities: lights, understandings: { say: understanding }, ...more });

  it('does the same to several things in one call and one sentence', async () => {
    const matches = lights.map(({ id, name }) => match('HassTurnOn', [id], { name }));
    const { events, inputs, reply } = await play({ type: 'matched', matches });
    expect(events.filter(({ type }) => type === 'intent-matched')).toHaveLength(2);
    expect(inputs).toEqual([{ service: 'light.turn_on', entityIds: ['light.kitchen', 'light.hall'], data: {} }]);
    expect(reply).toBe('The kitchen light and the hall light are on.');
  });

  it('does what is clear, tells what is not, and asks about one thing at the end', async () => {
    const { inputs, reply, asks, result } = await play({
      type: 'matched',
      matches: [match('HassTurnOn', ['light.hall'], { name: 'Hall Light' })],
      unclear: [
        { text: 'the lamp', reason: 'ambiguous', match: match('HassTurnOn', []), which: ['light.kitchen', 'light.hall'] },
        { text: 'the sauna', reason: 'no-target', detail: 'the sauna' },
        { text: 'wobble the fan', reason: 'no-match' },
      ],
    });
    expect(inputs).toHaveLength(1);
    expect(reply).toBe(
      'The hall light is on. I do not know the sauna. I did not understand "wobble the fan". Which one: the kitchen light or the hall light?',
    );
    expect(asks).toBe(true);
    expect(result.question).toMatchObject({ kind: 'choice', which: ['light.kitchen', 'light.hall'] });
  });
});

describe('a command that sweeps the home', () => {
  const lamps = Array.from({ length: 12 }, (_, index) => entity(`light.l${index}`, `Lamp ${index}`, 'on', { area: `room_${index % 3}` }));
  const others = [
    entity('switch.freezer', 'Chest Freezer', 'on'),
    entity('switch.kettle', 'Kettle', 'on'),
    entity('lock.front', 'Front Door', 'unlocked'),
    entity('cover.blind', 'Blind', 'open'),
    entity('climate.hall', 'Heating', 'heat'),
  ];
  const entities = [...lamps, ...others];
  const everything: Understanding = {
    type: 'matched',
    matches: [
      match(
        'HassTurnOff',
        entities.map(({ id }) => id),
      ),
    ],
  };
  const play = (text: string, more: Partial<TurnStage> = {}) =>
    playTurn(text, { entities, understandings: { 'turn everything off': everything }, ...more });

  it('asks first, with the count, and says what it would leave', async () => {
    const { events } = await play('turn everything off');
    expect(events.slice(1)).toMatchInlineSnapshot(`
      [
        {
          "text": "That is 13 devices in 3 rooms. I would leave the chest freezer and the heating on. Shall I?",
          "type": "reply-delta",
        },
        {
          "expectsAnswer": true,
          "text": "That is 13 devices in 3 rooms. I would leave the chest freezer and the heating on. Shall I?",
          "type": "reply-ended",
        },
      ]
    `);
  });

  it('is carried out on a yes, without what nobody means by everything', async () => {
    const { result } = await play('turn everything off');
    const open = result.question === undefined ? {} : { open: result.question };
    const { inputs, reply } = await play('yes please', open);
    expect(inputs).toEqual([
      { service: 'light.turn_off', entityIds: lamps.map(({ id }) => id), data: {} },
      { service: 'switch.turn_off', entityIds: ['switch.kettle'], data: {} },
    ]);
    expect(reply).toBe('13 devices are off.');
  });

  it.each(['no', "don't", 'never mind', 'no thanks', 'cancel that'])('is dropped on "%s"', async (answer) => {
    const { result } = await play('turn everything off');
    const { requests, reply } = await play(answer, result.question === undefined ? {} : { open: result.question });
    expect(requests).toEqual([]);
    expect(reply).toBe('All right, I have left everything as it is.');
  });

  it('is asked about once more after a wrong answer, then dropped', async () => {
    const first = await play('turn everything off');
    const second = await play('bananas', first.result.question === undefined ? {} : { open: first.result.question });
    expect(second.reply).toMatch(/^Sorry, I did not catch that\. That is 13 devices/u);
    const third = await play('bananas', second.result.question === undefined ? {} : { open: second.result.question });
    expect(third).toMatchObject({ requests: [], asks: false, reply: 'I still do not know, so I have left it as it is.' });
    expect(third.result.question).toBeUndefined();
  });

  it('is forgotten for a new command, and too late to agree to', async () => {
    const { result } = await play('turn everything off');
    const open = result.question === undefined ? {} : { open: result.question };
    const other = { 'lamp on': { type: 'matched' as const, matches: [match('HassTurnOn', ['light.l0'], { name: 'Lamp 0' })] } };
    expect((await play('lamp on', { ...open, understandings: other })).inputs).toMatchObject([{ service: 'light.turn_on' }]);
    const late = await play('yes', { ...open, now: (result.question?.until ?? 0) + 1 });
    expect(late.requests).toEqual([]);
  });

  it('asks nothing for few things, for a named one, or when its condition does not hold', async () => {
    const few = match('HassTurnOff', ['light.l0', 'switch.kettle'], { area: 'Room 0' });
    const named = match('HassTurnOff', ['switch.freezer'], { name: 'Chest Freezer' });
    const isHome = { slots: { state: 'locked' }, targets: ['lock.front'], question: 'is' as const, negated: false };
    const ifLocked = match(
      'HassTurnOff',
      entities.map(({ id }) => id),
      {},
      { when: { condition: isHome } },
    );
    const say = async (one: IntentMatch) => play('say', { understandings: { say: { type: 'matched', matches: [one] } } });
    expect((await say(few)).requests).toHaveLength(2);
    expect((await say(named)).inputs).toMatchObject([{ service: 'switch.turn_off', entityIds: ['switch.freezer'] }]);
    expect(await say(ifLocked)).toMatchObject({ requests: [], asks: false });
  });

  it('that is for later asks now, not when nobody is there to answer', async () => {
    const later = match(
      'HassTurnOff',
      entities.map(({ id }) => id),
      {},
      { when: { at: '23:00' } },
    );
    const asked = await play('everything off at eleven', {
      understandings: { 'everything off at eleven': { type: 'matched', matches: [later] } },
    });
    expect(asked).toMatchObject({ requests: [], asks: true });
    const agreed = await play('yes', asked.result.question === undefined ? {} : { open: asked.result.question });
    expect(agreed.requests.map(({ tool }) => tool)).toEqual(['timer.start']);
  });
});

describe('what a turn leaves behind', () => {
  const lamp = entity('light.lamp', 'Lamp', 'off');
  const door = entity('lock.front', 'Front Door', 'locked');
  const before = [match('HassTurnOn', ['light.lamp'])];
  const leaves = async (understanding: Understanding, more: Partial<TurnStage> = {}) =>
    (await playTurn('say', { entities: [lamp, door], understandings: { say: understanding }, request: { before }, ...more })).result
      .remembered;
  const unlock: Understanding = { type: 'matched', matches: [match('HassTurnOff', ['lock.front'], { name: 'Front Door' })] };

  it('is what was done, newest first', async () => {
    const matches = [match('HassTurnOn', ['light.lamp']), match('HassTurnOn', ['lock.front'], { state: 'x' })];
    expect((await leaves({ type: 'matched', matches }))?.map(({ targets }) => targets)).toEqual([['lock.front'], ['light.lamp']]);
  });

  it('is nothing after what was declined or did not work, so that "it" is never the wrong thing', async () => {
    expect(await leaves(unlock, { outcome: () => ({ outcome: 'denied' }) })).toEqual([]);
    expect(await leaves(unlock, { outcome: () => ({ outcome: 'rejected', reason: 'It is jammed.' }) })).toEqual([]);
    expect(await leaves({ type: 'none', reason: 'no-target', detail: 'the sauna' })).toEqual([]);
  });

  it('is what was meant when one of several did not answer', async () => {
    const output = [
      { entityId: 'light.lamp', outcome: 'confirmed' },
      { entityId: 'light.gone', outcome: 'rejected', reason: 'It is not answering.' },
    ];
    const both: Understanding = { type: 'matched', matches: [match('HassTurnOn', ['light.lamp', 'light.gone'], { domain: 'light' })] };
    expect(await leaves(both, { outcome: () => ({ outcome: 'rejected', output }) })).toHaveLength(1);
  });

  it('stays as it was after talk that is about nothing', async () => {
    expect(await leaves({ type: 'none', reason: 'not-for-me' })).toBeUndefined();
    expect(await leaves({ type: 'none', reason: 'no-match' })).toBeUndefined();
    expect(await leaves({ type: 'matched', matches: [match('HassGetCurrentTime', [])] })).toBeUndefined();
  });

  it('is given to the phrasebook with the next sentence', async () => {
    const heard: unknown[] = [];
    await playTurn('turn it off', {
      entities: [lamp],
      request: { before, room: 'study' },
      services: {
        phrasebook: () => ({
          understand(_text, hearing) {
            heard.push(hearing);
            return { type: 'none', reason: 'no-match' };
          },
          completeness: () => 'incomplete',
          grammar: () => '',
          help: () => [],
          entryOf: () => undefined,
        }),
      },
    });
    expect(heard).toEqual([{ before, room: 'study' }]);
  });
});
