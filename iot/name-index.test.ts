import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entity } from '../contract/home.ts';
import { entityOf, FakeBridge } from '../tests/fakes/fake-bridge.ts';
import { MergedHome } from './merged-home.ts';
import { withinEdits } from './name-distance.ts';
import { NameIndex } from './name-index.ts';

const areas = [
  { id: 'kitchen', name: 'Kitchen', aliases: ['Scullery'], floor: 'ground' },
  { id: 'bedroom', name: 'Bedroom', aliases: [], floor: 'upper' },
  { id: 'light', name: 'light', aliases: [] },
];
const floors = [
  { id: 'ground', name: 'Ground floor', aliases: [] },
  { id: 'upper', name: 'Upstairs', aliases: [] },
];
const long = 'x'.repeat(300);
const entities = [
  entityOf('light.kitchen', { name: 'Kitchen light', area: 'kitchen', aliases: ['worktop'] }),
  entityOf('light.kitchen_2', { name: 'Kitchen light over the sink', area: 'kitchen' }),
  entityOf('light.bed', { name: 'Reading lamp', area: 'bedroom', labels: ['Cosy'], device: 'Hue Go' }),
  entityOf('climate.bed', { name: 'Thermostat', area: 'bedroom' }),
  entityOf('switch.off', { name: 'off', area: 'light' }),
  entityOf('sensor.rx', { name: '.*(a+)+$ [sensor] \\' }),
  entityOf('light.emoji', { name: '🛋️' }),
  entityOf('light.signs', { name: '***' }),
  entityOf('light.long', { name: long }),
  entityOf('light.twin_a', { name: 'Twin' }),
  entityOf('light.twin_b', { name: 'Twin' }),
  entityOf('light.cafe', { name: 'Café Lampe' }),
  entityOf('switch.secret', { name: 'Secret socket', exposed: false }),
  entityOf('switch.hidden', { name: 'Hidden socket', hidden: true }),
];

const bridge = () => new FakeBridge({ name: 'one', areas, floors }, entities);
const index = new NameIndex(new MergedHome([bridge()]));
const ids = (query: string, limit = 3, from = index) => from.find(query, { limit }).map(({ entity }) => entity.id);

describe('finding by name', () => {
  it.each([
    ['kitchen light', ['light.kitchen', 'light.kitchen_2']],
    ['KITCHEN  Light!', ['light.kitchen', 'light.kitchen_2']],
    ['light kitchen', ['light.kitchen', 'light.kitchen_2']],
    ['worktop', ['light.kitchen']],
    ['kit li', ['light.kitchen', 'light.kitchen_2']],
    ['kitchn lihgt', ['light.kitchen', 'light.kitchen_2']],
    ['thermostta', ['climate.bed']],
    ['bedroom', ['climate.bed', 'light.bed']],
    ['upstairs lamp', ['light.bed']],
    ['scullery sink', ['light.kitchen_2']],
    ['hue', ['light.bed']],
    ['cosy', ['light.bed']],
    ['cafe', ['light.cafe']],
    ['climate', ['climate.bed']],
    ['off', ['switch.off']],
    ['.*(a+)+$ sensor', ['sensor.rx']],
    ['🛋️', ['light.emoji']],
    ['***', ['light.signs']],
    [long, ['light.long']],
    ['twin', ['light.twin_a', 'light.twin_b']],
    ['the thermostat in the bedroom', ['climate.bed']],
    ['socket', []],
    ['zebra', []],
    ['', []],
    ['   ', []],
  ])('%s', (query, found) => {
    expect(ids(query)).toEqual(found);
  });

  it('puts the name that was said before the one that only has it', () => {
    expect(ids('light', 20)[0]).not.toBe('switch.off');
    expect(ids('kitchen light over the sink')[0]).toBe('light.kitchen_2');
  });

  it('shows hidden and unexposed things only to whoever asks for them', () => {
    expect(index.find('socket', { limit: 5, hidden: true }).map(({ entity }) => entity.id)).toEqual(['switch.hidden', 'switch.secret']);
  });

  it('gives at most as many as wanted, the best', () => {
    expect(ids('light', 1)).toEqual(ids('light', 10).slice(0, 1));
    expect(ids('light', 0)).toEqual([]);
  });

  it('never throws, and says the same twice, whatever is asked', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 20 })), (query) => {
        expect(ids(query, 20)).toEqual(ids(query, 20));
        expect(ids(query, 20)).toEqual(ids(`  ${query.toUpperCase().toLowerCase()} `, 20));
      }),
    );
  });

  it('finds every entity by its own name', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }).filter((each) => each.trim() !== '');
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
        const home = new MergedHome([
          new FakeBridge(
            { name: 'one' },
            names.map((each, at) => entityOf(`light.l${at}`, { name: each })),
          ),
        ]);
        const own = new NameIndex(home);
        for (const [at, each] of names.entries()) expect(ids(each, 20, own)).toContain(`light.l${at}`);
      }),
    );
  });

  it('follows names and states as they change', () => {
    const one = bridge();
    const own = new NameIndex(new MergedHome([one]));
    expect(ids('gazebo', 3, own)).toEqual([]);
    one.set('light.bed', { name: 'Gazebo' });
    expect(ids('gazebo', 3, own)).toEqual(['light.bed']);
    one.set('light.bed', { state: 'on' });
    expect(own.find('gazebo', { limit: 1 })[0]?.entity.state).toBe('on');
    one.table.remove('light.bed');
    expect(ids('gazebo', 3, own)).toEqual([]);
  });

  it('counts errors of spelling as a person does', () => {
    expect(withinEdits('light', 'lihgt', 1)).toBe(1);
    expect(withinEdits('light', 'lamp', 2)).toBeUndefined();
    expect(withinEdits('', 'ab', 2)).toBe(2);
  });
});

describe('ten thousand names', () => {
  it('hold a question to the few words that matter', () => {
    const many: Entity[] = Array.from({ length: 10_000 }, (_, at) => entityOf(`light.l${at}`, { name: `Kitchen lamp ${at}` }));
    const own = new NameIndex(new MergedHome([new FakeBridge({ name: 'one' }, many)]));
    expect(ids('kitchen lamp 4711', 3, own)).toEqual(['light.l4711']);
    expect(ids('kichen lmap 47', 1, own)).toEqual(['light.l47']);
  });
});
