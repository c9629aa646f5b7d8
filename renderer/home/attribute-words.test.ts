import { describe, expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import { ageWords } from './age-words.ts';
import { attributeWords } from './attribute-words.ts';

const withAttributes = (attributes: Record<string, unknown>): Entity => ({
  id: 'sensor.a',
  name: 'It',
  aliases: [],
  domain: 'sensor',
  state: '1',
  attributes,
  available: true,
  lastChanged: 0,
});
const told = (attributes: Record<string, unknown>) =>
  Object.fromEntries(attributeWords(withAttributes(attributes)).map(({ label, value }) => [label, value]));

describe('the attributes of a device', () => {
  it('are told in words and with their units', () => {
    expect(told({ battery_level: 12, temperature: 20.5, temperature_unit: '°C', charging: true, days: ['mon', 'tue'] })).toEqual({
      'Battery level': '12 %',
      Temperature: '20.5 °C',
      Charging: 'yes',
      Days: 'mon, tue',
    });
  });

  it('are left out where they are for programs', () => {
    expect(told({ supported_features: 3, icon: 'mdi:lamp', friendly_name: 'x', nothing: null })).toEqual({});
  });

  it('never flood the page, however hostile', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key_${index}`, 'x'.repeat(10_000)]));
    const words = attributeWords(withAttributes(many));
    expect(words.length).toBeLessThanOrEqual(60);
    expect(words.every(({ value }) => value.length <= 300)).toBe(true);
    expect(told({ constructor: 5, deep: { a: { b: { c: [1, 2] } } } })).toEqual({ Constructor: '5', Deep: 'A: B: C: 1, 2' });
  });
});

describe('an age', () => {
  it('is told as coarsely as a person would', () => {
    const now = 1_700_000_000_000;
    const ago = (seconds: number) => ageWords(now - seconds * 1000, now);
    expect([5, 90, 3 * 3600, 30 * 3600, 5 * 86_400].map(ago)).toEqual(['just now', '1 min ago', '3 h ago', 'yesterday', '5 days ago']);
    expect(ageWords(0, now)).toBe('');
    expect(ageWords(now + 5000, now)).toBe('just now');
  });
});
