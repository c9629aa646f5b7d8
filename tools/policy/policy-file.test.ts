import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { decide } from './decide.ts';
import { PolicyFile } from './policy-file.ts';
import { readPolicy } from './read-policy.ts';

let folder: string;
let clock: FakeClock;
let notices: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-policy-'));
  clock = new FakeClock();
  notices = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'policy.yaml');
const open = (): Promise<PolicyFile> =>
  PolicyFile.open({ dataFolder: folder, clock, notice: (level, text) => notices.push(`${level}: ${text}`) });
const decisionOn = (file: PolicyFile, tool: string, risk: 'change' | 'guarded' = 'guarded') =>
  decide(file.current(), { tool, risk, source: 'voice', permissions: {}, input: {}, at: 0 }).decision;

const RULES = `# my rules
rules:
  - effect: deny
    tool: lock.*
  - effect: ask
    tool: heating.*
  - effect: allow
    tool: files.*
`;
const problemsIn = (text: string) => {
  const read = readPolicy(text);
  return 'problems' in read ? read.problems : [];
};

describe('the text of a policy', () => {
  it('is told with its lines where it is wrong', () => {
    expect(problemsIn('rules:\n  - effect: allow\n    tol: x\n')).toEqual([
      { line: 3, message: expect.stringMatching(/^rules\.0\.tol: .*remove it, or check its spelling/u) },
    ]);
    expect(problemsIn('rules:\n  - effect: ask\n  - tool: x\n')).toEqual([{ line: 3, message: expect.stringContaining('rules.1.effect') }]);
    expect(problemsIn('rules:\n  - effect: ask\n    time: {from: "25:00", to: "07:00"}\n')[0]).toMatchObject({ line: 3 });
    expect(problemsIn('a: [')[0]?.line).toBe(1);
    expect(problemsIn('rules: []\nrules: []\n')[0]?.line).toBe(2);
  });

  it.each([
    ['a list', '- a\n- b\n'],
    ['a text', 'allow everything'],
    ['a number', '7'],
    ['bytes', '\u0000\u0001\ufffd'],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(',')}]`)
        .join('\n')}`,
    ],
    ['something huge', `rules: [${'{effect: ask},'.repeat(100_000)}]`],
  ])('that is %s is refused', (_what, text) => {
    expect(problemsIn(text)).not.toEqual([]);
  });

  it('is the default where it says nothing', () => {
    for (const text of ['', '\n', '# nothing yet\n', '{}']) expect(readPolicy(text)).toEqual({ policy: DEFAULT_POLICY });
  });
});

