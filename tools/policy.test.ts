import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RISKS, SourceSchema } from '../contract/tool.ts';
import { DEFAULT_POLICY, type Decision, decide, higherRisk, PolicySchema } from './policy.ts';

const call = { tool: 'home.call-service', risk: 'change' as const, source: 'voice' as const };
const decisionOf = (tool: string, name: string): Decision =>
  decide({ rules: [{ tool, effect: 'deny' }], enabled: [] }, { ...call, tool: name }).decision;
const strictness = ['allow', 'ask', 'deny'];

describe('the policy', () => {
  it('goes by the tier where no rule is', () => {
    expect(RISKS.map((risk) => decide(DEFAULT_POLICY, { ...call, risk }).decision)).toEqual(['allow', 'allow', 'ask', 'deny']);
  });

  it('lets deny beat ask and ask beat allow, in whatever order and breadth the rules stand', () => {
    const effect = fc.constantFrom<Decision>('allow', 'ask', 'deny');
    const tool = fc.constantFrom('*', 'home.*', 'home.call-service', '*service', '*.*');
    fc.assert(
      fc.property(fc.array(fc.record({ tool, effect }), { minLength: 1 }), (rules) => {
        const strictest = Math.max(...rules.map((rule) => strictness.indexOf(rule.effect)));
        expect(decide({ rules, enabled: [] }, call).decision).toBe(strictness[strictest]);
      }),
    );
  });

  it('applies a rule only to its risk and its source', () => {
    const rules = [{ tool: '*', source: 'api' as const, risk: 'change' as const, effect: 'deny' as const }];
    const denied = SourceSchema.options.filter((source) => decide({ rules, enabled: [] }, { ...call, source }).decision === 'deny');
    expect(denied).toEqual(['api']);
    expect(decide({ rules, enabled: [] }, { ...call, source: 'api', risk: 'observe' }).decision).toBe('allow');
  });

  it('lets no rule open what is forbidden; switched on by name it asks', () => {
    const rules = [{ tool: '*', effect: 'allow' as const }];
    const forbidden = { ...call, risk: 'forbidden' as const };
    expect(decide({ rules, enabled: [] }, forbidden).decision).toBe('deny');
    expect(decide({ rules, enabled: ['home.*'] }, forbidden).decision).toBe('deny');
    expect(decide({ rules, enabled: [call.tool] }, forbidden).decision).toBe('ask');
  });

  it.each([
    ['*', 'anything', true],
    ['home.*', 'home.call-service', true],
    ['home.*', 'homestead', false],
    ['*.start', 'timer.start', true],
    ['t*r.*t', 'timer.start', true],
    ['a*a', 'a', false],
    ['timer.start', 'timer.started', false],
    ['timer.start', 'a.timer.start', false],
    ['timer.start', 'timerXstart', false],
    ['**', '', true],
  ])('reads %s against %s', (pattern, name, fits) => {
    expect(decisionOf(pattern, name) === 'deny').toBe(fits);
  });

  it('reads hostile patterns without end in no time', () => {
    expect(decisionOf(`${'*a'.repeat(90)}b`, 'a'.repeat(100_000))).toBe('allow');
  });

  it('never lowers a risk', () => {
    for (const one of RISKS)
      for (const other of RISKS) expect(RISKS.indexOf(higherRisk(one, other))).toBe(Math.max(RISKS.indexOf(one), RISKS.indexOf(other)));
  });

  it('is data with a shape: unknown keys and effects are refused', () => {
    expect(PolicySchema.parse({})).toEqual(DEFAULT_POLICY);
    expect(PolicySchema.safeParse({ rules: [{ tool: '*', effect: 'maybe' }] }).success).toBe(false);
    expect(PolicySchema.safeParse({ rules: [{ tool: '*', effect: 'ask', wenn: 'x' }] }).success).toBe(false);
  });
});
