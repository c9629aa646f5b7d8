import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Person, RISKS, type Role, SourceSchema } from '../../contract/tool.ts';
import { DEFAULT_POLICY, higherRisk, type Policy, PolicySchema } from '../policy.ts';
import { decide } from './decide.ts';
import type { PolicyCall } from './policy-call.ts';
import type { Decision, PolicyRule } from './policy-rule.ts';

const call: PolicyCall = {
  tool: 'home.call-service',
  risk: 'change',
  source: 'voice',
  permissions: { home: true },
  input: { entityIds: ['light.kitchen'], service: 'light.turn_on' },
  at: new Date(2026, 10, 21, 18, 30).getTime(),
};
const policy = (...rules: PolicyRule[]): Policy => ({ rules, enabled: [] });
const decision = (rules: PolicyRule[], more: Partial<PolicyCall> = {}): Decision => decide(policy(...rules), { ...call, ...more }).decision;
const strictness = ['allow', 'ask', 'deny'];
const taint = [{ origin: 'web' as const, name: 'example.org' }];
const person = (role: Role): Person => ({ name: 'Ann', role });

describe('the policy', () => {
  it('goes by the tier where no rule is', () => {
    expect(RISKS.map((risk) => decision([], { risk }))).toEqual(['allow', 'allow', 'ask', 'deny']);
  });

  it('lets deny beat ask and ask beat allow, in whatever order and breadth the rules stand', () => {
    const effect = fc.constantFrom<Decision>('allow', 'ask', 'deny');
    const tool = fc.constantFrom('*', 'home.*', 'home.call-service', '*service', '*.*');
    fc.assert(
      fc.property(fc.array(fc.record({ tool, effect }), { minLength: 1 }), (rules) => {
        const strictest = Math.max(...rules.map((rule) => strictness.indexOf(rule.effect)));
        expect(decision(rules)).toBe(strictness[strictest]);
      }),
    );
  });

  it('applies a rule only to its risk and its source', () => {
    const rules: PolicyRule[] = [{ source: 'api', risk: 'change', effect: 'deny' }];
    expect(SourceSchema.options.filter((source) => decision(rules, { source }) === 'deny')).toEqual(['api']);
    expect(decision(rules, { source: 'api', risk: 'observe' })).toBe('allow');
    expect(decision([{ source: ['api', 'page'], effect: 'deny' }], { source: 'page' })).toBe('deny');
  });

  it('lets no rule open what is forbidden; switched on by name it asks, and strongly', () => {
    const rules: PolicyRule[] = [{ tool: '*', effect: 'allow', taint: true }, { effect: 'allow' }];
    const forbidden = { ...call, risk: 'forbidden' as const };
    expect(decide({ rules, enabled: [] }, forbidden).decision).toBe('deny');
    expect(decide({ rules, enabled: ['home.*'] }, forbidden).decision).toBe('deny');
    expect(decide({ rules, enabled: [call.tool] }, forbidden)).toMatchObject({ decision: 'ask', strong: true });
    expect(decide({ rules, enabled: [] }, forbidden, { switchedOn: (tool) => tool === call.tool }).decision).toBe('ask');
    expect(decide({ rules: [{ effect: 'deny' }], enabled: [call.tool] }, forbidden).decision).toBe('deny');
  });

  it('says which rules speak of a call, and which one decided', () => {
    const verdict = decide(
      policy(
        { effect: 'allow', line: 2 },
        { effect: 'deny', tool: 'files.*' },
        { id: 'nights', effect: 'ask', tool: 'home.*', because: 'I sleep' },
      ),
      call,
    );
    expect(verdict).toEqual({
      decision: 'ask',
      reason: 'I sleep (nights)',
      strong: false,
      matched: [
        { rule: 'rule 1', effect: 'allow', line: 2 },
        { rule: 'nights', effect: 'ask', because: 'I sleep' },
      ],
    });
  });

  it('never lowers a risk', () => {
    for (const one of RISKS)
      for (const other of RISKS) expect(RISKS.indexOf(higherRisk(one, other))).toBe(Math.max(RISKS.indexOf(one), RISKS.indexOf(other)));
  });

  it('is data with a shape: unknown keys and effects are refused', () => {
    expect(PolicySchema.parse({})).toEqual(DEFAULT_POLICY);
    expect(PolicySchema.safeParse({ rules: [{ tool: '*', effect: 'maybe' }] }).success).toBe(false);
    expect(PolicySchema.safeParse({ rules: [{ tool: '*', effect: 'ask', wenn: 'x' }] }).success).toBe(false);
    expect(PolicySchema.safeParse({ timeZone: 'Mars/Base' }).success).toBe(false);
  });
});

