import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Approval } from '../contract/tool.ts';
import { proposeRule } from './approval-rule.ts';
import { PolicyRuleSchema } from './policy/policy-rule.ts';

const approval: Approval = {
  id: 'approval-1',
  turnId: 'turn-1',
  tool: 'home.call-service',
  sentence: 'Unlock the front door',
  input: { service: 'lock.unlock', entityIds: ['lock.front_door'], data: {}, nothing: null },
  risk: 'guarded',
  permissions: ['your home'],
  source: 'voice',
  digest: 'a'.repeat(64),
  askedAt: 0,
  expiresAt: 60_000,
};
const ada = { person: { name: 'Ada', role: 'user' as const } };

function proposed(change: Partial<Approval> = {}, repeat: Parameters<typeof proposeRule>[1] = ada) {
  const proposal = proposeRule({ ...approval, ...change }, repeat);
  if ('refusal' in proposal) throw new Error(proposal.refusal);
  return proposal;
}

const refusal = (change: Partial<Approval>, repeat: Parameters<typeof proposeRule>[1] = ada): unknown => {
  const proposal = proposeRule({ ...approval, ...change }, repeat);
  return 'refusal' in proposal ? proposal.refusal : proposal.rule;
};

describe('the rule for always', () => {
  it('names this tool, these values, this way of asking and this person, and nothing wider', () => {
    const { rule, sentence } = proposed();
    expect(rule).toEqual({
      effect: 'allow',
      tool: 'home.call-service',
      source: 'voice',
      person: 'Ada',
      role: 'user',
      only: true,
      taint: false,
      input: { service: { is: 'lock.unlock' }, entityIds: { is: 'lock.front_door' } },
      because: 'Approved for always: Unlock the front door',
    });
    expect(sentence).toBe('From now on I do this without asking, when it is asked by voice for Ada: Unlock the front door.');
  });

  it('is shown in YAML that a policy takes', () => {
    const { text, rule } = proposed({ sentence: 'Unlock "the": # door', input: { path: '/a/*.txt', deep: { amount: 2, on: true } } });
    const [read] = parse(text) as unknown[];
    expect(PolicyRuleSchema.parse(read)).toEqual(rule);
    // A star in a value is that character, not a pattern.
    expect(rule.input).toEqual({ path: { is: '/a/*.txt' }, 'deep.amount': { is: 2 }, 'deep.on': { is: true } });
  });

  it('holds for the person of this machine where nobody else asked, not for guests', () => {
    expect(proposed({}, {}).rule).toMatchObject({ role: 'admin' });
  });

  it.each<[string, Partial<Approval>]>([
    ['what is forbidden', { risk: 'forbidden' }],
    ['what needs more than a yes', { strong: true }],
    ['money', { permissions: ['your home', 'money'] }],
    ['a tainted turn', { taint: [{ origin: 'web' }] }],
    ['several things at once', { input: { entityIds: ['lock.front_door', 'lock.back_door'] } }],
    ['a value too long for a rule', { input: { text: 'x'.repeat(501) } }],
    ['a place that a rule cannot name', { input: { 'a.b': 1 } }],
    ['an input that has no places', { input: 'everything' }],
    ['a tool whose name is a pattern', { tool: 'home.*' }],
  ])('is never proposed for %s', (_what, change) => {
    expect(refusal(change)).toEqual(expect.any(String));
  });

  it('is never proposed for what holds a secret', () => {
    expect(proposeRule(approval, undefined)).toHaveProperty('refusal');
  });
});
