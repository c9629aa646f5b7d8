import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitsRule } from './fits-rule.ts';
import { type PathWorld, thisMachine } from './path-pattern.ts';
import type { PolicyCall } from './policy-call.ts';
import { type Decision, type PolicyRule, PolicyRuleSchema } from './policy-rule.ts';
import { fitsWildcard } from './wildcard.ts';

let folder: string;
let paths: PathWorld;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-rules-'));
  paths = { ...thisMachine, home: join(folder, 'home'), workingFolder: join(folder, 'elsewhere') };
  await mkdir(join(folder, 'home/documents/letters'), { recursive: true });
  await mkdir(join(folder, 'home/.ssh'), { recursive: true });
  await writeFile(join(folder, 'home/.ssh/key'), 'x');
  await writeFile(join(folder, 'home/documents/a.txt'), 'x');
  await symlink(join(folder, 'home/.ssh'), join(folder, 'home/documents/innocent'));
  await symlink('../.ssh/key', join(folder, 'home/documents/a-link'));
  await symlink(join(folder, 'home/.ssh/not-there-yet'), join(folder, 'home/documents/dangling'));
  await symlink(join(folder, 'home/documents'), join(folder, 'papers'));
  await symlink(join(folder, 'loop'), join(folder, 'loop'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const call: PolicyCall = {
  tool: 'files.move',
  risk: 'guarded',
  source: 'voice',
  permissions: { filesystem: [{ path: '{path}', mode: 'write' }] },
  input: {},
  at: new Date(2026, 10, 21, 23, 30).getTime(),
  room: 'kitchen',
};
const fits = (rule: Omit<PolicyRule, 'effect'>, more: Partial<PolicyCall>, effect: Decision = 'allow'): boolean =>
  fitsRule({ effect, ...rule }, { ...call, ...more }, { paths });

describe('a pattern for names', () => {
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
  ])('reads %s against %s', (pattern, name, expected) => {
    expect(fitsWildcard(pattern, name)).toBe(expected);
  });

  it('is read without end in no time', () => {
    expect(fitsWildcard(`${'*a'.repeat(90)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});

describe('a path in a rule', () => {
  const where = (path: string, effect: Decision, pattern = '~/documents/**', risk: PolicyCall['risk'] = 'guarded') =>
    fits({ input: { path: pattern } }, { input: { path }, risk }, effect);

  it.each([
    ['~/documents/letters/new.txt', true],
    ['$HERE/home/documents/a.txt', true],
    ['$HERE/home/documents//letters/./x', true],
    ['$HERE/papers/a.txt', true],
    ['~/documents/../.ssh/key', false],
    ['~/documents/innocent/key', false],
    ['~/documents/a-link', false],
    ['~/documents/dangling', false],
    ['~/documents/dangling/deeper', false],
    ['~/documentsX/a.txt', false],
    ['documents/a.txt', false],
    ['', false],
    ['~/documents/a\u0000.txt', false],
    ['$HERE/loop/x', false],
    ['file://$HERE/home/documents/a.txt', true],
    ['file://$HERE/home/documents/%2e%2e/.ssh/key', false],
    ['file://evil/x', false],
    [`~/documents/${'x/'.repeat(3000)}`, false],
  ])('that is allowed: %s → %s', (path, expected) => {
    expect(where(path.replace('$HERE', folder), 'allow')).toBe(expected);
  });

  it.each([
    ['~/.ssh/key', true],
    ['~/.ssh', true],
    ['~/documents/../.ssh/key', true],
    ['~/documents/innocent/key', true],
    ['~/documents/a-link', true],
    ['~/documents/dangling', true],
    ['.ssh/key', true],
    ['../home/.ssh/key', true],
    ['~/documents/a.txt', false],
    ['~/.sshX', false],
    ['a\u0000b', true],
  ])('that is forbidden: %s → %s', (path, expected) => {
    expect(where(path, 'deny', '~/.ssh/**')).toBe(expected);
    expect(where(path, 'deny', '~/.ssh')).toBe(expected);
  });

  it('also means the folder around it, for whoever moves that, but not for whoever only looks', () => {
    for (const path of ['~', '/', '~/']) {
      expect(where(path, 'deny', '~/.ssh/**')).toBe(true);
      expect(where(path, 'deny', '~/.ssh/**', 'observe')).toBe(false);
    }
    expect(where('~/documents', 'deny', '~/*/letters')).toBe(true);
    expect(where('~/.ssh', 'deny', '~/documents/letters')).toBe(false);
    expect(where('~/documents/a.txt', 'deny', '/**/*.pdf')).toBe(false);
    expect(where('~/documents/a.pdf', 'deny', '/**/*.pdf')).toBe(true);
  });

  it('takes every detour of dots for what it is', () => {
    const part = fc.constantFrom('..', '.', 'documents', '.ssh', 'letters', 'innocent', '', 'a-link');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const path = `~/${parts.join('/')}`;
        if (!where(path, 'allow')) return;
        // What is allowed within the documents never lies in the keys.
        expect(where(path, 'deny', '~/.ssh/**', 'observe')).toBe(false);
      }),
    );
  });

  it('needs every one of several paths to allow, and any one to forbid', () => {
    const input = { files: [{ path: '~/documents/a.txt' }, { path: '~/.ssh/key' }] };
    expect(fits({ input: { 'files.path': '~/documents' } }, { input })).toBe(false);
    expect(fits({ input: { 'files.path': '~/.ssh' } }, { input }, 'deny')).toBe(true);
    expect(fits({ input: { 'files.path': '~/documents' } }, { input: { files: [] } })).toBe(false);
  });
});

describe('a host in a rule', () => {
  it.each([
    ['api.example.org', 'https://api.example.org/x?y#z', 'yes'],
    ['api.example.org', 'API.Example.ORG', 'yes'],
    ['api.example.org', 'api.example.org:8443', 'yes'],
    ['api.example.org', 'https://api.example.org./', 'yes'],
    ['*.example.org', 'https://a.b.example.org', 'yes'],
    ['*.example.org', 'https://example.org', 'no'],
    ['*.example.org', 'https://evilexample.org', 'no'],
    ['*.example.org', 'https://example.org.evil.com', 'no'],
    ['example.org', 'https://example.org@evil.com/', 'no'],
    ['example.org', 'https://evil.com/?example.org', 'no'],
    ['example.org', 'https://evil.com\\@example.org', 'no'],
    ['127.0.0.1', 'http://2130706433/', 'yes'],
    ['127.0.0.1', 'http://0x7f.1/', 'yes'],
    ['127.0.0.1', 'mqtt://0x7f.1:1883', 'yes'],
    ['xn--bcher-kva.example', 'https://bücher.example', 'yes'],
    ['*', 'anything', 'yes'],
    ['example.org', 'not a host at all', 'unclear'],
    ['example.org', '', 'unclear'],
    ['*', 'http://', 'unclear'],
  ])('%s against %s: %s', (host, url, expected) => {
    const rule = { input: { url: { host } } };
    expect(fits(rule, { input: { url } })).toBe(expected === 'yes');
    expect(fits(rule, { input: { url } }, 'deny')).toBe(expected !== 'no');
  });
});

describe('other things in a rule', () => {
  it('knows amounts, also those written as text; what is no amount fits only what forbids', () => {
    const rule = { input: { 'order.total': { more: 10, less: 20 } } };
    const total = (value: unknown, effect: Decision): boolean => fits(rule, { input: { order: { total: value } } }, effect);
    expect([9, 10, 10.5, 20, '15.00'].map((value) => total(value, 'allow'))).toEqual([false, false, true, false, true]);
    for (const odd of ['1e1', '15 €', true, { amount: 15 }, '']) {
      expect(total(odd, 'allow')).toBe(false);
      expect(total(odd, 'deny')).toBe(true);
    }
    expect(total(undefined, 'deny')).toBe(false);
  });

  it('knows devices by pattern, all of them', () => {
    const rule = { input: { entityIds: 'light.*' } };
    expect(fits(rule, { input: { entityIds: ['light.a', 'light.b'] } })).toBe(true);
    expect(fits(rule, { input: { entityIds: ['light.a', 'lock.b'] } })).toBe(false);
    expect(fits(rule, { input: { entityIds: ['light.a', 'lock.b'] } }, 'ask')).toBe(true);
    expect(fits({ input: { entityIds: { is: 'light.a' } } }, { input: { entityIds: ['light.a'] } })).toBe(true);
  });

  it('with `only`, holds for nothing that the rule does not name', () => {
    const rule = { only: true as const, input: { entityIds: 'light.*', 'data.brightness': { less: 100 } } };
    expect(fits(rule, { input: { entityIds: ['light.a'], data: { brightness: 50 } } })).toBe(true);
    expect(fits(rule, { input: { entityIds: ['light.a'], data: { brightness: 50, flash: 'long' } } })).toBe(false);
    expect(fits({ only: true }, { input: {} })).toBe(true);
    expect(fits({ only: true }, { input: { a: 0 } })).toBe(false);
  });

  it('knows permissions: all of them to allow, any to forbid', () => {
    const permissions = { network: ['api.example.org'], system: ['power' as const] };
    expect(fits({ permission: 'system' }, { permissions })).toBe(false);
    expect(fits({ permission: ['system', 'network:*.example.org'] }, { permissions })).toBe(true);
    expect(fits({ permission: 'system:power' }, { permissions }, 'deny')).toBe(true);
    expect(fits({ permission: 'system:shell' }, { permissions }, 'deny')).toBe(false);
    expect(fits({ permission: 'filesystem:write:*' }, {}, 'deny')).toBe(true);
    expect(fits({ permission: 'home' }, { permissions: {} })).toBe(false);
  });

  it('knows people, speakers and rooms, and fits nobody who is not known', () => {
    expect(fits({ person: 'ann' }, { person: { name: 'Ann', role: 'user' } })).toBe(true);
    expect(fits({ person: 'ann' }, {})).toBe(false);
    expect(fits({ speaker: 'Ann' }, { speaker: 'Bob' })).toBe(false);
    expect(fits({ room: 'kit*' }, {})).toBe(true);
    expect(fits({ room: '*' }, { room: undefined })).toBe(false);
    expect(fits({ role: 'admin' }, {})).toBe(true);
    expect(fits({ role: 'agent' }, { source: 'mcp', person: { name: 'Ann', role: 'admin' } })).toBe(true);
  });

  it.each([
    [{ from: '22:00', to: '07:00' }, [2026, 10, 21, 23, 30], true],
    [{ from: '22:00', to: '07:00' }, [2026, 10, 22, 6, 59], true],
    [{ from: '22:00', to: '07:00' }, [2026, 10, 22, 7, 0], false],
    [{ from: '09:00', to: '17:00' }, [2026, 10, 21, 9, 0], true],
    [{ from: '09:00', to: '17:00' }, [2026, 10, 21, 17, 0], false],
    // The night of Saturday ends on Sunday morning.
    [{ from: '22:00', to: '07:00', days: ['saturday' as const] }, [2026, 10, 22, 3, 0], true],
    [{ from: '22:00', to: '07:00', days: ['sunday' as const] }, [2026, 10, 22, 3, 0], false],
    [{ days: ['sunday' as const] }, [2026, 10, 22, 3, 0], true],
    [{ from: '12:00', to: '12:00', days: ['saturday' as const] }, [2026, 10, 22, 11, 59], true],
  ])('knows the time: %j at %j → %s', (time, [year, month, day, hour, minute], expected) => {
    const at = new Date(year!, month!, day, hour, minute).getTime();
    expect(fits({ time }, { at })).toBe(expected);
  });

  it('knows the time of another zone', () => {
    const rule: PolicyRule = { effect: 'deny', time: { from: '08:00', to: '09:00', days: ['monday'] } };
    const at = Date.UTC(2026, 10, 22, 23, 30);
    expect(fitsRule(rule, { ...call, at }, { timeZone: 'Asia/Tokyo' })).toBe(true);
    expect(fitsRule(rule, { ...call, at }, { timeZone: 'UTC' })).toBe(false);
  });

  it.each([
    [{ effect: 'allow', time: { from: '24:00', to: '07:00' } }],
    [{ effect: 'allow', time: { from: '22:00' } }],
    [{ effect: 'allow', time: {} }],
    [{ effect: 'allow', input: { path: {} } }],
    [{ effect: 'allow', input: { path: { less: 1, path: 'x' } } }],
    [{ effect: 'allow', permission: 'everything' }],
    [{ effect: 'allow', tool: [] }],
    [{ effect: 'allow', tool: 'x'.repeat(501) }],
  ])('refuses %j', (rule) => {
    expect(PolicyRuleSchema.safeParse(rule).success).toBe(false);
  });
});
