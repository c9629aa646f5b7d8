import { describe, expect, it } from 'vitest';
import type { Source } from '../../contract/tool.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { DEFAULT_POLICY, type Policy } from '../policy.ts';
import type { PolicyCall } from './policy-call.ts';
import { RateLimits } from './rate-limits.ts';
import { UsageProfile } from './usage-profile.ts';

const DAY_MS = 86_400_000;
const policy: Policy = { ...DEFAULT_POLICY, timeZone: 'UTC' };
/** A Sunday. */
const START = Date.UTC(2026, 10, 1, 18, 0);

const callAt = (at: number, more: Partial<PolicyCall> = {}): PolicyCall => ({
  tool: 'door.open',
  risk: 'guarded',
  source: 'voice',
  permissions: {},
  input: { entityIds: ['lock.front'] },
  at,
  ...more,
});

/** Used every day at six in the evening for so many days. */
function learnt(days: number): UsageProfile {
  const usage = new UsageProfile(new FakeClock(START));
  for (let day = 0; day < days; day += 1) usage.used(callAt(START + day * DAY_MS), policy);
  return usage;
}
const look = (usage: UsageProfile, call: PolicyCall, by: Policy = policy) => usage.unusual(call, by, { count: false });
const night = START + 30 * DAY_MS + 9 * 3_600_000;

describe('what is usual', () => {
  it('makes a call at an hour without any before unusual, once there is enough history', () => {
    expect(look(learnt(30), callAt(night))).toBe('it was never done at this hour before');
    expect(look(learnt(30), callAt(START + 30 * DAY_MS))).toBeUndefined();
    expect(look(learnt(10), callAt(night))).toBeUndefined();
    expect(look(learnt(10), callAt(night), { ...policy, anomaly: { days: 10, uses: 10 } })).toBeDefined();
  });

  it('takes the hour before and after, and days of the same kind, for usual', () => {
    const usage = new UsageProfile(new FakeClock(START));
    // Mondays alone.
    for (let week = 0; week < 25; week += 1) usage.used(callAt(START + (1 + week * 7) * DAY_MS), policy);
    const monday = START + 26 * 7 * DAY_MS + DAY_MS;
    expect(look(usage, callAt(monday + 3_600_000))).toBeUndefined();
    expect(look(usage, callAt(monday - 3_600_000))).toBeUndefined();
    expect(look(usage, callAt(monday + 3 * DAY_MS))).toBeUndefined();
    expect(look(usage, callAt(monday + 2 * 3_600_000))).toBeDefined();
    expect(look(usage, callAt(monday + 5 * DAY_MS))).toBeDefined();
  });

  it('looks at each target by itself', () => {
    const usage = learnt(30);
    expect(look(usage, callAt(night, { input: { entityIds: ['lock.back'] } }))).toBeUndefined();
    expect(look(usage, callAt(night, { input: { entityIds: ['lock.back', 'lock.front'] } }))).toBeDefined();
  });

  it('lets a person have comfort at any hour, unless the policy says otherwise; a program not', () => {
    const usage = new UsageProfile(new FakeClock(START));
    for (let day = 0; day < 30; day += 1) usage.used(callAt(START + day * DAY_MS, { risk: 'change' }), policy);
    const light = (source: Source): PolicyCall => callAt(night, { risk: 'change', source });
    expect(look(usage, light('voice'))).toBeUndefined();
    expect(look(usage, light('voice'), { ...policy, anomaly: { people: true } })).toBeDefined();
    expect(look(usage, light('agent'))).toBeDefined();
    expect(look(usage, light('agent'), { ...policy, anomaly: { off: true } })).toBeUndefined();
    expect(look(usage, callAt(night, { risk: 'observe', source: 'agent' }))).toBeUndefined();
  });

  it('calls a burst a burst, on the clock that cannot be set', async () => {
    const clock = new FakeClock(START);
    const usage = new UsageProfile(clock);
    const often: Policy = { ...policy, anomaly: { burst: { calls: 3, seconds: 10 } } };
    const call = () => usage.unusual(callAt(clock.now(), { risk: 'change' }), often, { count: true });
    expect([call(), call(), call(), call()]).toEqual([undefined, undefined, undefined, 'that is more than 3 times in 10 seconds']);
    await clock.advance(10_001);
    expect(call()).toBeUndefined();
  });

  it('outlives the process, and begins anew from what cannot be read', async () => {
    let saved: unknown;
    const store = {
      load: async () => saved,
      async save(profile: unknown) {
        saved = JSON.parse(JSON.stringify(profile));
      },
    };
    const before = new UsageProfile(new FakeClock(START), store);
    for (let day = 0; day < 30; day += 1) before.used(callAt(START + day * DAY_MS), policy);
    await before.save();
    const after = new UsageProfile(new FakeClock(START), store);
    expect(await after.load()).toBe(true);
    expect(look(after, callAt(night))).toBeDefined();
    for (const garbage of ['x', { uses: 7 }, { uses: [['a', { first: 1, last: 1, hours: [1] }]] }, null, []]) {
      saved = garbage;
      const anew = new UsageProfile(new FakeClock(START), store);
      expect(await anew.load()).toBe(garbage === null);
      expect(look(anew, callAt(night))).toBeUndefined();
    }
  });

  it('stays small', async () => {
    let saved: unknown;
    const usage = new UsageProfile(new FakeClock(START), {
      load: async () => saved,
      async save(profile) {
        saved = profile;
      },
    });
    for (let index = 0; index < 3_000; index += 1) usage.used(callAt(START, { input: { entityIds: [`lock.${index}`] } }), policy);
    await usage.save();
    expect(JSON.stringify(saved).length).toBeLessThan(1_500_000);
    expect(await new UsageProfile(new FakeClock(START), { load: async () => saved, save: async () => undefined }).load()).toBe(true);
  });
});

describe('rate limits', () => {
  it('slide: any so many seconds, not each full minute', async () => {
    const clock = new FakeClock();
    const limits = new RateLimits(clock);
    const take = () => limits.take([{ name: 'a', rate: { calls: 2, seconds: 10 } }])?.waitMs;
    expect([take(), take(), take()]).toEqual([undefined, undefined, 10_000]);
    await clock.advance(6_000);
    expect(take()).toBe(4_000);
    await clock.advance(4_001);
    expect([take(), take(), take()]).toEqual([undefined, undefined, 10_000]);
  });

  it('count a call against all of them or none', async () => {
    const clock = new FakeClock();
    const limits = new RateLimits(clock);
    const wide = { name: 'wide', rate: { calls: 3, seconds: 60 } };
    const narrow = { name: 'narrow', rate: { calls: 1, seconds: 60 } };
    expect(limits.take([wide, narrow])).toBeUndefined();
    for (let index = 0; index < 5; index += 1) expect(limits.take([wide, narrow])?.name).toBe('narrow');
    expect(limits.take([wide])).toBeUndefined();
    expect(limits.take([wide])).toBeUndefined();
    expect(limits.take([wide])?.name).toBe('wide');
  });
});