describe('outside text in a turn', () => {
  it('makes everything above observe ask, whatever a rule allows', () => {
    expect(RISKS.map((risk) => decision([{ effect: 'allow' }], { risk, taint }))).toEqual(['allow', 'ask', 'ask', 'deny']);
    expect(decision([{ effect: 'allow', tool: call.tool, taint: false }], { taint })).toBe('ask');
    expect(decide(DEFAULT_POLICY, { ...call, taint }).reason).toBe('this turn has read a web page (example.org)');
  });

  it('is let through by a rule that says so by name, and by none that forbids or asks as well', () => {
    const lifting: PolicyRule = { effect: 'allow', tool: 'home.*', taint: true };
    expect(decision([lifting], { taint })).toBe('allow');
    expect(decision([lifting])).toBe('allow');
    expect(decision([lifting, { effect: 'ask' }], { taint })).toBe('ask');
    expect(decision([lifting, { effect: 'deny', taint: true }], { taint })).toBe('deny');
    expect(decision([{ effect: 'deny', taint: true }])).toBe('allow');
  });

  it('asks strongly for what is guarded, and not for comfort', () => {
    expect(decide(DEFAULT_POLICY, { ...call, risk: 'guarded', taint }).strong).toBe(true);
    expect(decide(DEFAULT_POLICY, { ...call, risk: 'guarded' }).strong).toBe(false);
    expect(decide(DEFAULT_POLICY, { ...call, taint }).strong).toBe(false);
    expect(decide(DEFAULT_POLICY, { ...call, risk: 'guarded', permissions: { money: true } }).strong).toBe(true);
  });

  it('cannot write itself into the reason', () => {
    const { reason } = decide(DEFAULT_POLICY, { ...call, taint: [{ origin: 'mcp', name: `a\n\u001b[2Jb${'c'.repeat(150)}` }] });
    expect(reason).not.toMatch(/[\p{Cc}]/u);
    expect(reason.length).toBeLessThan(140);
  });
});

describe('who asks', () => {
  it.each(['agent', 'plugin', 'mcp'] as const)('a program (%s) asks above observe unless a rule allows that very tool', (source) => {
    expect(RISKS.map((risk) => decision([], { source, risk }))).toEqual(['allow', 'ask', 'ask', 'deny']);
    expect(decision([{ effect: 'allow' }, { effect: 'allow', tool: 'home.*' }, { effect: 'allow', source }], { source })).toBe('ask');
    expect(decision([{ effect: 'allow', tool: 'home.call-service' }], { source })).toBe('allow');
    expect(decision([{ effect: 'allow', tool: ['home.call-service'] }], { source })).toBe('allow');
    expect(decision([{ effect: 'allow', tool: ['home.call-service', 'home.*'] }], { source })).toBe('allow');
  });

  it('one rule must lift both the program and the outside text', () => {
    const rules: PolicyRule[] = [
      { effect: 'allow', tool: 'home.call-service' },
      { effect: 'allow', tool: 'home.*', taint: true },
    ];
    expect(decision(rules, { source: 'agent', taint })).toBe('ask');
    expect(decision([{ effect: 'allow', tool: 'home.call-service', taint: true }], { source: 'agent', taint })).toBe('allow');
  });

  it('a user may all but change how JARVIS is set up', () => {
    expect(decision([], { person: person('user') })).toBe('allow');
    expect(decision([], { person: person('user'), tool: 'settings.set' })).toBe('deny');
    expect(decision([], { person: person('user'), tool: 'plugins.install' })).toBe('deny');
    expect(decision([{ effect: 'allow' }], { person: person('user'), permissions: { system: ['packages'] } })).toBe('deny');
    expect(decision([], { person: person('admin'), tool: 'settings.set' })).toBe('allow');
  });

  it('a guest looks at the home, and changes the room they are in', () => {
    const areaOf = (id: string): string | undefined => ({ 'light.kitchen': 'kitchen', 'light.attic': 'attic' })[id];
    const guest = (more: Partial<PolicyCall>): Decision =>
      decide(policy({ effect: 'allow' }), { ...call, person: person('guest'), room: 'kitchen', ...more }, { areaOf }).decision;
    expect(guest({})).toBe('allow');
    expect(guest({ room: undefined })).toBe('deny');
    expect(guest({ room: 'attic' })).toBe('deny');
    expect(guest({ input: { entityIds: ['light.kitchen', 'light.attic'] } })).toBe('deny');
    expect(guest({ input: { entityIds: ['light.unknown'] } })).toBe('deny');
    expect(guest({ input: {} })).toBe('deny');
    expect(guest({ risk: 'guarded' })).toBe('deny');
    expect(guest({ risk: 'observe', tool: 'home.get-history', input: { entityIds: ['light.attic'] } })).toBe('allow');
    expect(guest({ risk: 'observe', tool: 'files.read', permissions: { filesystem: [{ path: '~', mode: 'read' }] } })).toBe('deny');
    const timer = { tool: 'timer.start', permissions: { timers: true } };
    expect(guest({ ...timer, input: { seconds: 60 } })).toBe('allow');
    expect(guest({ ...timer, input: { seconds: 60, command: 'unlock the door' } })).toBe('deny');
    expect(guest({ ...timer, input: { seconds: 60, matches: [{ intent: 'HassTurnOn' }] } })).toBe('deny');
  });

  it('a guest stays a guest behind a program', () => {
    expect(decision([{ effect: 'allow', tool: call.tool }], { person: person('guest'), source: 'agent', room: 'kitchen' })).toBe('deny');
  });
});
