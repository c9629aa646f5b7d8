import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { NVIDIA_ARGS, readGraphicsCards } from './graphics-cards.ts';
import { groupProcesses } from './group-processes.ts';
import { AUDIT_COMMANDS, type PackageSource, type Ran, readAudit } from './packages-audit.ts';
import { SystemFactsSchema } from './system-facts.ts';
import { systemTools } from './system-tools.ts';
import { thisSystem } from './this-system.ts';

const context = () => ({ turnId: 't', source: 'voice' as const, signal: new AbortController().signal, clock: new FakeClock() });
const ran = (stdout: string, more: Partial<Ran> = {}): Ran => ({ code: 0, stdout, stderr: '', ...more });

describe('graphics cards', () => {
  it('are read from the answer, what a card does not know left out', () => {
    expect(readGraphicsCards('NVIDIA H200, 31, 0, 1024, 143771\nTesla, K80, 40, [N/A], [N/A], 12288\n\nNo devices were found\n')).toEqual([
      { name: 'NVIDIA H200', temperature: 31, load: 0, memoryUsed: 1024 * 1024 ** 2, memoryTotal: 143771 * 1024 ** 2 },
      { name: 'Tesla, K80', temperature: 40, memoryTotal: 12288 * 1024 ** 2 },
    ]);
    expect(readGraphicsCards("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")).toEqual([]);
    expect(NVIDIA_ARGS.every((argument) => /^--(?:query-gpu|format)=/u.test(argument))).toBe(true);
  });
});

describe('what takes memory', () => {
  it('is told by program, all its processes together', () => {
    const list = [
      { name: 'firefox', pid: 1, memory: 100, processor: 1 },
      { name: 'node', pid: 2, memory: 150, processor: 50.04 },
      { name: 'firefox', pid: 3, memory: 100, processor: 2 },
    ];
    expect(groupProcesses(list, 'memory', 1)).toEqual([{ name: 'firefox', memory: 200, processor: 3, processes: 2, pids: [1, 3] }]);
    expect(groupProcesses(list, 'processor', 5).map(({ name }) => name)).toEqual(['node', 'firefox']);
  });
});

