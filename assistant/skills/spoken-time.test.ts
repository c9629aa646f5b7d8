import { describe, expect, it } from 'vitest';
import { EVENING } from '../../tests/fakes/home-scene.ts';
import { briefTime, daySpan, momentName, timeOfDay, untilClock } from './spoken-time.ts';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

describe('spoken times', () => {
  it('are read as people read them', () => {
    expect([timeOfDay(at(21, 19, 30)), timeOfDay(at(21, 20)), briefTime(at(21, 9)), briefTime(at(21, 9, 5))]).toEqual([
      '7:30 pm',
      '8 pm',
      '9',
      '9:05',
    ]);
    expect([at(21, 14, 5), at(20, 14, 5), at(17, 14, 5), at(1, 14, 5)].map((moment) => momentName(moment, EVENING))).toEqual([
      'at 14:05',
      'yesterday at 14:05',
      'on Tuesday at 14:05',
      'on 1 November at 14:05',
    ]);
  });

  it('mean the next time the clock shows it', () => {
    expect(untilClock('19:00', EVENING)).toBe(30 * 60_000);
    expect(untilClock('18:30', EVENING)).toBe(24 * 3_600_000);
    expect(untilClock('06:30', EVENING)).toBe(12 * 3_600_000);
  });

  it.each([
    ['today', EVENING, at(22, 0), 'today'],
    ['tonight', EVENING, at(22, 6), 'tonight'],
    ['tomorrow', at(22, 0), at(23, 0), 'tomorrow'],
    ['weekend', at(21, 0), at(23, 0), 'at the weekend'],
    ['monday', at(23, 0), at(24, 0), 'on Monday'],
    ['saturday', at(21, 0), at(22, 0), 'today'],
  ])('%s', (day, from, to, label) => {
    expect(daySpan(day, EVENING)).toEqual({ from, to, label });
  });

  it('no day is made up for a word that names none', () => {
    expect(daySpan('someday', EVENING)).toBeUndefined();
  });
});
