import { describe, expect, it } from 'vitest';
import { type Entity, EntitySchema } from '../../../contract/home.ts';
import { type House, judgeDifference } from './house-difference.ts';

const entity = (id: string, state: string, attributes: Record<string, unknown> = {}): Entity =>
  EntitySchema.parse({ id, name: id, domain: id.split('.')[0], state, attributes });
const house = (...entities: Entity[]): House => new Map(entities.map((each) => [each.id, each]));

const before = house(entity('light.a', 'off', { brightness: 51 }), entity('light.b', 'off'), entity('scene.c', 'unknown'));

describe('what is different in a house', () => {
  it('is right when it is exactly what was expected', () => {
    const after = house(entity('light.a', 'on', { brightness: 51 }), entity('light.b', 'off'), entity('scene.c', 'unknown'));
    expect(judgeDifference(before, after, [], { 'light.a': 'on' })).toEqual({ wrong: [], touched: [] });
  });

  it('is wrong where something else changed as well, unless it may', () => {
    const after = house(entity('light.a', 'on', { brightness: 51 }), entity('light.b', 'on'), entity('scene.c', 'unknown'));
    expect(judgeDifference(before, after, [], { 'light.a': 'on' })).toEqual({
      wrong: ['light.b should have been left alone but is on'],
      touched: ['light.b'],
    });
    expect(judgeDifference(before, after, [], { 'light.a': 'on' }, { 'light.b': 'on' }).wrong).toEqual([]);
    expect(judgeDifference(before, after, [], { 'light.a': 'on' }, { 'light.b': { percent: 5 } }).wrong).toHaveLength(1);
  });

  it('is wrong where nothing changed, or not to what was asked for', () => {
    expect(judgeDifference(before, before, [], { 'light.a': 'off' }).wrong).toEqual(['light.a did not change']);
    const after = house(entity('light.a', 'on', { brightness: 255 }), entity('light.b', 'off'), entity('scene.c', 'unknown'));
    expect(judgeDifference(before, after, [], { 'light.a': { percent: 20 } }).wrong).toHaveLength(1);
    expect(judgeDifference(before, after, [], { 'light.a': { percent: { from: 90, to: 100 } } }).wrong).toEqual([]);
  });

  it('counts what leaves no trace in the state', () => {
    const ran = [{ entityId: 'scene.c', does: 'turn_on' }];
    expect(judgeDifference(before, before, ran, {}).touched).toEqual(['scene.c']);
    expect(judgeDifference(before, before, ran, { 'scene.c': { does: 'turn_on' } }).wrong).toEqual([]);
    expect(judgeDifference(before, before, [], { 'scene.c': { does: 'turn_on' } }).wrong).toHaveLength(1);
  });

  it.each([
    ['red', [255, 0, 0], true],
    ['red', [255, 20, 60], true],
    ['blue', [65, 105, 225], true],
    ['purple', [128, 0, 128], true],
    ['green', [0, 128, 0], true],
    ['green', [255, 255, 0], false],
    ['blue', [255, 255, 255], false],
  ] as const)('knows %s when it sees %j', (colour, rgb, fits) => {
    const after = house(entity('light.a', 'on', { rgb_color: rgb }), entity('light.b', 'off'), entity('scene.c', 'unknown'));
    expect(judgeDifference(before, after, [], { 'light.a': { colour } }).wrong).toHaveLength(fits ? 0 : 1);
  });

  it('refuses a suite that speaks of what the house has not', () => {
    expect(() => judgeDifference(before, before, [], { 'light.z': 'on' })).toThrow('light.z');
  });
});
