import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { ChatThread } from '../../contract/chat.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { PageUnderTest } from './home-states.ts';

const phone = { viewport: { width: 390, height: 844 } };

const openChat = (page: Page): Promise<void> =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Chat' }).click();
const writeField = (page: Page) => page.getByLabel('Write to JARVIS');
const answers = (page: Page) => page.locator('article.answer');

async function ask(page: Page, text: string): Promise<void> {
  await writeField(page).fill(text);
  await page.keyboard.press('Enter');
}

const chosen: TurnEventBody = { type: 'model-chosen', provider: 'local', model: 'small', leavesHouse: false, because: 'it is here' };
const said = (text: string): TurnEventBody => ({ type: 'reply-delta', text, rich: true });
const planSteps = (done: string[] = []) =>
  (
    [
      ['look', 'Look at the living room', 'observe', []],
      ['blinds', 'Close the blinds', 'change', ['look']],
      ['lock', 'Lock the front door', 'guarded', ['blinds']],
    ] as const
  ).map(([stepId, sentence, risk, after]) => ({
    stepId,
    title: sentence,
    tool: 'home.call-service',
    input: { service: stepId },
    sentence,
    risk,
    after: [...after],
    state: done.includes(stepId) ? ('done' as const) : ('waiting' as const),
  }));
const proposed = (version: number, done: string[] = []): TurnEventBody => ({
  type: 'plan-proposed',
  plan: { planId: 'plan', version, title: 'Movie night', steps: planSteps(done) },
});

