import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { fakeApprovalDays, fakeAuditEntries, fakeMcpServers, fakePolicyText, fakeTools } from '../fakes/fake-gate-scene.ts';
import { type PageUnderTest, sideways } from './home-states.ts';

async function openPart(page: Page, part: 'Asked' | 'Tools' | 'Rules' | 'Record' | 'Secrets'): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Safety' }).click();
  await page.getByRole('navigation', { name: 'Parts of safety' }).getByRole('button', { name: part }).click();
}

/** Questions, tools, rules, the record, secrets and the stop. */
export function registerSafetyStates({ ready, host }: PageUnderTest): void {
  it('takes a strong yes by the code, by a button that is held or by YES, and by nothing less', async () => {
    const page = await ready();
    const ask = () =>
      host().askApproval(
        {
          sentence: 'Run “rm -r ~/old” in a shell',
          tool: 'shell.run',
          risk: 'forbidden',
          input: { command: 'rm -r ~/old' },
          strong: true,
          code: '407',
          why: 'it is switched on by name',
          taint: [{ origin: 'web', name: 'example.org' }],
          restored: true,
        },
        Date.now(),
      );
    const first = ask();
    const card = page.getByRole('group', { name: 'Run “rm -r ~/old” in a shell' });
    await card.getByText('This turn read a web page from example.org.').waitFor();
    await card.getByText('It asks because it is switched on by name.').waitFor();
    await card.getByText('Asked before JARVIS was started again').waitFor();
    await card.getByText('rm -r ~/old', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Refuse' }).focus();
    await page.keyboard.press('y');
    await card.getByLabel('Or write YES or the code').fill('408');
    await page.keyboard.press('Enter');
    await card.getByText('That is not the code.').waitFor();
    await card.getByRole('button', { name: 'Hold to approve' }).click();
    expect(host().answers.map(({ code }) => code)).toEqual(['408']);
    await card.getByLabel('Or write YES or the code').fill('4 0 7');
    await page.keyboard.press('Enter');
    await card.waitFor({ state: 'detached' });
    expect(host().answers.at(-1)).toEqual({ approvalId: first.id, approved: true, code: '407' });
    const second = ask();
    const hold = card.getByRole('button', { name: 'Hold to approve' });
    await expect.poll(() => hold.isEnabled()).toBe(true);
    await hold.hover();
    await page.mouse.down();
    await card.waitFor({ state: 'detached' });
    await page.mouse.up();
    expect(host().answers.at(-1)).toEqual({ approvalId: second.id, approved: true });
    const third = ask();
    await card.getByLabel('Or write YES or the code').fill('yes');
    await page.keyboard.press('Enter');
    await card.waitFor({ state: 'detached' });
    expect(host().answers.at(-1)).toEqual({ approvalId: third.id, approved: true });
  });

  it('answers several at once, and shows a rule before it is agreed to', async () => {
    host().approvalDays = fakeApprovalDays(Date.now());
    const page = await ready();
    const door = host().askApproval({ sentence: 'Unlock the front door' }, Date.now());
    const garage = host().askApproval({ sentence: 'Open the garage door' }, Date.now());
    host().askApproval({ sentence: 'Disarm the alarm', strong: true, code: '111' }, Date.now());
    await page.getByRole('button', { name: 'Approve the 2 that need no code' }).click();
    await page.getByRole('group', { name: 'Open the garage door' }).waitFor({ state: 'detached' });
    expect(host().answers).toEqual([door, garage].map(({ id }) => ({ approvalId: id, approved: true })));
    await openPart(page, 'Asked');
    await page.getByText('2.2 questions a day in the last fortnight').waitFor();
    await page.getByRole('button', { name: 'Answer: Disarm the alarm' }).click();
    await page.keyboard.press('n');
    await page.getByText('Nothing waits for your answer.').waitFor();
    const again = host().askApproval({ sentence: 'Unlock the front door' }, Date.now());
    await page.getByRole('button', { name: 'Always for this…' }).click();
    await page.getByText('From now on I unlock the front door without asking').waitFor();
    await page.getByText('effect: allow').waitFor();
    expect(host().acceptedRules).toEqual([]);
    await page.getByRole('button', { name: 'Yes, now and always' }).click();
    await page.getByText('Done, and written into your rules.').waitFor();
    expect(host().acceptedRules).toEqual([again.id]);
  });

  it('finds tools, switches them, has them reviewed, and tries them without effect', async () => {
    const { gate } = host();
    gate.tools = fakeTools(Date.now());
    gate.mcpServers = fakeMcpServers;
    const page = await ready();
    await openPart(page, 'Tools');
    await page.getByText('One tool waits for your review').waitFor();
    await page.getByLabel('Search the tools').fill('documents');
    await expect.poll(() => page.locator('[data-tool]').count()).toBe(1);
    await page.getByRole('switch', { name: 'Read a file may be used' }).click();
    await page.getByText('Read a file is switched off.').waitFor();
    await page.getByLabel('Search the tools').press('Escape');
    gate.switchTrouble = 'The disk is full.';
    await page.getByRole('switch', { name: 'Shut down or sleep may be used' }).click();
    await page.getByText('The disk is full.').waitFor();
    gate.switchTrouble = undefined;
    await page.getByLabel('Search the tools').fill('');
    await page.getByRole('switch', { name: 'Run a shell command may be used' }).click();
    expect(gate.switched).toEqual([{ name: 'files.read', enabled: false }]);
    await page.getByRole('button', { name: 'Switch it on' }).click();
    await page.getByText('Run a shell command is switched on.').waitFor();
    await page.getByRole('button', { name: /^Weather forecast/ }).click();
    await page.getByText('New: the secret weather-key').waitFor();
    await page.getByRole('button', { name: 'I have looked at it: let it run' }).click();
    await page.getByRole('heading', { name: 'Review required' }).waitFor({ state: 'detached' });
    expect(gate.reviewed).toEqual(['weather.forecast']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Operate devices/ }).click();
    await page.getByLabel('service').selectOption('lock.unlock');
    await page.getByLabel('entityIds').fill('lock.front_door');
    gate.toolOutcome = { outcome: 'denied', reason: 'A rule of yours forbids it.', dryRun: true };
    await page.getByRole('button', { name: 'Try it, without effect' }).click();
    await page.getByText('This is no JSON').waitFor();
    await page.getByLabel('entityIds').fill('["lock.front_door"]');
    await page.getByRole('button', { name: 'Try it, without effect' }).click();
    await page.getByText('It would not be allowed. A rule of yours forbids it.').waitFor();
    expect(gate.toolRuns).toEqual([
      { name: 'home.call-service', input: { service: 'lock.unlock', entityIds: ['lock.front_door'] }, dryRun: true },
    ]);
    await page.getByRole('button', { name: 'Back to the tools' }).click();
    await page.getByRole('button', { name: 'Add an MCP server' }).click();
    await page.getByLabel('Name', { exact: true }).fill('calendar');
    await page.getByLabel('Command', { exact: true }).fill('npx -y calendar-server');
    await page.getByLabel(/^Environment/).fill('KEY=secret:calendar-key');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('“calendar” is added.').waitFor();
    expect(gate.mcpAdded[0]?.transport).toMatchObject({ command: 'npx', env: { KEY: { secret: 'calendar-key' } } });
    await page.getByRole('button', { name: 'Remove tickets' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('“tickets” is removed').waitFor();
  });

  it('shows rules in words, tries them before they are saved, and does not overwrite those of somebody else', async () => {
    const { gate } = host();
    gate.policy = { ...gate.policy, text: fakePolicyText };
    const page = await ready();
    await openPart(page, 'Rules');
    await page.getByText('home.*, for a guest, between 22:00 and 07:00').waitFor();
    const editor = page.getByLabel('The rules, as YAML');
    const written = `${fakePolicyText}limits: {}\n`;
    await editor.fill(written);
    await page.getByLabel('Tool', { exact: true }).fill('system.power');
    gate.policyTrial = {
      decision: 'deny',
      why: 'It would be refused: it is night.',
      matched: [{ rule: 'night', effect: 'deny', line: 3 }],
      strong: false,
    };
    await page.getByRole('button', { name: 'Try it on what is written' }).click();
    await page.getByText('It would be refused: it is night.').waitFor();
    expect(gate.policyTests).toEqual([{ tool: 'system.power', input: {}, source: 'voice', text: written }]);
    gate.checkPolicy = () => [{ line: 16, message: 'limits: nothing is limited' }];
    await editor.press('Control+s');
    await page.getByText('Not saved: JARVIS could not use the rules').waitFor();
    await page.getByRole('button', { name: 'Line 16' }).click();
    expect(await editor.evaluate((field) => field.matches(':focus'))).toBe(true);
    gate.checkPolicy = () => [];
    gate.policy = { ...gate.policy, text: 'rules: []', version: '7' };
    await editor.press('Control+s');
    await page.getByText('The rules were changed elsewhere').waitFor();
    expect(gate.policy.text).toBe('rules: []');
    await openPart(page, 'Secrets');
    await openPart(page, 'Rules');
    await page.getByRole('button', { name: 'Save mine over them' }).click();
    await page.getByText('Saved. The rules hold from now on.').waitFor();
    expect(gate.policy.text).toBe(written);
    await page.getByRole('button', { name: 'Undo the last save' }).click();
    await page.getByText('The rules are as they were.').waitFor();
    expect(gate.policy.text).toBe('rules: []');
  });

  it('reads the record page by page, narrows it, and verifies it; secrets are names alone', async () => {
    const { gate } = host();
    gate.auditEntries = fakeAuditEntries(Date.now(), 30);
    gate.secretNames = ['weather-key'];
    const page = await ready();
    await openPart(page, 'Record');
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(() => page.locator('tbody tr.row').count()).toBe(90);
    await page.getByLabel('Outcome').selectOption('denied');
    await expect.poll(() => page.locator('tbody tr.row').count()).toBe(10);
    await page
      .getByRole('button', { name: /^Not allowed/ })
      .first()
      .click();
    await page.getByText('audit-000001.jsonl').waitFor();
    await page.getByRole('button', { name: 'Everything of this turn' }).click();
    await expect.poll(() => page.locator('tbody tr.row').count()).toBe(3);
    await page.getByText('jarvis audit export --task turn-1').waitFor();
    await page.getByLabel('Words anywhere in the entry').fill('xyzzy');
    await page.getByText('Nothing in the record fits.').waitFor();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('Whole: 90 entries').waitFor();
    gate.auditVerdict = { ok: false, entries: 90, problems: [{ file: 'audit-000001.jsonl', line: 12, problem: 'was altered' }] };
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('line 12: was altered').waitFor();
    await openPart(page, 'Secrets');
    await page.getByRole('button', { name: 'Replace weather-key' }).click();
    await page.getByLabel('New value', { exact: true }).fill('value-1');
    await page.keyboard.press('Enter');
    await page.getByText('“weather-key” has its new value.').waitFor();
    expect(await page.evaluate("document.body.innerHTML.includes('value-1')")).toBe(false);
    await page.getByRole('button', { name: 'Forget weather-key' }).click();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByText('No secret is kept.').waitFor();
  });

  it('stops everything by button and keys, says so everywhere, and is released only on purpose', async () => {
    const page = await ready();
    await page.getByRole('button', { name: 'Stop everything' }).click();
    await page.getByText('Everything is stopped.').waitFor();
    await page.locator('.presence', { hasText: 'Stopped' }).waitFor();
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByRole('button', { name: 'Keep it stopped' }).click();
    expect(host().status.stopped).toBeDefined();
    const release = async () => {
      await page.getByRole('button', { name: 'Release…' }).click();
      await page.getByRole('button', { name: 'Yes, release' }).click();
      await page.getByText('Everything is stopped.').waitFor({ state: 'detached' });
    };
    await release();
    await page.getByLabel('Write to JARVIS').focus();
    await page.keyboard.press('Control+Shift+.');
    await page.getByText('Everything is stopped.').waitFor();
    await release();
    await page.keyboard.down('Escape');
    await page.getByText('Everything is stopped.').waitFor();
    await page.keyboard.up('Escape');
    host().playTurn([
      { type: 'turn-started', source: 'voice', by: 'wake' },
      { type: 'turn-tainted', taint: { origin: 'web', name: 'example.org' } },
      { type: 'reply-ended', text: 'It says so.' },
      { type: 'turn-ended' },
    ]);
    await page.getByRole('navigation').getByRole('button', { name: 'History' }).click();
    await page.locator('.turn').getByText('This turn read a web page from example.org').waitFor();
  });

  it('is not broken by tools, questions and records of the worst kind', async () => {
    const long = 'W'.repeat(200);
    const { gate } = host();
    const [first] = fakeTools(Date.now());
    if (!first) throw new Error('There is no tool.');
    gate.tools = [
      {
        ...first,
        name: long,
        title: `<b>${long}</b>`,
        description: long,
        permissions: { network: [long] },
        origin: { type: 'plugin', name: long },
        review: [long],
      },
    ];
    gate.mcpServers = [{ name: long, where: long, detail: long, state: 'disconnected', tools: 1, leftOut: [{ name: long, reason: long }] }];
    gate.policy = {
      ...gate.policy,
      text: `rules:\n  - {id: ${long}, effect: what, tool: ${long}, because: ${long}}`,
      problems: [{ line: 2, message: long }],
    };
    gate.secretNames = [long];
    gate.auditEntries = [
      {
        file: long,
        line: 1,
        time: 'never',
        kind: 'ended',
        outcome: 'failed',
        tool: long,
        reason: long,
        turnId: long,
        input: { [long]: long },
        hash: long,
      },
    ];
    const page = await ready({ viewport: { width: 390, height: 844 } });
    for (const part of ['Tools', 'Rules', 'Record', 'Secrets'] as const) {
      await openPart(page, part);
      await page.locator('.side').getByText(long).first().waitFor();
      if (part === 'Record') await page.locator('.toggle').click();
      expect(await sideways(page), part).toBe(0);
    }
    await openPart(page, 'Tools');
    await page.locator('[data-tool] .face').click();
    await page.getByRole('button', { name: 'Back to the tools' }).waitFor();
    expect(await sideways(page)).toBe(0);
    host().setStatus({ stopped: { at: 0, by: long } });
    host().askApproval(
      {
        sentence: `<i>${long}</i>`,
        why: long,
        permissions: [long],
        input: { [long]: long },
        tool: long,
        taint: [{ origin: 'web', name: long }],
        strong: true,
        code: '123',
      },
      Date.now(),
    );
    await page.getByRole('button', { name: 'Hold to approve' }).waitFor();
    expect(await sideways(page)).toBe(0);
    expect(await page.getByRole('button', { name: 'Refuse' }).evaluate((button) => button.getBoundingClientRect().right <= 390)).toBe(true);
  });
}
