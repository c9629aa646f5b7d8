import { describe, expect, it } from 'vitest';
import { isEcho } from './approval-echo.ts';

const said = { text: 'Unlock the front door. Shall I?', from: 1_000, until: 3_000 };

describe('JARVIS hearing itself', () => {
  it.each<[string, string, number, boolean]>([
    ['whatever is heard while it speaks', 'yes', 2_000, true],
    ['whatever is heard in the tail of its speech', 'yes', 3_100, true],
    ['an answer after it', 'yes', 3_200, false],
    ['an answer begun before it', 'yes', 900, false],
    ['its own end, late', 'shall I', 3_500, true],
    ['a piece of it, late', 'the front door', 4_000, true],
    ['two words that happen to be in it', 'front door', 4_000, false],
    ['its own words long after', 'unlock the front door', 6_500, false],
    ['nothing', '', 4_000, false],
  ])('%s', (_what, text, at, echo) => {
    expect(isEcho({ text, at }, said)).toBe(echo);
  });

  it('that it is still speaking', () => {
    expect(isEcho({ text: 'yes', at: 99_000 }, { ...said, until: Number.POSITIVE_INFINITY })).toBe(true);
  });

  it('whose last word was yes', () => {
    const yes = { ...said, text: 'Yes.' };
    expect(isEcho({ text: 'yes', at: 3_500 }, yes)).toBe(true);
    expect(isEcho({ text: 'yes', at: 6_100 }, yes)).toBe(false);
  });
});
