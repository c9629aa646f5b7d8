import { describe, expect, it } from 'vitest';
import type { Understanding, When } from '../../contract/intent.ts';
import type { ToolOutcome, ToolRequest } from '../../contract/tool.ts';
import { EVENING, entity, match } from '../../tests/fakes/home-scene.ts';
import { playTurn } from '../../tests/fakes/turn-stage.ts';

const door = entity('binary_sensor.door', 'Back Door', 'off', { device_class: 'door' });
const hall = entity('light.hall', 'Hall Light', 'on');
const lamp = entity('light.lamp', 'Lamp', 'off');
const isOpen = { slots: { state: 'open' }, targets: [door.id], question: 'is' as const, negated: false };

const off = (when: When): Understanding => ({
  type: 'matched',
  matches: [match('HassTurnOff', [hall.id], { name: 'Hall Light' }, { when })],
});

/** The gate of a home with timers: each that is started is given back. */
const withTimers = (request: ToolRequest): ToolOutcome =>
  request.tool === 'timer.start'
    ? { outcome: 'confirmed', output: { id: 'timer-1', endsAt: 0, ...(request.input as object) } }
    : { outcome: 'confirmed' };

const play = (when: When, entities = [door, hall, lamp], understanding = off(when)) =>
  playTurn('say', { entities, understandings: { say: understanding }, outcome: withTimers });

describe('a condition', () => {
  it('that holds lets the command be carried out', async () => {
    const { inputs, reply } = await play({ condition: { ...isOpen, negated: true } });
    expect(inputs).toMatchObject([{ service: 'light.turn_off' }]);
    expect(reply).toBe('The hall light is off.');
  });

  it('that does not hold leaves everything alone, and says why', async () => {
    const { events, reply } = await play({ condition: isOpen });
    expect(events.map(({ type }) => type)).toEqual(['intent-matched', 'reply-delta', 'reply-ended']);
    expect(reply).toBe('The back door is closed, so I have left the hall light on.');
  });

  it('that nobody knows leaves everything alone', async () => {
    const { inputs, reply } = await play({ condition: { ...isOpen, negated: true } }, [{ ...door, available: false }, hall]);
    expect(inputs).toEqual([]);
    expect(reply).toBe('I do not know whether the back door is open, so I have left the hall light on.');
  });

  it('about the thing itself needs no second name', async () => {
    const when = { condition: { ...isOpen, slots: { state: 'off' }, targets: [hall.id] } };
    expect((await play(when)).reply).toBe('The hall light is on, so I have left it as it is.');
  });

  it('is judged once for all its parts', async () => {
    const when = { condition: isOpen };
    const matches = [
      match('HassTurnOff', [hall.id], { name: 'Hall' }, { when }),
      match('HassTurnOn', [lamp.id], { name: 'Lamp' }, { when }),
    ];
    const { reply } = await play(when, undefined, { type: 'matched', matches });
    expect(reply).toBe('The back door is closed, so I have left the hall light on and left the lamp off.');
  });
});

