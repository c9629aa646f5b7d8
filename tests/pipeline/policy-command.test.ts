import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PolicyTrialSchema, ShownPolicySchema } from '../../contract/policy.ts';
import { jarvis, makeWorkplace } from './run-jarvis.ts';

const KITCHEN = JSON.stringify({ service: 'light.turn_on', entityIds: ['light.kitchen_ceiling'] });

describe('jarvis policy', () => {
  test('shows the rules, tries a call on them, and names the line of a mistake', async () => {
    await using place = await makeWorkplace();
    const run = (...args: string[]) => jarvis(['policy', ...args], { data: place.data });
    const path = join(place.data, 'policy.yaml');

    const before = await run('show', '--json');
    expect(ShownPolicySchema.parse(JSON.parse(before.stdout))).toMatchObject({ text: '', path, problems: [] });
    expect(await run('edit-path')).toMatchObject({ code: 0, stdout: `${path}\n` });

    await writeFile(
      path,
      'rules:\n  - effect: deny\n    tool: home.*\n    time: {from: "22:00", to: "07:00"}\n    because: the house sleeps\n',
    );
    const night = await run('test', 'home.call-service', '--input', KITCHEN, '--at', '2026-11-21T23:30', '--json');
    expect(night.code).toBe(1);
    expect(PolicyTrialSchema.parse(JSON.parse(night.stdout))).toMatchObject({ decision: 'deny', matched: [{ rule: 'rule 1', line: 2 }] });
    const noon = await run('test', 'home.call-service', '--input', KITCHEN, '--at', '2026-11-21T12:00');
    expect(noon).toMatchObject({ code: 0, stdout: 'ALLOW (change): It would be done: what is easily put back is free (change).\n' });
    const tainted = await run('test', 'home.call-service', '--input', KITCHEN, '--at', '2026-11-21T12:00', '--taint', 'web:example.org');
    expect(tainted.stdout).toBe('ASK (change): A person would be asked: this turn has read a web page (example.org).\n');

    await writeFile(path, 'rules:\n  - effect: maybe\n');
    const broken = await run('show');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain(`${path}:2: rules.0.effect`);
    // Still as strict as before it broke.
    expect((await run('test', 'home.call-service', '--input', KITCHEN, '--at', '2026-11-21T23:30')).code).toBe(1);
  });

  test.each([
    [['test', 'home.call-service', '--input', '{'], '--input is no JSON'],
    [['test', 'home.call-service', '--at', 'soon'], '"soon" is no time'],
    [['test', 'home.call-service', '--source', 'moon'], '--source cannot be used'],
    [['test', 'home.call-service', '--taint', 'moon'], '--taint cannot be used'],
    [['test', 'home.call-service', '--person', 'Ann:queen'], '--person cannot be used'],
    [['test', 'home.call-service', '--file', '/nowhere/at/all'], '/nowhere/at/all cannot be read'],
  ])('refuses %j with a sentence', async (args, sentence) => {
    await using place = await makeWorkplace();
    const { code, stderr } = await jarvis(['policy', ...args], { data: place.data });
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/\n {4}at /u);
  });
});