describe('updates', () => {
  it('of apt are read, also those about security', () => {
    const stdout = `Listing... Done
firefox/noble-updates,noble-security 132.0+build1 amd64 [upgradable from: 131.0]
libssl3t64/noble-security 3.0.13-0ubuntu3.4 amd64 [upgradable from: 3.0.13-0ubuntu3.1]
g++/noble 4:13.2.0 amd64 [aktualisierbar von: 4:13.1.0]
N: There is 1 additional version.
`;
    expect(readAudit('apt', ran(stdout, { stderr: 'WARNING: apt does not have a stable CLI interface.' }))).toEqual({
      source: 'apt',
      state: 'read',
      weak: [],
      outdated: [
        { name: 'firefox', now: '131.0', newest: '132.0+build1', security: true },
        { name: 'libssl3t64', now: '3.0.13-0ubuntu3.1', newest: '3.0.13-0ubuntu3.4', security: true },
        { name: 'g++', now: '4:13.1.0', newest: '4:13.2.0' },
      ],
    });
    expect(readAudit('apt', ran('Listing... Done\n'))).toMatchObject({ state: 'read', outdated: [] });
  });

  it('of npm are read though it ends with 1', () => {
    const stdout =
      '{\n  "npm": { "current": "10.9.0", "wanted": "10.9.2", "latest": "11.0.0", "dependent": "global" },\n  "lost": { "wanted": "1", "latest": "2.0.0" },\n  "odd": 3\n}';
    expect(readAudit('npm', ran(stdout, { code: 1 })).outdated).toEqual([
      { name: 'npm', now: '10.9.0', newest: '11.0.0' },
      { name: 'lost', now: 'not installed', newest: '2.0.0' },
    ]);
    expect(readAudit('npm', ran('')).state).toBe('read');
    expect(
      readAudit('npm', ran('{ "error": { "code": "ENOTFOUND", "summary": "request to https://registry.npmjs.org failed" } }', { code: 1 }))
        .state,
    ).toBe('offline');
  });

  it('of pip are read behind its warnings', () => {
    const stdout =
      'WARNING: something old\n[{"name": "requests", "version": "2.28.0", "latest_version": "2.32.3", "latest_filetype": "wheel"}, 4]';
    expect(readAudit('pip', ran(stdout)).outdated).toEqual([{ name: 'requests', now: '2.28.0', newest: '2.32.3' }]);
    const stderr =
      "WARNING: Retrying after connection broken by 'NewConnectionError': Failed to establish a new connection: [Errno -3] Temporary failure in name resolution";
    expect(readAudit('pip', ran('[]', { stderr })).state).toBe('offline');
  });

  it('of npm’s audit tell how bad it is', () => {
    const stdout = JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: {
        lodash: { name: 'lodash', severity: 'high', via: ['x', { title: 'Prototype Pollution' }] },
        tiny: { severity: 'info', via: [] },
        odd: { severity: 'strange' },
      },
    });
    expect(readAudit('npm-audit', ran(stdout, { code: 1 })).weak).toEqual([
      { name: 'lodash', severity: 'high', title: 'Prototype Pollution' },
      { name: 'tiny', severity: 'low' },
    ]);
  });

  it.each(['', '{', '[1', 'null', '\0\0', '<html>', '{"vulnerabilities": 3}', 'x'.repeat(100_000)])(
    'garbage does not throw: %j',
    (stdout) => {
      for (const source of Object.keys(AUDIT_COMMANDS) as PackageSource[]) {
        const part = readAudit(source, ran(stdout.slice(0, 100_000), { code: 1, stderr: 'it broke' }));
        expect(part.outdated).toEqual([]);
      }
      expect(readAudit('pip', ran(stdout, { code: 2, stderr: 'it broke' }))).toMatchObject({ state: 'failed', detail: 'it broke' });
    },
  );

  it('ask only what looks', () => {
    const verbs = Object.values(AUDIT_COMMANDS).map(([program, verb]) => `${program} ${verb}`);
    expect(verbs).toEqual(['apt list', 'npm outdated', 'pip3 list', 'npm audit']);
    expect(Object.values(AUDIT_COMMANDS).flat()).not.toContain('fix');
  });

  it('say so when nobody could be asked, and tell the rest when one could', async () => {
    const audit = (answers: Partial<Record<PackageSource, Ran>>) => {
      const missing: Ran = { code: undefined, stdout: '', stderr: '' };
      const tools = systemTools({ source: thisSystem, runAudit: async (source) => answers[source] ?? missing });
      const tool = tools.find(({ manifest }) => manifest.name === 'system.packages-audit')!;
      return tool.run(tool.manifest.input.parse({}), context());
    };
    expect(await audit({})).toMatchObject({ outcome: 'failed', reason: 'None of the programs that know is here.' });
    expect(await audit({ npm: ran('', { code: 1, stderr: 'npm error code ENOTFOUND' }) })).toMatchObject({
      outcome: 'failed',
      reason: 'I could not reach the package servers.',
    });
    expect(await audit({ apt: ran('Listing...\n') })).toMatchObject({ outcome: 'confirmed' });
  });
});

describe('this machine', () => {
  it('tells of itself, and what it does not know is absent', async () => {
    const tools = systemTools({ source: thisSystem });
    const tool = tools.find(({ manifest }) => manifest.name === 'system.information')!;
    const { outcome, output } = await tool.run(tool.manifest.input.parse({}), context());
    expect(outcome).toBe('confirmed');
    const facts = SystemFactsSchema.parse(output);
    expect(facts.memory?.total).toBeGreaterThan(facts.memory?.available ?? Number.POSITIVE_INFINITY);
    expect(facts.processor?.cores).toBeGreaterThan(0);
  }, 30_000);

  it('sees this very process', async () => {
    const list = await thisSystem.processes(new AbortController().signal);
    expect(list.find(({ pid }) => pid === process.pid)?.memory).toBeGreaterThan(10_000_000);
  }, 30_000);

  it('only ever looks', () => {
    for (const { manifest } of systemTools({ source: thisSystem })) expect(manifest.risk).toBe('observe');
  });
});
