import { describe, expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import { EntitySchema } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { ToolOutcome } from '../../contract/tool.ts';
import type { Timer } from '../timers/timer.ts';
import type { CallResult, Plan, SkillView } from './skill.ts';
import { skillFor } from './skills.ts';

const NOW = Date.UTC(2026, 10, 21, 15, 10);

const entity = (id: string, name: string, more: Partial<Entity> = {}): Entity =>
  EntitySchema.parse({ id, name, domain: id.slice(0, id.indexOf('.')), state: 'off', ...more });

const ENTITIES = [
  entity('light.kitchen', 'Kitchen Light', { area: 'kitchen', state: 'on', attributes: { brightness: 128 } }),
  entity('light.counter', 'Counter Light', { area: 'kitchen' }),
  entity('light.shelf', 'Shelf Lights', { area: 'kitchen' }),
  entity('lock.front', 'Front Door', { state: 'locked' }),
  entity('cover.garage', 'Garage Door', { state: 'open', device_class: 'garage', lastChanged: NOW - 3_600_000 }),
  entity('climate.hall', 'Hall Thermostat', { area: 'hall', state: 'heat', attributes: { current_temperature: 20.46, temperature: 21 } }),
  entity('media_player.tv', 'TV', { area: 'hall', state: 'playing', attributes: { volume_level: 0.4 } }),
  entity('binary_sensor.window', 'Study Window', { state: 'on', device_class: 'window' }),
  entity('sensor.lost', 'Attic Sensor', { state: '3', device_class: 'temperature', available: false }),
];

function view(options: { room?: string; timers?: Timer[]; entities?: Entity[] } = {}): SkillView {
  const entities = options.entities ?? ENTITIES;
  const areas = [
    { id: 'kitchen', name: 'Kitchen', aliases: [] },
    { id: 'hall', name: 'Hall', aliases: [] },
  ];
  return {
    entity: (id) => entities.find((each) => each.id === id),
    entities: () => entities,
    area: (id) => areas.find((each) => each.id === id),
    areas: () => areas,
    floors: () => [],
    bridges: () => [],
    room: options.room,
    now: NOW,
    timers: () => options.timers ?? [],
    examples: () => ['turn on the kitchen light', 'what time is it'],
    pick: ([first]) => first,
  };
}

const match = (intent: string, slots: IntentMatch['slots'], targets: string[], question?: IntentMatch['question']): IntentMatch => ({
  intent,
  slots,
  targets,
  confidence: 1,
  ...(question === undefined ? {} : { question }),
});

function plan(of: IntentMatch, seen = view()): Plan {
  const made = skillFor(of.intent)?.plan(of, seen);
  if (made === undefined) throw new Error(`no skill for ${of.intent}`);
  return made;
}

/** What is said when every call ends like this. */
function said(of: IntentMatch, outcome: ToolOutcome = { outcome: 'confirmed' }, seen = view()): string {
  const made = plan(of, seen);
  switch (made.type) {
    case 'act':
      return made.say(made.calls.map((call): CallResult => ({ call, outcome })));
    case 'answer':
      return made.text;
    case 'ask':
      return `which of ${made.which.join(', ')}`;
    case 'fail':
      return made.failure.code;
    case 'end':
      return made.text ?? '';
  }
}

const calls = (of: IntentMatch, seen = view()): unknown[] => {
  const made = plan(of, seen);
  return made.type === 'act' ? made.calls.map((call) => call.input) : [];
};

describe('skills that act', () => {
  it('turn a light on in one call and say so', () => {
    const on = match('HassTurnOn', { name: 'Kitchen Light' }, ['light.kitchen']);
    expect(calls(on)).toEqual([{ service: 'light.turn_on', entityIds: ['light.kitchen'], data: {} }]);
    expect(said(on)).toBe('The kitchen light is on.');
  });

  it('open and close covers, lock and unlock locks', () => {
    expect(calls(match('HassTurnOff', {}, ['cover.garage', 'lock.front', 'light.kitchen']))).toEqual([
      { service: 'cover.close_cover', entityIds: ['cover.garage'], data: {} },
      { service: 'lock.unlock', entityIds: ['lock.front'], data: {} },
      { service: 'light.turn_off', entityIds: ['light.kitchen'], data: {} },
    ]);
    expect(said(match('HassTurnOff', { name: 'Front Door' }, ['lock.front']))).toBe('The front door is unlocked.');
  });

  it('never say done for what was only accepted, denied or refused', () => {
    const on = match('HassTurnOn', {}, ['light.kitchen']);
    expect(said(on, { outcome: 'accepted' })).toBe('I asked the kitchen light, but it has not answered.');
    expect(said(on, { outcome: 'denied' })).toBe('I have left the kitchen light alone.');
    expect(said(on, { outcome: 'rejected', reason: 'The kitchen light is not answering' })).toBe('The kitchen light is not answering.');
    expect(said(on, { outcome: 'accepted', dryRun: true })).toContain('dry run');
  });

  it('tell apart the devices that did it and those that did not', () => {
    const output = [
      { entityId: 'light.kitchen', outcome: 'confirmed' },
      { entityId: 'light.counter', outcome: 'rejected', reason: 'The counter light is not answering.' },
    ];
    expect(said(match('HassTurnOn', {}, ['light.kitchen', 'light.counter']), { outcome: 'rejected', output })).toBe(
      'The kitchen light is on. The counter light is not answering.',
    );
  });

  it('count many devices and name their place', () => {
    expect(said(match('HassTurnOff', { area: 'Kitchen' }, ['light.kitchen', 'light.counter', 'light.shelf']))).toBe(
      '3 lights in the kitchen are off.',
    );
    expect(said(match('HassTurnOn', {}, ['light.shelf']))).toBe('The shelf lights are on.');
  });

  it('set brightness, colour and temperature', () => {
    expect(calls(match('HassLightSet', { brightness: 30, color: 'warm white' }, ['light.kitchen']))).toEqual([
      { service: 'light.turn_on', entityIds: ['light.kitchen'], data: { color_name: 'warmwhite', brightness_pct: 30 } },
    ]);
    expect(said(match('HassLightSet', { brightness: 30 }, ['light.kitchen']))).toBe('The kitchen light is at 30 %.');
    expect(calls(match('HassClimateSetTemperature', { temperature: 19.5 }, ['climate.hall']))).toEqual([
      { service: 'climate.set_temperature', entityIds: ['climate.hall'], data: { temperature: 19.5 } },
    ]);
  });

  it('turn the volume up from where it is', () => {
    expect(calls(match('HassSetVolumeRelative', { volume_step: 'up' }, []))).toEqual([
      { service: 'media_player.volume_set', entityIds: ['media_player.tv'], data: { volume_level: 0.5 } },
    ]);
  });

  it('say that there is no such thing instead of doing nothing', () => {
    expect(said(match('HassTurnOn', { name: 'Xylophone' }, []))).toBe('no-target');
  });
});

describe('skills that answer', () => {
  it.each([
    ['is', { name: 'Kitchen Light', state: 'on' }, ['light.kitchen'], 'Yes.'],
    ['is', { name: 'Counter Light', state: 'on' }, ['light.counter'], 'No, it is off.'],
    ['any', { device_class: 'window', state: 'open' }, ['binary_sensor.window'], 'Yes: the study window.'],
    ['all', { domain: 'light', state: 'on' }, ['light.kitchen', 'light.counter'], 'No, the counter light is off.'],
    ['which', { domain: 'light', state: 'on' }, ['light.kitchen', 'light.counter'], 'The kitchen light is on.'],
    [
      'how-many',
      { domain: 'light', state: 'off' },
      ['light.kitchen', 'light.counter', 'light.shelf'],
      'Two: the counter light and the shelf lights.',
    ],
    ['where', { name: 'Kitchen Light' }, ['light.kitchen'], 'In the kitchen.'],
    ['how-long', { name: 'Garage Door' }, ['cover.garage'], 'The garage door has been open for 1 hour.'],
    ['what', { name: 'Kitchen Light' }, ['light.kitchen'], 'The kitchen light is on at 50 %.'],
    ['what', { name: 'Attic Sensor' }, ['sensor.lost'], 'The attic sensor is not answering; when I last heard it was 3.'],
  ] as const)('%s %o', (question, slots, targets, text) => {
    expect(said(match('HassGetState', slots, [...targets], question))).toBe(text);
  });

  it('tell the temperature of the room that asks', () => {
    expect(said(match('HassClimateGetTemperature', {}, []), undefined, view({ room: 'hall' }))).toBe('It is 20.5 °C in the hall.');
  });

  it('answer help with sentences of this home', () => {
    expect(said(match('JarvisHelp', {}, []))).toContain('turn on the kitchen light');
  });
});

describe('timers', () => {
  const pizza: Timer = { id: 'a', name: 'pizza', seconds: 600, endsAt: NOW + 90_000 };
  const egg: Timer = { id: 'b', seconds: 300, endsAt: NOW + 60_000, pausedWithMs: 60_000 };

  it('start with what was said', () => {
    expect(calls(match('HassStartTimer', { minutes: 5, seconds: 30, name: 'tea' }, []), view({ room: 'kitchen' }))).toEqual([
      { seconds: 330, name: 'tea', room: 'kitchen' },
    ]);
    expect(said(match('HassStartTimer', { minutes: 5 }, []))).toBe('5 minutes, starting now.');
  });

  it('are found by name or by their length, and asked about when several fit', () => {
    const seen = view({ timers: [pizza, egg] });
    expect(said(match('HassTimerStatus', { name: 'pizza' }, []), undefined, seen)).toBe(
      'The pizza timer has 1 minute and 30 seconds left.',
    );
    expect(said(match('HassTimerStatus', { minutes: 5 }, []), undefined, seen)).toBe('The 5 minute timer has 1 minute left and is paused.');
    expect(said(match('HassCancelTimer', {}, []), undefined, seen)).toContain('Which one?');
    expect(calls(match('HassCancelTimer', { name: 'pizza' }, []), seen)).toEqual([{ timerIds: ['a'] }]);
    expect(calls(match('HassDecreaseTimer', { minutes: 1, name: 'pizza' }, []), seen)).toEqual([{ timerId: 'a', bySeconds: -60 }]);
  });

  it('say so when there is none', () => {
    expect(said(match('HassCancelTimer', {}, []))).toBe('There is no timer.');
  });
});
