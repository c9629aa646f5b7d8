import { describe, expect, it } from 'vitest';
import { approvalFigures } from './approval-figures.ts';

const day = (name: string, asked: number, approved = 0, refused = 0, expired = 0) => ({ day: name, asked, approved, refused, expired });

describe('how much was asked', () => {
  it('is told for a fortnight, days of silence included', () => {
    const { bars, asked, perDay } = approvalFigures([day('2026-11-19', 4, 3, 1), day('2026-11-21', 10, 9)]);
    expect(bars).toHaveLength(14);
    expect(bars.slice(-3).map((bar) => bar.asked)).toEqual([4, 0, 10]);
    expect(bars.at(-1)).toMatchObject({ approvedShare: 0.9, restShare: 0.1 });
    expect(asked).toBe(14);
    expect(perDay).toBe(1);
  });

  it('counts a yes against what was answered, not against what was called off', () => {
    expect(approvalFigures([day('2026-11-21', 10, 3, 0, 1)]).approvedPercent).toBe(75);
    expect(approvalFigures([day('2026-11-21', 10)]).approvedPercent).toBeUndefined();
  });

  it('goes over the end of a month, and leaves older days out', () => {
    const { bars, asked } = approvalFigures([day('2026-11-02', 1), day('2026-10-30', 2), day('2026-01-01', 99)]);
    expect(bars.map((bar) => bar.day)).toContain('2026-10-30');
    expect(asked).toBe(3);
  });

  it('is empty where nothing is known, and not broken by an answer of yesterday counted today', () => {
    expect(approvalFigures([]).bars).toEqual([]);
    expect(approvalFigures([day('no day', 1)]).bars).toEqual([]);
    expect(approvalFigures([day('2026-11-21', 0, 5)]).bars.at(-1)).toMatchObject({ approvedShare: 1, restShare: 0 });
  });
});
