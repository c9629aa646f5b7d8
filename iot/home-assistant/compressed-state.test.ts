import { describe, expect, it } from 'vitest';
import { applyChange, readAdded } from './compressed-state.ts';

const lamp = () =>
  readAdded({
    s: 'on',
    a: { brightness: 120, effect: 'rainbow', friendly_name: 'Lamp' },
    c: 'call-1',
    lc: 1_700_000_000.25,
    lu: 1_700_000_010.5,
  });

describe('compressed states', () => {
  it('are read whole, with times in ms', () => {
    expect(lamp()).toEqual({
      state: 'on',
      attributes: { brightness: 120, effect: 'rainbow', friendly_name: 'Lamp' },
      lastChanged: 1_700_000_000_250,
      lastUpdated: 1_700_000_010_500,
      contextId: 'call-1',
    });
  });

  it('were updated when they changed, where only that is told', () => {
    expect(readAdded({ s: 'off', a: {}, c: { id: 'call-2', parent_id: null, user_id: 'me' }, lc: 5 })).toMatchObject({
      lastChanged: 5000,
      lastUpdated: 5000,
      contextId: 'call-2',
    });
  });

  it('take a new state and keep what is not told', () => {
    expect(applyChange(lamp(), { '+': { s: 'off', lc: 1_700_000_020, c: 'call-3' } })).toEqual({
      state: 'off',
      attributes: { brightness: 120, effect: 'rainbow', friendly_name: 'Lamp' },
      lastChanged: 1_700_000_020_000,
      lastUpdated: 1_700_000_020_000,
      contextId: 'call-3',
    });
  });

  it('take changed attributes without having changed', () => {
    expect(applyChange(lamp(), { '+': { a: { brightness: 200 }, lu: 1_700_000_030 } })).toMatchObject({
      state: 'on',
      attributes: { brightness: 200, effect: 'rainbow', friendly_name: 'Lamp' },
      lastChanged: 1_700_000_000_250,
      lastUpdated: 1_700_000_030_000,
    });
  });

  it('lose the attributes that were removed, and only those', () => {
    const changed = applyChange(lamp(), { '+': { s: 'off', lc: 1_700_000_020 }, '-': { a: ['brightness', 'effect', 'never_there'] } });
    expect(changed.attributes).toEqual({ friendly_name: 'Lamp' });
    expect(applyChange(lamp(), { '-': { a: ['effect'] } }).attributes).toEqual({ brightness: 120, friendly_name: 'Lamp' });
  });

  it('never change what they were made from', () => {
    const before = lamp();
    applyChange(before, { '+': { a: { brightness: 1 } }, '-': { a: ['effect'] } });
    expect(before).toEqual(lamp());
  });

  it('may carry the context as a part only', () => {
    expect(applyChange(lamp(), { '+': { c: { user_id: 'me' }, a: { brightness: 1 } } }).contextId).toBe('call-1');
  });

  it.each([null, 7, [], { s: 5 }, { s: 'on', a: 'none' }, { a: {} }])('refuse %j', (value) => {
    expect(() => readAdded(value)).toThrow();
  });

  it('are not poisoned by an attribute called __proto__', () => {
    const state = readAdded(JSON.parse('{"s":"on","a":{"__proto__":{"polluted":true},"constructor":"x"},"lc":1}'));
    expect(state.attributes.polluted).toBeUndefined();
    expect(applyChange(state, JSON.parse('{"+":{"a":{"__proto__":{"polluted":true}}}}')).attributes.polluted).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