describe('a command for later', () => {
  it('is kept as it was understood, and said back', async () => {
    const { inputs, reply, result } = await play({ at: '19:30' });
    expect(inputs).toEqual([
      {
        seconds: 3600,
        command: 'turn off the hall light',
        matches: [{ intent: 'HassTurnOff', slots: { name: 'Hall Light' }, targets: [hall.id], confidence: 1 }],
      },
    ]);
    expect(reply).toBe('I will turn off the hall light at 7:30 pm.');
    expect(result.timers).toEqual({ ids: ['timer-1'], alsoActed: false });
  });

  it.each([
    [{ at: '06:30' }, 12 * 3600, 'I will turn off the hall light tomorrow at 6:30 am.'],
    [{ at: '07:00', either: true }, 1800, 'I will turn off the hall light at 7 pm.'],
    [{ delaySeconds: 90 }, 90, 'I will turn off the hall light in 1 minute and 30 seconds.'],
    [{ at: '20:00', forSeconds: 600 }, 5400, 'I will turn off the hall light for 10 minutes at 8 pm.'],
    [{ delaySeconds: 60, condition: isOpen }, 60, 'I will turn off the hall light in 1 minute, if the back door is open.'],
  ])('%o', async (when, seconds, reply) => {
    const played = await play(when);
    expect(played.reply).toBe(reply);
    expect(played.inputs).toMatchObject([{ seconds }]);
    const { delaySeconds: _delay, at: _at, either: _either, ...later } = when as When;
    expect(played.inputs).toMatchObject([{ matches: [Object.keys(later).length === 0 ? {} : { when: later }] }]);
  });

  it('that came with its words is understood before it is promised', async () => {
    const later = match('HassStartTimer', [], { minutes: 10, conversation_command: 'lights out' });
    const understandings = { say: { type: 'matched' as const, matches: [later] } };
    const scene = { entities: [hall], outcome: withTimers };
    const known = await playTurn('say', {
      ...scene,
      understandings: { ...understandings, 'lights out': { type: 'matched', matches: [match('HassTurnOff', [hall.id])] } },
    });
    expect(known.reply).toBe('I will turn off the hall light in 10 minutes.');
    const unknown = await playTurn('say', { ...scene, understandings });
    expect(unknown.requests).toEqual([]);
    expect(unknown.reply).toBe('I did not understand "lights out".');
  });

  it('is not promised when it could not be kept', async () => {
    const { reply } = await playTurn('say', {
      entities: [hall],
      understandings: { say: off({ at: '19:30' }) },
      outcome: () => ({ outcome: 'rejected', reason: 'There are too many timers already.' }),
    });
    expect(reply).toBe('There are too many timers already.');
  });

  it('is carried out when its time has come, its condition judged then', async () => {
    const matches = [match('HassTurnOff', [hall.id], { name: 'Hall' }, { when: { condition: isOpen } })];
    const scene = { request: { source: 'timer' as const, matches } };
    const closed = await playTurn('turn off the hall light', { ...scene, entities: [door, hall] });
    expect(closed.reply).toBe('The back door is closed, so I have left the hall light on.');
    const open = await playTurn('turn off the hall light', { ...scene, entities: [{ ...door, state: 'on' }, hall] });
    expect(open.requests).toMatchObject([{ source: 'timer', input: { service: 'light.turn_off' } }]);
  });

  it('is called off by "cancel that", and by nothing that comes after something else', async () => {
    const timers = [{ id: 'timer-1', seconds: 60, endsAt: EVENING + 60_000, command: 'turn off the hall light' }];
    const understandings: Record<string, Understanding> = { 'cancel that': { type: 'matched', matches: [match('HassNevermind', [])] } };
    const at = (ids: string[]) =>
      playTurn('cancel that', { entities: [], timers, understandings, request: { timers: { ids, alsoActed: false } } });
    const { inputs, reply } = await at(['timer-1']);
    expect(inputs).toEqual([{ timerIds: ['timer-1'] }]);
    expect(reply).toBe('All right, I will not turn off the hall light.');
    expect((await at(['gone'])).requests).toEqual([]);
  });
});

describe('a command for a while', () => {
  const on = (target: typeof lamp): Understanding => ({
    type: 'matched',
    matches: [match('HassTurnOn', [target.id], { name: target.name }, { when: { forSeconds: 600 } })],
  });

  it('is done now and taken back then', async () => {
    const { requests, reply, result } = await play({}, [lamp], on(lamp));
    expect(requests.map(({ tool }) => tool)).toEqual(['home.call-service', 'timer.start']);
    expect(requests[1]?.input).toMatchObject({ seconds: 600, matches: [{ intent: 'HassTurnOff', targets: [lamp.id] }] });
    expect(reply).toBe('The lamp is on for 10 minutes.');
    expect(result.timers?.alsoActed).toBe(true);
  });

  it('that did not work is not taken back', async () => {
    const { requests } = await playTurn('say', {
      entities: [lamp],
      understandings: { say: on(lamp) },
      outcome: () => ({ outcome: 'rejected', reason: 'The lamp is not answering.' }),
    });
    expect(requests).toHaveLength(1);
  });

  it('says so when there is nothing to take back', async () => {
    const scene = entity('scene.film', 'Film Night', 'unknown');
    expect((await play({}, [scene], on(scene))).reply).toBe('Film Night is set. I cannot take that back by myself.');
  });
});