describe('the policy file', () => {
  it('is the default policy where there is none', async () => {
    const file = await open();
    expect(file.current()).toEqual(DEFAULT_POLICY);
    expect(file.shown()).toMatchObject({ text: '', problems: [] });
    expect(notices).toEqual([]);
  });

  it('is saved whole, with its comments, and kept in its history', async () => {
    const file = await open();
    const first = await file.save(RULES, file.shown().version);
    expect(first).toEqual({ saved: true, version: file.shown().version, problems: [] });
    expect(await readFile(path(), 'utf8')).toBe(RULES);
    expect(decisionOn(file, 'lock.open')).toBe('deny');
    await file.save('rules: []', first.version);
    const names = await readdir(join(folder, 'policy-history'));
    expect(names).toEqual(['000001-2026-11-21.yaml', '000002-2026-11-21.yaml']);
    expect(await readFile(join(folder, 'policy-history', names[0]!), 'utf8')).toBe(RULES);
  });

  it('refuses what cannot be used, and changes nothing', async () => {
    const file = await open();
    const { version } = await file.save(RULES, file.shown().version);
    const refused = await file.save('rules: 7', version);
    expect(refused).toMatchObject({ saved: false, version, problems: [{ line: 1 }] });
    expect(await readFile(path(), 'utf8')).toBe(RULES);
    expect(decisionOn(file, 'lock.open')).toBe('deny');
  });

  it('refuses to write over what somebody else has changed', async () => {
    const file = await open();
    const { version } = await file.save(RULES, file.shown().version);
    await writeFile(path(), '# by hand\n');
    expect(await file.save('rules: []', version)).toMatchObject({
      saved: false,
      problems: [{ message: expect.stringContaining('meanwhile') }],
    });
    expect(await readFile(path(), 'utf8')).toBe('# by hand\n');
  });

  it('takes one of two that save at once', async () => {
    const file = await open();
    const { version } = file.shown();
    const saved = await Promise.all([file.save(RULES, version), file.save('rules: []', version)]);
    expect(saved.map((each) => each.saved)).toEqual([true, false]);
  });

  it('is in force soon after it was edited by hand, and says so', async () => {
    await writeFile(path(), RULES);
    const file = await open();
    const following = new AbortController();
    const followed = file.follow(following.signal);
    await writeFile(path(), 'rules: [{effect: deny, tool: light.*}]');
    await until(clock, () => notices.length > 0);
    expect(decisionOn(file, 'light.on', 'change')).toBe('deny');
    expect(decisionOn(file, 'lock.open')).toBe('ask');
    expect(notices).toEqual(['info: Your policy was edited, and is in force.']);
    following.abort();
    await followed;
  });

  it('stays as it was while the file is broken or gone, says so once, and recovers', async () => {
    await writeFile(path(), RULES);
    const file = await open();
    const following = new AbortController();
    const followed = file.follow(following.signal);
    await writeFile(path(), 'rules: [{effect: maybe}]');
    await until(clock, () => notices.length === 1);
    await clock.advance(5_000);
    expect(notices).toEqual([expect.stringMatching(/^warning: .*line 1, rules\.0\.effect/u)]);
    expect([decisionOn(file, 'lock.open'), decisionOn(file, 'files.move')]).toEqual(['deny', 'allow']);
    expect(file.shown()).toMatchObject({ text: 'rules: [{effect: maybe}]', problems: [{ line: 1 }] });
    await rm(path());
    await until(clock, () => notices.length === 2);
    expect(decisionOn(file, 'lock.open')).toBe('deny');
    expect(notices[1]).toContain('The file is gone');
    await writeFile(path(), '');
    await until(clock, () => file.shown().problems.length === 0);
    expect(file.current()).toEqual(DEFAULT_POLICY);
    following.abort();
    await followed;
  });

  it('never becomes looser by a file that is broken at the start', async () => {
    await writeFile(path(), RULES);
    await open();
    await writeFile(path(), 'rules: [');
    const file = await open();
    // What it denied and asked still is; what it allowed asks again.
    expect(['lock.open', 'heating.set', 'files.move'].map((tool) => decisionOn(file, tool))).toEqual(['deny', 'ask', 'ask']);
    expect(decisionOn(file, 'heating.set', 'change')).toBe('ask');
    expect(notices.at(-1)).toContain('Your policy cannot be used');
    await rm(path());
    expect(decisionOn(await open(), 'lock.open')).toBe('deny');
  });

  it('asks for everything above observe where nothing is known of what it said', async () => {
    await writeFile(path(), 'rules: [');
    const file = await open();
    expect(decisionOn(file, 'light.on', 'change')).toBe('ask');
    expect(decisionOn(file, 'lock.open')).toBe('ask');
    await rm(path());
    await mkdir(path());
    expect(decisionOn(await open(), 'light.on', 'change')).toBe('ask');
  });

  it('takes one more rule, and leaves the rest as it is', async () => {
    const file = await open();
    await file.addRule({ effect: 'allow', tool: 'door.open', input: { door: { is: 'front' } }, line: 7 });
    await file.save(`${RULES}# the end\n`, file.shown().version);
    await file.addRule({ effect: 'allow', tool: 'door.open' });
    expect(file.shown().text).toContain('# my rules');
    expect(decisionOn(file, 'door.open')).toBe('allow');
    expect(decisionOn(file, 'lock.open')).toBe('deny');
    await writeFile(path(), 'rules: [');
    await expect(file.addRule({ effect: 'allow', tool: 'x' })).rejects.toThrow('meanwhile');
  });
});

/** Lets the file be looked at until it is so; the disk takes real time. */
async function until(time: FakeClock, isSo: () => boolean): Promise<void> {
  for (let looks = 0; looks < 200 && !isSo(); looks += 1) {
    await time.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(isSo()).toBe(true);
}
