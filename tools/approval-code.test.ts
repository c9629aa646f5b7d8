import { describe, expect, it } from 'vitest';
import { codeIn, newApprovalCode } from './approval-code.ts';
import { ApprovalDays } from './approval-days.ts';

describe('a code', () => {
  it('is three different words that are understood, and codes differ', () => {
    const codes = Array.from({ length: 200 }, newApprovalCode);
    for (const code of codes) expect({ heard: codeIn(code), words: new Set(code.split(' ')).size }).toEqual({ heard: code, words: 3 });
    expect(new Set(codes).size).toBeGreaterThan(100);
  });

  it.each(['river tiger apple', 'The code is river, tiger, apple.', 'River-Tiger-Apple', "it's river tiger apple please"])(
    'is heard in "%s"',
    (text) => expect(codeIn(text)).toBe('river tiger apple'),
  );

  it.each(['yes', 'river tiger', 'river tiger apple sugar', 'turn on the yellow window', '', 'yes river tiger apple', 'four oh seven'])(
    'is not heard in "%s"',
    (text) => expect(codeIn(text)).toBeUndefined(),
  );
});

describe('the days', () => {
  const at = (day: number): number => new Date(2026, 10, day, 12).getTime();

  it('count what was asked and how it ended', () => {
    const days = new ApprovalDays();
    for (const by of ['page', 'wrong-code', 'nobody', 'expiry', 'cancel'] as const) {
      days.asked(at(21));
      days.answered({ approved: by === 'page', by }, at(21));
    }
    days.asked(at(22));
    expect(days.list()).toEqual([
      { day: '2026-11-21', asked: 5, approved: 1, refused: 2, expired: 1 },
      { day: '2026-11-22', asked: 1, approved: 0, refused: 0, expired: 0 },
    ]);
  });

  it('come back to a day when the clock is set back, and keep the last ninety', () => {
    const days = new ApprovalDays();
    for (const day of [5, 6, 5]) days.asked(at(day));
    expect(days.list().map(({ day, asked }) => `${day} ${asked}`)).toEqual(['2026-11-05 2', '2026-11-06 1']);
    for (let day = 1; day <= 100; day += 1) days.asked(new Date(2027, 0, day, 12).getTime());
    expect(days.list()).toHaveLength(90);
  });
});
