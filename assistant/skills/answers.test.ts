import { describe, expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import type { Condition, IntentMatch } from '../../contract/intent.ts';
import { EVENING, entity, match, viewOf } from '../../tests/fakes/home-scene.ts';
import { callsOf, saidOf } from '../../tests/fakes/skill-stage.ts';
import { conditionWords, judgeCondition } from './conditions.ts';

const HOUR = 3_600_000;

const window = (name: string, state: string, more: Partial<Entity> = {}) =>
  entity(`binary_sensor.${name.toLowerCase()}`, `${name} Window`, state, { device_class: 'window', ...more });

const ask = (question: IntentMatch['question'], state: string | undefined, entities: Entity[]): string => {
  const slots = state === undefined ? {} : { state };
  return saidOf(
    match(
      'HassGetState',
      entities.map(({ id }) => id),
      slots,
      question === undefined ? {} : { question },
    ),
    { entities },
  );
};

describe('questions about the state', () => {
  const windows = [window('Kitchen', 'off'), window('Hall', 'off')];
  const lights = ['A', 'B', 'C'].map((name) => entity(`light.${name.toLowerCase()}`, `Lamp ${name}`, 'on'));
  const people = [entity('person.anna', 'Anna', 'home'), entity('person.ben', 'Ben', 'not_home')];

  it('are answered in short, natural sentences', () => {
    expect(ask('any', 'open', windows)).toBe('No, all windows are closed.');
    expect(ask('any', 'open', [window('Kitchen', 'on'), ...windows.slice(1)])).toBe('Yes: the kitchen window.');
    expect(ask('which', 'on', lights)).toBe('Three lights are on: the lamp a, the lamp b and the lamp c.');
    expect(ask('which', 'open', windows)).toBe('No windows are open.');
    expect(ask('how-many', 'on', lights.slice(0, 1))).toMatch(/^One: /u);
    expect(ask('all', 'closed', windows)).toBe('Yes.');
    expect(ask('which', 'home', people)).toBe('Anna is home.');
    expect(ask('any', 'home', people.slice(1))).toBe('No, Ben is away.');
    expect(ask('is', 'not_home', people.slice(1))).toBe('Yes.');
  });

  it('name what nobody knows instead of counting it as closed', () => {
    const lost = window('Attic', 'off', { available: false });
    expect(ask('any', 'open', [...windows, lost])).toBe('No, all windows are closed. I do not know about the attic window.');
    expect(ask('all', 'closed', [...windows, lost])).toBe('As far as I know, yes. I do not know about the attic window.');
    expect(ask('is', 'open', [lost])).toBe('The attic window is not answering; when I last heard it was closed.');
    expect(ask('is', 'on', [entity('light.a', 'Lamp', 'unknown')])).toBe('I do not know about the lamp.');
  });

  it('count by room what is too many to name', () => {
    const many = Array.from({ length: 8 }, (_, index) =>
      entity(`light.l${index}`, `Light ${index}`, 'on', { area: index < 5 ? 'kitchen' : 'hall' }),
    );
    expect(ask('which', 'on', many)).toBe('Eight lights are on: 5 in the kitchen and 3 in the hall.');
  });
});

describe('questions about time', () => {
  const door = (state: string, lastChanged: number, more: Partial<Entity> = {}) =>
    entity('cover.garage', 'Garage Door', state, { device_class: 'garage', lastChanged, ...more });
  const when = (question: IntentMatch['question'], state: string, of: Entity, ...outcomes: Parameters<typeof saidOf>[2][]) =>
    saidOf(match('HassGetState', [of.id], { state }, question === undefined ? {} : { question }), { entities: [of] }, ...outcomes);
  const at = (hour: number, minute: number) => new Date(2026, 10, 21, hour, minute).getTime();

  it('are answered from the last change', () => {
    expect(when('how-long', 'open', door('open', EVENING - 2 * HOUR))).toBe('The garage door has been open for 2 hours.');
    expect(when('since-when', 'open', door('open', at(14, 5)))).toBe('The garage door has been open since 14:05.');
    expect(when('when-last', 'open', door('open', at(14, 5)))).toBe('The garage door was last opened at 14:05.');
    expect(when('when-last', 'open', door('open', at(14, 5) - 24 * HOUR))).toBe('The garage door was last opened yesterday at 14:05.');
    expect(when('how-long', 'open', door('closed', at(14, 5)))).toBe('The garage door is closed.');
  });

  it('look into the record where the last change is not the one that was asked about', () => {
    const closed = door('closed', at(16, 0));
    const history = match('HassGetState', [closed.id], { state: 'open' }, { question: 'when-last' });
    expect(callsOf(history, { entities: [closed] })).toMatchObject([{ entityIds: ['cover.garage'], to: EVENING }]);
    const points = [
      { state: 'open', at: at(9, 0) },
      { state: 'closed', at: at(9, 30) },
      { state: 'open', at: at(14, 5) },
      { state: 'closed', at: at(16, 0) },
    ];
    expect(when('when-last', 'open', closed, { outcome: 'confirmed', output: { 'cover.garage': points } })).toBe(
      'The garage door was last opened at 14:05.',
    );
    // The first point only tells how it was then, not that it came to be so.
    expect(when('when-last', 'open', closed, { outcome: 'confirmed', output: { 'cover.garage': points.slice(0, 2) } })).toContain(
      'Not in the last ten days',
    );
    expect(when('when-last', 'open', closed, { outcome: 'failed', reason: 'Nobody here remembers what was.' })).toContain(
      'Nobody here remembers',
    );
  });

  it('say that the device has gone silent since', () => {
    expect(when('how-long', 'open', door('open', at(14, 5), { available: false }))).toBe(
      'The garage door is not answering; when I last heard, at 14:05, it was open.',
    );
  });
});

describe('what was', () => {
  const sensor = entity('sensor.bed', 'Bedroom Temperature', '18', {
    area: 'bedroom',
    device_class: 'temperature',
    attributes: { unit_of_measurement: '°C' },
  });
  const at = (hour: number) => new Date(2026, 10, 21, hour).getTime();
  const output = {
    'sensor.bed': [
      { state: '20', at: at(0) },
      { state: 'unavailable', at: at(6) },
      { state: '16', at: at(12) },
    ],
  };
  const asked = (measure: string, period: string) =>
    saidOf(match('JarvisGetHistory', ['sensor.bed'], { measure, period }), { entities: [sensor] }, { outcome: 'confirmed', output });

  it('is weighed by how long it was so, and what was unknown counts for nothing', () => {
    // 6 h at 20 and 6.5 h at 16
    expect(asked('average', 'today')).toBe('On average it was 17.9 °C today in the bedroom.');
    expect(asked('lowest', 'today')).toBe('The lowest today in the bedroom was 16 °C, at 12:00.');
    expect(asked('highest', 'today')).toBe('The highest today in the bedroom was 20 °C, at 00:00.');
    expect(asked('at', 'today')).toBe('It was about 17.9 °C today in the bedroom, between 16 and 20.');
  });

  it('asks for the right stretch of time', () => {
    const call = callsOf(match('JarvisGetHistory', ['sensor.bed'], { measure: 'average', period: 'last_night' }), { entities: [sensor] });
    expect(call).toEqual([{ entityIds: ['sensor.bed'], from: at(-2), to: at(6) }]);
    expect(
      callsOf(match('JarvisGetHistory', ['sensor.bed'], { measure: 'average', period: 'last_hours', hours: 3 }), { entities: [sensor] }),
    ).toMatchObject([{ from: EVENING - 3 * HOUR, to: EVENING }]);
  });
});

describe('the calendar', () => {
  const entities = [entity('calendar.family', 'Family', 'off'), entity('calendar.work', 'Work', 'off')];
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
  const event = (summary: string, start: number, allDay = false) => ({ summary, start, end: start + HOUR, allDay });
  const tomorrow = match('JarvisGetEvents', [], { day: 'tomorrow' });

  it('is read out briefly, in order, each event once', () => {
    const family = { outcome: 'confirmed' as const, output: [event('dinner', at(22, 19, 30)), event('dentist', at(22, 9))] };
    const work = { outcome: 'confirmed' as const, output: [event('dentist', at(22, 9))] };
    expect(saidOf(tomorrow, { entities }, family, work)).toBe('Two things tomorrow: dentist at 9, dinner at 19:30.');
    expect(callsOf(tomorrow, { entities })[0]).toEqual({ entityId: 'calendar.family', from: at(22, 0), to: at(23, 0) });
    expect(saidOf(tomorrow, { entities }, { outcome: 'confirmed', output: [] })).toBe('Nothing tomorrow.');
  });

  it('tells what comes next, and when a calendar is silent', () => {
    const next = match('JarvisGetEvents', [], { next: true });
    const found = { outcome: 'confirmed' as const, output: [event('now on', EVENING - 60_000), event('dentist', at(23, 9))] };
    expect(saidOf(next, { entities }, found)).toBe('On Monday: dentist at 9.');
    expect(saidOf(next, { entities }, found, { outcome: 'failed', reason: 'gone' })).toBe(
      'On Monday: dentist at 9. I could not read every calendar.',
    );
    expect(saidOf(next, { entities: [] })).toBe('I know of no calendar.');
  });
});

describe('the weather', () => {
  const weather = entity('weather.home', 'Home', 'rainy', { attributes: { temperature: 7.4, temperature_unit: '°C' } });
  const asked = (slots: Record<string, string>, forecasts: object[] = []) =>
    saidOf(match('HassGetWeather', [], slots), { entities: [weather] }, { outcome: 'confirmed', output: forecasts });
  const sunday = {
    at: new Date(2026, 10, 22, 12).getTime(),
    condition: 'rainy',
    temperature: 9,
    templow: 3,
    precipitation_probability: 70,
  };

  it('now comes from the state', () => {
    expect(asked({})).toBe('It is rainy, 7.4 °C.');
    expect(asked({ condition: 'rain' })).toBe('Yes, it is rainy, 7.4 °C.');
    expect(asked({ condition: 'snow' })).toBe('No, it is rainy, 7.4 °C.');
    const snow = { at: new Date(2026, 10, 21, 12).getTime(), condition: 'snowy', precipitation_probability: 60 };
    expect(asked({ condition: 'snow' }, [snow])).toBe('Not now, but it should snow today: 60 %.');
  });

  it('to come is forecast, with what it rests on', () => {
    expect(asked({ day: 'tomorrow', condition: 'rain' }, [sunday])).toBe('Yes, it should rain tomorrow: 70 %.');
    expect(asked({ day: 'tomorrow', condition: 'snow' }, [sunday])).toBe('No, no snow is expected tomorrow.');
    expect(asked({ day: 'sunday', condition: 'cold' }, [sunday])).toBe('Yes, it should be cold tomorrow: 3 °C.');
    expect(asked({ day: 'tomorrow' }, [sunday])).toBe('Tomorrow: rainy, 3 to 9 °C, 70 % chance of rain.');
    expect(asked({ day: 'tuesday' }, [sunday])).toBe('The forecast says nothing about Tuesday.');
  });

  it('tonight is told by the hour, by the day where there are no hours', () => {
    const tonight = match('HassGetWeather', [], { day: 'tonight', condition: 'rain' });
    expect(callsOf(tonight, { entities: [weather] })).toMatchObject([{ type: 'hourly' }, { type: 'daily' }]);
    const hour = { at: new Date(2026, 10, 21, 22).getTime(), condition: 'rainy', precipitation_probability: 80 };
    const day = { at: new Date(2026, 10, 21).getTime(), condition: 'sunny', precipitation_probability: 10 };
    const said = (...outputs: object[][]) =>
      saidOf(tonight, { entities: [weather] }, ...outputs.map((output) => ({ outcome: 'confirmed' as const, output })));
    expect(said([hour], [day])).toBe('Yes, it should rain tonight: 80 %.');
    expect(said([], [day])).toBe('No, it should stay dry tonight: 10 %.');
  });

  it('is not made up', () => {
    expect(saidOf(match('HassGetWeather', []), { entities: [] })).toBe('I know of no weather service in this home.');
    expect(saidOf(match('HassGetWeather', [], { day: 'today' }), { entities: [weather] }, { outcome: 'rejected' })).toBe(
      'I could not look that up.',
    );
  });
});

describe('conditions', () => {
  const door = entity('binary_sensor.door', 'Back Door', 'off', { device_class: 'door' });
  const damp = entity('sensor.damp', 'Bathroom Humidity', '68', { attributes: { unit_of_measurement: '%' } });
  const people = [entity('person.anna', 'Anna', 'home'), entity('person.ben', 'Ben', 'unknown')];
  const judge = (slots: Condition['slots'], of: Entity[], more: Partial<Condition> = {}) =>
    judgeCondition({ slots, targets: of.map(({ id }) => id), question: 'is', negated: false, ...more }, viewOf({ entities: of }));

  it('hold, do not hold, or are not known', () => {
    expect(judge({ state: 'open' }, [door])).toEqual({ holds: false, because: 'the back door is closed' });
    expect(judge({ state: 'open' }, [door], { negated: true }).holds).toBe(true);
    expect(judge({ state: 'open' }, [{ ...door, available: false }]).holds).toBeUndefined();
    expect(judge({ state: 'open' }, [{ ...door, available: false }], { negated: true }).holds).toBeUndefined();
    expect(judge({ state: 'home' }, people, { question: 'any' }).holds).toBe(true);
    expect(judge({ state: 'home' }, people.slice(1), { question: 'any' }).holds).toBeUndefined();
    expect(judge({ state: 'home' }, people, { question: 'all' }).holds).toBeUndefined();
    expect(judge({ state: 'open' }, []).holds).toBeUndefined();
  });

  it('compare numbers', () => {
    expect(judge({ above: 60 }, [damp])).toEqual({ holds: true, because: 'the bathroom humidity is 68 %' });
    expect(judge({ below: 60 }, [damp]).holds).toBe(false);
    expect(judge({ above: 60 }, [{ ...damp, state: 'unknown' }]).holds).toBeUndefined();
  });

  it('are said again', () => {
    const view = viewOf({ entities: [door, damp] });
    expect(conditionWords({ slots: { state: 'open' }, targets: [door.id], question: 'is', negated: true }, view)).toBe(
      'the back door is not open',
    );
    expect(conditionWords({ slots: { above: 60 }, targets: [damp.id], question: 'is', negated: false }, view)).toBe(
      'the bathroom humidity is above 60',
    );
  });
});