/** The written chat: conversations, answers as they grow, plans, files. */
export function registerChatStates({ ready, host }: PageUnderTest): void {
  const conversation = (title: string): ChatThread => {
    const thread = host().chat.add(title, Date.now() - 60_000);
    host().chat.keep(thread, 'person', `About ${title}?`);
    host().chat.keep(thread, 'jarvis', `That is **all** about ${title}.`);
    return thread;
  };

  it('says what to do where no model can answer, and offers it', async () => {
    const page = await ready();
    await openChat(page);
    await page.getByText('fetch a model that fits this machine').waitFor();
    await page.getByRole('button', { name: 'Models' }).first().waitFor();
    host().models.available = true;
    host().send({ type: 'mind-changed' });
    await page.getByText('What shall we talk about?').waitFor();
  });

  it('begins a conversation with its first question, and shows the answer as it is written', async () => {
    host().models.available = true;
    host().chat.answer = () => [chosen, said('It is **half'), said(' past** ten'), said('\n\n```js\nconst a = 1;\n```\n\n$x^2$')];
    const page = await ready();
    await openChat(page);
    await ask(page, 'What time is it?');
    await page.locator('strong', { hasText: 'half past' }).waitFor();
    expect(host().chat.threads).toHaveLength(1);
    expect(host().questions.at(-1)).toMatchObject({
      text: 'What time is it?',
      conversationId: host().chat.threads[0]?.conversation.id,
      silent: true,
    });
    await page.locator('.code .keyword', { hasText: 'const' }).waitFor();
    await page.locator('math').waitFor();
    expect(await answers(page).count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => host().chat.stopped).toEqual([host().turns.at(-1)?.turnId]);
    expect(host().cancelled).toBe(0);
    host().playTurn([{ type: 'turn-failed', failure: { code: 'cancelled' } }, { type: 'turn-ended' }], host().turns.at(-1)?.turnId);
    await page.getByText('Stopped here.').waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
  });

  it('shows each turn once when it has been kept, and after the connection was lost', async () => {
    const thread = conversation('heat');
    host().chat.answer = () => [said('Warm'), { type: 'reply-ended', text: 'Warm.' }, { type: 'turn-ended' }];
    const page = await ready();
    await openChat(page);
    await page.getByRole('button', { name: /^heat/ }).click();
    await ask(page, 'And now?');
    await page.getByText('Warm.', { exact: true }).first().waitFor();
    const turnId = host().turns.at(-1)?.turnId ?? '';
    host().chat.keep(thread, 'person', 'And now?', { turnId });
    host().chat.keep(thread, 'jarvis', 'Warm.', {
      turnId,
      model: { provider: 'local', model: 'small', usage: { inputTokens: 1200, outputTokens: 34, costMicros: 0 } },
    });
    host().send({ type: 'conversation-changed', conversation: thread.conversation });
    await page.getByText('small · 1,200 read, 34 written').waitFor();
    expect(await answers(page).count()).toBe(2);
    expect(await page.locator('article.question').count()).toBe(2);
    await page.reload();
    await openChat(page);
    await page.getByText('small · 1,200 read, 34 written').waitFor();
    expect(await answers(page).count()).toBe(2);
  });

  it('leads from what is being said to where it can be read', async () => {
    conversation('older');
    const newest = conversation('just said');
    newest.conversation = { ...newest.conversation, updatedAt: Date.now() };
    const page = await ready();
    host().playTurn([
      { type: 'turn-started', source: 'voice', by: 'wake' },
      { type: 'transcript-ended', text: 'explain', confidence: 1, engine: 'x' },
      chosen,
      said('A **pump**\n\n- moves `heat`'),
    ]);
    await page.locator('.reply', { hasText: /A pump\s+moves heat/ }).waitFor();
    await page.getByRole('button', { name: 'Read it in the chat' }).click();
    await page.getByRole('heading', { name: 'just said' }).waitFor();
  });

  it('asks again, changes a question, goes through versions and branches', async () => {
    const thread = host().chat.add('versions', Date.now());
    const question = host().chat.keep(thread, 'person', 'Which one?');
    const answer = host().chat.keep(thread, 'jarvis', 'The second of three.', { id: 'b', siblings: ['a', 'b', 'c'] });
    host().chat.answer = () => [said('Another')];
    const page = await ready();
    await openChat(page);
    await page.getByRole('button', { name: /^versions/ }).click();
    await page.getByText('2/3').waitFor();
    await page.getByRole('button', { name: 'The next version' }).click();
    await expect.poll(() => host().chat.shown).toEqual(['c']);
    await page.getByRole('button', { name: 'Answer anew' }).click();
    await page.getByText('Another', { exact: true }).first().waitFor();
    expect(host().questions.at(-1)).toMatchObject({ text: 'Which one?', again: question.id });
    expect(await answers(page).getByText('The second of three.').count()).toBe(0);
    host().playTurn([{ type: 'turn-ended' }], host().turns.at(-1)?.turnId);
    await writeField(page).focus();
    await page.keyboard.press('ArrowUp');
    const changed = page.getByLabel('Your question, changed');
    await changed.fill('Which one of all?');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => host().questions.at(-1))
      .toMatchObject({ text: 'Which one of all?', parentId: null, conversationId: thread.conversation.id });
    host().playTurn([{ type: 'turn-ended' }], host().turns.at(-1)?.turnId);
    await page.reload();
    await openChat(page);
    await answers(page).getByText(answer.text).waitFor();
    await page.getByRole('button', { name: 'Go on from here' }).click();
    await page.getByRole('heading', { name: 'versions (branch)' }).waitFor();
    await page.getByText('Branch: ').waitFor();
  });

  it('asks for a yes where it was asked, and elsewhere what belongs elsewhere', async () => {
    host().chat.answer = () => [{ type: 'tool-requested', requestId: 'r', tool: 'home.call-service', input: { service: 'lock.unlock' } }];
    const page = await ready();
    await openChat(page);
    await ask(page, 'Let the postman in');
    await page.locator('summary', { hasText: 'Home: call service' }).waitFor();
    const turnId = host().turns.at(-1)?.turnId ?? '';
    host().askApproval({ turnId, sentence: 'Unlock the front door' }, Date.now());
    host().askApproval({ turnId: 'another', sentence: 'Open the garage door' }, Date.now());
    await answers(page).getByRole('group', { name: 'Unlock the front door' }).getByRole('button', { name: 'Approve' }).focus();
    await page.keyboard.press('y');
    await expect.poll(() => host().answers.at(-1)?.approved).toBe(true);
    expect(await answers(page).getByRole('group', { name: 'Open the garage door' }).count()).toBe(0);
    await page.getByRole('group', { name: 'Open the garage door' }).waitFor();
  });

  it('takes a yes to a plan as a whole, in parts and not at all, and says why a plan was changed', async () => {
    host().chat.answer = () => [proposed(1)];
    const page = await ready();
    await openChat(page);
    await ask(page, 'Make it a movie night');
    const plan = page.getByRole('region', { name: 'Plan: Movie night' });
    await plan.getByLabel('Step 2: Close the blinds').uncheck();
    // What builds on it goes with it.
    expect(await plan.getByLabel('Step 3: Lock the front door').isChecked()).toBe(false);
    await plan.getByLabel('Step 3: Lock the front door').check();
    expect(await plan.getByLabel('Step 2: Close the blinds').isChecked()).toBe(true);
    host().chat.planTrouble = 'It was answered by voice already.';
    await plan.getByRole('button', { name: 'Do all 3' }).click();
    await plan.getByText('It was answered by voice already.').waitFor();
    host().chat.planTrouble = undefined;
    await plan.getByLabel('Step 3: Lock the front door').uncheck();
    await plan.getByRole('button', { name: 'Do 2 of 3' }).click();
    await expect.poll(() => host().chat.planAnswers.at(-1)).toEqual({ planId: 'plan', version: 1, approved: ['look', 'blinds'] });
    const { turnId } = host().turns.at(-1) ?? {};
    host().playTurn(
      [
        { type: 'plan-answered', planId: 'plan', version: 1, approved: ['look', 'blinds'], by: 'person' },
        { type: 'plan-step-started', planId: 'plan', stepId: 'look' },
        { type: 'plan-step-ended', planId: 'plan', stepId: 'look', outcome: 'confirmed' },
        { type: 'plan-step-started', planId: 'plan', stepId: 'blinds' },
      ],
      turnId,
    );
    await plan.getByText('Step 2 of 3').waitFor();
    expect(await plan.locator('.skipped').count()).toBe(1);
    host().playTurn(
      [{ type: 'plan-step-ended', planId: 'plan', stepId: 'blinds', outcome: 'failed', reason: 'They jam.' }, proposed(2, ['look'])],
      turnId,
    );
    await plan.getByText('Changed, because “Close the blinds” did not work: They jam.').waitFor();
    await plan.getByRole('button', { name: 'Do nothing of it' }).click();
    await expect.poll(() => host().chat.planAnswers.at(-1)).toEqual({ planId: 'plan', version: 2, approved: [] });
  });

  it('tells which model broke off, and that nobody can answer', async () => {
    host().chat.answer = () => [
      { ...chosen, provider: 'cloud', model: 'large', leavesHouse: true } as TurnEventBody,
      { type: 'model-failed', provider: 'cloud', model: 'large', reason: 'the line broke', retryable: true },
      { ...chosen, continues: true } as TurnEventBody,
      { type: 'turn-failed', failure: { code: 'refused', detail: 'Nobody can answer that just now.' } },
      { type: 'turn-ended' },
    ];
    const page = await ready();
    await openChat(page);
    await ask(page, 'Why?');
    await answers(page).getByText('large broke off, small went on.').waitFor();
    await answers(page).getByText('Nobody can answer that just now.').waitFor();
    await answers(page).getByText('Left the house').waitFor();
  });

  it('renames, deletes with a way back, exports and brings back a conversation', async () => {
    conversation('heat');
    conversation('cold');
    const page = await ready();
    await openChat(page);
    const more = (title: string) => page.getByLabel(`More for ${title}`).click();
    await more('heat');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Name of the conversation').fill('Warmth');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Warmth/ }).waitFor();
    await more('cold');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as Markdown' }).click();
    expect((await download).suggestedFilename()).toBe('conversation.md');
    await more('cold');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Deleted “cold”').waitFor();
    expect(await page.getByRole('button', { name: /^cold/ }).count()).toBe(0);
    await page.getByRole('list', { name: 'Deleted just now' }).getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: /^cold/ }).waitFor();
    await page
      .locator('input[accept*=json]')
      .setInputFiles({ name: 'c.json', mimeType: 'application/json', buffer: Buffer.from('{"kept":1}') });
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    expect(host().chat.imported).toEqual(['{"kept":1}']);
  });

  it('finds what was said, and goes there', async () => {
    const thread = conversation('heat');
    for (let index = 0; index < 300; index++) host().chat.keep(thread, index % 2 === 0 ? 'person' : 'jarvis', `Message ${index}`);
    const message = thread.messages[40];
    host().chat.hits = [
      { conversation: thread.conversation, messageId: message?.id ?? '', role: 'person', snippet: 'a [[message]] of old', at: Date.now() },
    ];
    const page = await ready();
    await openChat(page);
    // The chat comes in a file of its own; until then nobody hears its keys.
    await page.getByLabel('Search the conversations').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('message');
    await page.locator('mark', { hasText: 'message' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText(message?.text ?? '', { exact: true }).waitFor();
    await expect.poll(() => page.locator('.found').count()).toBe(1);
  });

  it('shows the end of a thousand messages, and more on the way up', async () => {
    const thread = host().chat.add('long', Date.now());
    for (let index = 0; index < 1000; index++) host().chat.keep(thread, index % 2 === 0 ? 'person' : 'jarvis', `Message ${index}`);
    const page = await ready();
    await openChat(page);
    await page.getByRole('button', { name: /^long/ }).click();
    await answers(page).getByText('Message 999', { exact: true }).waitFor();
    expect(await page.locator('.item').count()).toBe(100);
    await page.locator('.scroller').evaluate((scroller) => scroller.scrollTo(0, 0));
    await expect.poll(() => page.locator('.item').count()).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'To the end' }).click();
    await answers(page).getByText('Message 999', { exact: true }).waitFor();
  });

  it('takes files and long texts along, refuses what it cannot read, and keeps what is not sent', async () => {
    const page = await ready();
    await openChat(page);
    await page.locator('input[type=file][multiple]').setInputFiles([
      { name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from('one line') },
      { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from([1, 2, 3]) },
    ]);
    await page.getByText('I cannot read photo.png: only text, tables, code and logs.').waitFor();
    await page.getByRole('button', { name: 'Leave log.txt out' }).waitFor();
    expect(host().chat.attached).toMatchObject([{ name: 'log.txt', text: 'one line' }]);
    await page.getByRole('button', { name: 'Leave photo.png out' }).click();
    await writeField(page).fill('What is in it?\nAnd why?');
    await page.reload();
    await openChat(page);
    expect(await writeField(page).inputValue()).toBe('What is in it?\nAnd why?');
    await writeField(page).focus();
    await page.evaluate(
      '(() => { const data = new DataTransfer(); data.setData("text/plain", "x".repeat(40000)); document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); })()',
    );
    await page.getByRole('button', { name: 'Leave pasted.txt out' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => host().questions.at(-1)?.attachments).toEqual(['file-1', 'file-2']);
    await page.locator('article.question .files').getByText('log.txt').waitFor();
    expect(await writeField(page).inputValue()).toBe('');
  });

  it('keeps a question that could not be sent, and says so while the line is down', async () => {
    conversation('heat');
    const page = await ready(phone);
    await openChat(page);
    await page.getByRole('button', { name: 'All conversations' }).click();
    await page.getByRole('button', { name: /^heat/ }).click();
    await answers(page).getByText('That is all about heat.').waitFor();
    await writeField(page).fill('Still there?');
    host().chat.threads = [];
    host().chat.answer = () => {
      throw new Error('no answer');
    };
    await page.keyboard.press('Enter');
    await page.getByText('That was not sent').waitFor();
    expect(await writeField(page).inputValue()).toBe('Still there?');
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  it('fetches nothing from elsewhere for what a model writes, and runs nothing of it', async () => {
    const thread = host().chat.add('hostile', Date.now());
    host().chat.keep(thread, 'person', '<b>x</b>');
    host().chat.keep(
      thread,
      'jarvis',
      '![pixel](https://tracker.invalid/p.png) <img src=x onerror="document.title=1"> [x](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$ $\\includegraphics{https://tracker.invalid/q.png}$ $\\colorbox{red}{x}$ [ok](https://example.org)',
    );
    const page = await ready();
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(host().address) && !request.url().startsWith('blob:')) outside.push(request.url());
    });
    await openChat(page);
    await page.getByRole('button', { name: /^hostile/ }).click();
    const link = page.getByRole('link', { name: 'ok' });
    await link.waitFor();
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await page.locator('article.answer :is(img, script)').count()).toBe(0);
    expect(await page.locator('article.answer a[href^="javascript"]').count()).toBe(0);
    expect(outside).toEqual([]);
  });
}
