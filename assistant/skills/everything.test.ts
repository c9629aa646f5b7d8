import { describe, expect, it } from 'vitest';
import { entity, match, viewOf } from '../../tests/fakes/home-scene.ts';
import { isSweeping, mustRun, sayLeftOut, spare } from './everything.ts';

const plug = (name: string) => entity(`switch.${name.toLowerCase().replaceAll(/\W/gu, '_')}`, name, 'on');

describe('what must keep running', () => {
  it.each([
    'Fridge',
    'Chest Freezer',
    'Wi-Fi Router',
    'Home Server',
    'Oxygen Concentrator',
    'Fish Tank',
    'Boiler',
    'Washing Machine',
    'Sump Pump',
  ])('%s', (name) => {
    expect(mustRun(plug(name))).toBe(true);
  });
  it.each(['Kettle', 'Christmas Tree', 'Heated Blanket', 'Iron', 'Garage Light', 'Fountain', 'Stereo'])('not %s', (name) => {
    expect(mustRun(plug(name))).toBe(false);
  });
  it('may be told by a label', () => {
    expect(mustRun({ ...plug('Plug 7'), labels: ['Always on'] })).toBe(true);
  });
});

describe('"everything"', () => {
  const entities = [
    entity('light.a', 'Lamp', 'on'),
    entity('light.b', 'Other Lamp', 'off'),
    plug('Kettle'),
    plug('Freezer'),
    entity('lock.front', 'Front Door', 'unlocked'),
    entity('alarm_control_panel.a', 'Alarm', 'armed_away'),
    entity('cover.blind', 'Blind', 'open'),
    entity('climate.hall', 'Heating', 'heat'),
  ];
  const view = viewOf({ entities });
  const all = (slots = {}) =>
    match(
      'HassTurnOff',
      entities.map(({ id }) => id),
      slots,
    );

  it('is what people mean by it: no locks, alarms, blinds or heating, nothing that is off already', () => {
    const { match: spared, leftOut } = spare(all(), view);
    expect(spared.targets).toEqual(['light.a', 'switch.kettle']);
    expect(sayLeftOut(leftOut)).toBe('I have left the freezer and the heating on.');
  });

  it('of one kind still leaves the freezer its power, and what is named is done', () => {
    const switches = match('HassTurnOff', ['switch.kettle', 'switch.freezer'], { domain: 'switch' });
    expect(spare(switches, view).match.targets).toEqual(['switch.kettle']);
    const named = match('HassTurnOff', ['switch.freezer'], { name: 'Freezer' });
    expect(spare(named, view).match).toBe(named);
  });

  it('asks first when it is much, and never for a question or a name', () => {
    const many = viewOf({ entities: Array.from({ length: 11 }, (_, index) => entity(`light.l${index}`, `L${index}`, 'on')) });
    const ids = many.entities().map(({ id }) => id);
    expect(isSweeping(match('HassTurnOff', ids, { domain: 'light' }), many)).toBe(true);
    expect(isSweeping(match('HassTurnOn', ids, { domain: 'light' }), many)).toBe(false);
    expect(isSweeping(match('HassTurnOff', ids, { name: 'x' }), many)).toBe(false);
    expect(isSweeping(match('HassGetState', ids, {}, { question: 'any' }), many)).toBe(false);
    expect(isSweeping(match('HassTurnOff', ids.slice(1), { domain: 'light' }), many)).toBe(false);
  });
});
