import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import type { ProviderFailure } from '../providers/provider-failure.ts';
import { circuitBreaker } from './circuit-breaker.ts';

type Failure = Pick<ProviderFailure, 'kind' | 'sentence' | 'retryAfterMs'>;

const broken: Failure = { kind: 'broken-answer', sentence: 'It broke.', retryAfterMs: undefined };
const limited: Failure = { kind: 'rate-limit', sentence: 'Too many questions.', retryAfterMs: undefined };

const open = () => {
  const clock = new FakeClock();
  return { clock, breaker: circuitBreaker(clock) };
};
const fail = (breaker: ReturnType<typeof circuitBreaker>, times: number): void => {
  for (let index = 0; index < times; index += 1) {
    breaker.begin();
    breaker.failed(broken, 'count');
  }
};

describe('a circuit breaker', () => {
  it('rests after three failures in a row, not after two and one good answer', () => {
    const { breaker, clock } = open();
    fail(breaker, 2);
    breaker.succeeded();
    fail(breaker, 2);
    expect(breaker.resting()).toBeUndefined();
    expect(breaker.problem()).toBe('It broke.');
    fail(breaker, 1);
    expect(breaker.resting()).toEqual({ reason: 'It broke.', until: clock.now() + 30_000 });
  });

  it('lets one try after the rest, and only one', async () => {
    const { breaker, clock } = open();
    fail(breaker, 3);
    await clock.advance(30_000);
    expect(breaker.resting()).toBeUndefined();
    breaker.begin();
    expect(breaker.resting()?.reason).toContain('tried again');
    breaker.succeeded();
    expect(breaker.resting()).toBeUndefined();
    expect(breaker.problem()).toBeUndefined();
  });

  it('rests twice as long after a failed trial, and begins anew after a good one', async () => {
    const { breaker, clock } = open();
    fail(breaker, 3);
    await clock.advance(30_000);
    fail(breaker, 1);
    expect(breaker.resting()?.until).toBe(clock.now() + 60_000);
    await clock.advance(60_000);
    breaker.begin();
    breaker.succeeded();
    fail(breaker, 3);
    expect(breaker.resting()?.until).toBe(clock.now() + 30_000);
  });

  it('lets the next try when a person stopped the trial', async () => {
    const { breaker, clock } = open();
    fail(breaker, 3);
    await clock.advance(30_000);
    breaker.begin();
    breaker.gaveUp();
    expect(breaker.resting()).toBeUndefined();
  });

  it('never rests longer than a quarter of an hour by itself', async () => {
    const { breaker, clock } = open();
    fail(breaker, 3);
    for (let index = 0; index < 20; index += 1) {
      await clock.advance(15 * 60_000);
      fail(breaker, 1);
    }
    expect(breaker.resting()?.until).toBe(clock.now() + 15 * 60_000);
  });

  it.each([
    [5000, 5000],
    [-1, 1000],
    [0, 1000],
    [1e15, 24 * 3_600_000],
    [Number.NaN, 30_000],
  ])('asked to wait %d ms rests %d ms', (retryAfterMs, rested) => {
    const { breaker, clock } = open();
    breaker.failed({ ...limited, retryAfterMs }, 'at-once');
    expect(breaker.resting()?.until).toBe(clock.now() + rested);
  });

  it('is not made to rest longer by calls that failed together', () => {
    const { breaker, clock } = open();
    for (let index = 0; index < 10; index += 1) breaker.begin();
    for (let index = 0; index < 10; index += 1) breaker.failed(broken, 'count');
    expect(breaker.resting()?.until).toBe(clock.now() + 30_000);
  });

  it('rests for good when told so, and does not mind a clock that jumps', async () => {
    const { breaker, clock } = open();
    breaker.failed({ kind: 'key', sentence: 'The key was not accepted.', retryAfterMs: undefined }, 'for-good');
    await clock.advance(1e12);
    expect(breaker.resting()).toEqual({ reason: 'The key was not accepted.' });
  });

  it('does not hold a request against it that nobody could answer', () => {
    const { breaker } = open();
    for (let index = 0; index < 9; index += 1) breaker.failed({ kind: 'refused', sentence: 'No.', retryAfterMs: undefined }, 'none');
    expect(breaker.resting()).toBeUndefined();
    expect(breaker.problem()).toBeUndefined();
  });
});
