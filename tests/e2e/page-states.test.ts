import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Presence } from '../../contract/interface.ts';
import { bigHome } from '../fakes/fake-home.ts';
import { FakeHost } from '../fakes/fake-host.ts';
import { registerChatStates } from './chat-states.ts';
import { findChromium } from './find-chromium.ts';
import { registerHomeStates } from './home-states.ts';
import { registerModelsStates } from './models-states.ts';
import { registerSafetyStates } from './safety-states.ts';

const chromiumPath = findChromium();
if (chromiumPath === undefined) console.warn('The page is not tested in a browser: no Chromium on the PATH, and CHROMIUM_PATH is not set.');

const common = ['--no-sandbox', '--disable-gpu', '--mute-audio'];
/** A microphone that beeps; permission is given without asking. */
const withMicrophone = [...common, '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

describe.skipIf(chromiumPath === undefined)('the page in Chromium', () => {
  let folder: string;
  let browser: Browser;
  let host: FakeHost;
  /** Console errors and uncaught ones; a test that expects some empties it. */
  let complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-page-'));
    const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));
    await build({ configFile, logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
    browser = await launch(withMicrophone);
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    complaints = [];
    host = await new FakeHost({ page: folder }).start();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await host.stop();
    expect(complaints).toEqual([]);
  });

  function launch(args: string[]): Promise<Browser> {
    return chromium.launch({ ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }), args });
  }

  async function open(options: BrowserContextOptions = {}, from = browser): Promise<Page> {
    const context = await from.newContext(options);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(host.address);
    return page;
  }

  async function ready(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await open(options);
    await page.getByText('Ready – say “Jarvis”').waitFor();
    return page;
  }

  it.each<[Presence, string]>([
    ['starting', 'Starting…'],
    ['listening', 'Listening…'],
    ['thinking', 'Thinking…'],
    ['speaking', 'Speaking'],
    ['asking', 'Waiting for your answer'],
    ['muted', 'Muted'],
    ['error', 'Something is wrong'],
    ['idle', 'Ready – say “Jarvis”'],
  ])('tells a screen reader that JARVIS is %s', async (presence, words) => {
    const page = await ready();
    host.setPresence(presence === 'idle' ? 'thinking' : 'idle');
    host.setPresence(presence);
    await page
      .getByRole('status')
      .getByText(words, { exact: true })
      .or(page.locator('.presence', { hasText: words }))
      .first()
      .waitFor();
    expect(await page.locator('.orb[data-presence]').getAttribute('data-presence')).toBe(presence);
  });

  it('sends what the microphone hears as 16 kHz sound, without anybody touching the page', async () => {
    await ready();
    const page = () => host.pages[0];
    await expect.poll(() => (page()?.samples.length ?? 0) > 32_000, { timeout: 15_000 }).toBe(true);
    const heard = page();
    expect(heard?.messages[0]).toMatchObject({ type: 'microphone-opened' });
    const loudest = heard?.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) ?? 0;
    expect(loudest).toBeGreaterThan(1000);
  });

  it('shows the words as they grow, and the answer', async () => {
    const page = await ready();
    const turnId = host.playTurn([
      { type: 'turn-started', source: 'voice', by: 'wake' },
      { type: 'transcript-delta', text: 'turn on the' },
    ]);
    await page.locator('.question', { hasText: /^\s*turn on the\s*$/ }).waitFor();
    host.playTurn(
      [
        { type: 'transcript-ended', text: 'turn on the kitchen light', confidence: 1, engine: 'phrases' },
        { type: 'tool-ended', requestId: 'r', tool: 'home', outcome: 'confirmed' },
        { type: 'reply-ended', text: 'The kitchen light is on.' },
        { type: 'turn-ended' },
      ],
      turnId,
    );
    await page.locator('.reply', { hasText: 'The kitchen light is on.' }).waitFor();
    await page.getByText('Confirmed').waitFor();
    await page.getByRole('button', { name: 'History' }).click();
    expect(await page.locator('.turn').count()).toBe(1);
  });

  it('plays speech and says how much of it was heard, also when it is cut off', async () => {
    const page = await ready();
    await page.locator('body').click({ position: { x: 5, y: 5 } });
    const tone = (seconds: number) => Int16Array.from({ length: 22_050 * seconds }, (_, index) => 9000 * Math.sin(index / 8));
    const ends = () => host.pages[0]?.messages.filter((message) => message.type === 'playback-ended') ?? [];
    host.sendAudio({ type: 'speech-started', speechId: 'short', sampleRate: 22_050 });
    host.sendSound(tone(0.2));
    host.sendSound(tone(0.2));
    host.sendAudio({ type: 'speech-ended', speechId: 'short' });
    await expect.poll(() => ends().length, { timeout: 10_000 }).toBe(1);
    expect(ends()[0]).toEqual({ type: 'playback-ended', speechId: 'short', heardMs: 400, interrupted: false });
    host.sendAudio({ type: 'speech-started', speechId: 'long', sampleRate: 22_050 });
    host.sendSound(tone(20));
    await expect
      .poll(() => host.pages[0]?.messages.some((message) => message.type === 'playback-started' && message.speechId === 'long'))
      .toBe(true);
    host.sendAudio({ type: 'speech-stopped', speechId: 'long' });
    await expect.poll(() => ends().length).toBe(2);
    expect(ends()[1]).toMatchObject({ speechId: 'long', interrupted: true });
    for (const sound of ['wake', 'done', 'error', 'timer'] as const) host.sendAudio({ type: 'earcon', sound });
  });

  it('approves and refuses by keyboard, and never moves the focus by itself', async () => {
    const page = await ready();
    await page.getByLabel('Write to JARVIS').focus();
    host.askApproval({ sentence: 'Unlock the front door' }, Date.now());
    const card = page.getByRole('group', { name: 'Unlock the front door' });
    await card.waitFor();
    expect(await page.getByLabel('Write to JARVIS').evaluate((field) => field.matches(':focus'))).toBe(true);
    await page.keyboard.type('yn');
    expect(host.answers).toEqual([]);
    expect(await card.getByText('Front door', { exact: true }).count()).toBe(1);
    await card.getByRole('button', { name: 'Approve' }).focus();
    await page.keyboard.press('y');
    await card.waitFor({ state: 'detached' });
    for (const key of ['n', 'Escape']) {
      const asked = host.askApproval({ sentence: 'Open the garage door' }, Date.now());
      const next = page.getByRole('group', { name: 'Open the garage door' });
      await next.getByRole('button', { name: 'Refuse' }).focus();
      await page.keyboard.press(key);
      await next.waitFor({ state: 'detached' });
      expect(host.answers.at(-1)).toEqual({ approvalId: asked.id, approved: false });
    }
    expect(host.answers[0]?.approved).toBe(true);
    expect(host.cancelled).toBe(0);
  });

  it('sends what is typed and brings it back with the arrow key', async () => {
    const page = await ready();
    await page.keyboard.press('/');
    await page.keyboard.type('turn on the kitchen light');
    await page.keyboard.press('Enter');
    await page.getByText('You wrote: turn on the kitchen light').first().waitFor();
    expect(host.asked).toEqual(['turn on the kitchen light']);
    await expect.poll(() => page.getByLabel('Write to JARVIS').inputValue()).toBe('');
    await page.keyboard.press('ArrowUp');
    expect(await page.getByLabel('Write to JARVIS').inputValue()).toBe('turn on the kitchen light');
  });

  it('talks while the space bar or the button is held, and Escape drops it', async () => {
    const page = await ready();
    const talk = () => host.pages[0]?.messages.filter((message) => message.type.startsWith('talk')) ?? [];
    await page.keyboard.down(' ');
    await expect.poll(() => talk().length).toBe(1);
    await page.keyboard.up(' ');
    await expect.poll(() => talk().at(-1)).toEqual({ type: 'talk-ended', take: true });
    await page.getByRole('button', { name: 'Hold to talk' }).hover();
    await page.mouse.down();
    await expect.poll(() => talk().length).toBe(3);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect.poll(() => talk().at(-1)).toEqual({ type: 'talk-ended', take: false });
    expect(talk()).toHaveLength(4);
  });

  it('stops JARVIS with Escape', async () => {
    const page = await ready();
    host.setPresence('speaking');
    await page.getByText('Speaking', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => host.cancelled).toBe(1);
  });

  it('really ends the microphone when muted, and opens it again', async () => {
    const page = await ready();
    await expect.poll(() => (host.pages[0]?.samples.length ?? 0) > 0).toBe(true);
    await page.keyboard.press('m');
    await page.getByText('Muted', { exact: true }).first().waitFor();
    await expect.poll(() => host.pages[0]?.messages.at(-1)).toEqual({ type: 'microphone-closed', reason: 'muted' });
    const heard = host.pages[0]?.samples.length;
    await page.getByRole('button', { name: 'Mute the microphone' }).click();
    await page.getByText('Ready – say “Jarvis”').waitFor();
    await expect.poll(() => (host.pages[0]?.samples.length ?? 0) > (heard ?? 0)).toBe(true);
    expect(host.pages[0]?.messages.map((message) => message.type)).toEqual(['microphone-opened', 'microphone-closed', 'microphone-opened']);
  });

  it('stays muted when it was muted while the connection was lost, and tells the host afterwards', async () => {
    const page = await ready();
    await expect.poll(() => (host.pages[0]?.samples.length ?? 0) > 0).toBe(true);
    const { port } = host;
    await host.stop();
    await page.getByText('Connection lost.').waitFor();
    await page.keyboard.press('m');
    await page.getByText('JARVIS was not told that it is muted').waitFor();
    await host.start(port);
    await expect.poll(() => host.status.muted, { timeout: 15_000 }).toBe(true);
    await page.locator('.presence', { hasText: 'Muted' }).waitFor();
    expect(host.pages[0]?.samples).toHaveLength(0);
    complaints = complaints.filter((text) => !text.includes('ERR_CONNECTION'));
  });

  it('switches devices, waits for their own word, and says what went wrong', async () => {
    const page = await ready();
    const lamp = page.locator('[data-entity="light.kitchen"]');
    let answer: (() => void) | undefined;
    host.answerCall = () =>
      new Promise((resolve) => {
        answer = () => resolve([{ outcome: 'confirmed' }]);
      });
    await lamp.getByRole('switch').click();
    await lamp.getByText('Off · asked…').waitFor();
    expect(await lamp.getByRole('switch').getAttribute('aria-checked')).toBe('false');
    host.changeEntity('light.kitchen', { state: 'on', attributes: { brightness: 102, supported_color_modes: ['brightness'] } });
    await lamp.getByText('On, 40 % · asked…').waitFor();
    answer?.();
    await lamp.getByText('On, 40 %', { exact: true }).waitFor();
    host.answerCall = async () => [{ outcome: 'rejected', reason: 'The coffee machine has no water.' }];
    await page.locator('[data-entity="switch.coffee_machine"]').getByRole('switch').click();
    await page.locator('.tile').getByText('The coffee machine has no water.').waitFor();
    await page.getByRole('slider', { name: 'Brightness: Living room lamp' }).press('Home');
    await expect.poll(() => host.calls.at(-1)).toEqual({ service: 'light.turn_off', entityIds: ['light.living_room'], data: {} });
    expect(host.calls[0]).toEqual({ service: 'light.turn_on', entityIds: ['light.kitchen'], data: {} });
    expect(await page.locator('[data-entity="light.bedroom"]').getByRole('switch').isDisabled()).toBe(true);
    await page.getByLabel('Search the home').fill('garage');
    expect(await page.locator('.tile').count()).toBe(1);
  });

  it('shows an empty home and one of ten thousand devices', async () => {
    host.home = { floors: [], areas: [], entities: [] };
    const page = await ready();
    await page.getByText('No devices yet.').waitFor();
    host.home = bigHome(10_000);
    host.send({ type: 'home-structure', ...host.home });
    const room = page.getByRole('button', { name: /^Room 7 / });
    await room.click();
    await page.locator('[data-entity="light.lamp_6"]').waitFor();
    host.changeEntity('light.lamp_6', { state: 'on' });
    await page.locator('[data-entity="light.lamp_6"]').getByText('On', { exact: true }).waitFor();
    await page.getByLabel('Search the home').fill('lamp 1234');
    await expect.poll(() => page.locator('.tile').count()).toBe(1);
  });

  registerHomeStates({ ready, host: () => host });
  registerSafetyStates({ ready, host: () => host });
  registerModelsStates({ ready, host: () => host });
  registerChatStates({ ready, host: () => host });

  it('says that the connection is lost, and regains everything by itself', async () => {
    const page = await ready();
    await expect.poll(() => (host.pages[0]?.samples.length ?? 0) > 0).toBe(true);
    const { port } = host;
    await host.stop();
    await page.getByText('Connection lost.').waitFor();
    expect(await page.locator('[data-entity="light.kitchen"]').getByRole('switch').isDisabled()).toBe(true);
    await page.getByLabel('Write to JARVIS').fill('hello');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Write to JARVIS').inputValue()).toBe('hello');
    await page.getByRole('button', { name: 'Stop everything' }).click();
    await page.getByText('JARVIS was NOT stopped').waitFor();
    await page.getByRole('button', { name: 'Safety' }).click();
    await page.getByRole('button', { name: 'Rules' }).click();
    await page.locator('.side').getByText('JARVIS is not connected just now.').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'Home' }).click();
    host.home.entities = host.home.entities.map((entity) => (entity.id === 'light.kitchen' ? { ...entity, state: 'on' } : entity));
    await host.start(port);
    await page.getByText('Connection lost.').waitFor({ state: 'detached', timeout: 15_000 });
    await page.locator('[data-entity="light.kitchen"].on').waitFor();
    await expect.poll(() => (host.pages[0]?.samples.length ?? 0) > 0, { timeout: 10_000 }).toBe(true);
    expect(host.pages[0]?.messages[0]?.type).toBe('microphone-opened');
    // The browser itself writes every refused connection down.
    complaints = complaints.filter((text) => !text.includes('ERR_CONNECTION'));
  });

  it('asks a browser that the host does not know to open the address again', async () => {
    const page = await ready();
    const { port } = host;
    await host.stop();
    host = await new FakeHost({ page: folder, cookie: 'another' }).start(port);
    await page.getByText('Open the address from the terminal again.').waitFor({ timeout: 15_000 });
    complaints = complaints.filter((text) => !/ERR_CONNECTION|401|HTTP Authentication failed/u.test(text));
  });

  it('lets one page be heard, and the other take over', async () => {
    const first = await ready();
    await expect.poll(() => host.status.microphone).toBeDefined();
    const second = await open();
    await second.getByText('Another window has the microphone.').waitFor();
    await second.getByRole('button', { name: 'Use it here' }).click();
    await first.getByText('Another window has the microphone.').waitFor();
    await second.getByText('Another window has the microphone.').waitFor({ state: 'detached' });
    expect(host.pages.find((page) => page.pageId === host.status.microphone)?.samples).toBeDefined();
    await second.close();
    await first.getByText('Another window has the microphone.').waitFor({ state: 'detached' });
  });

  it('can be used without a microphone', async () => {
    const refusing = await launch([...common, '--use-fake-device-for-media-stream', '--deny-permission-prompts']);
    try {
      const page = await open({}, refusing);
      await page.getByRole('button', { name: 'Turn on the microphone' }).waitFor();
      await expect.poll(() => host.pages[0]?.messages.at(-1)).toEqual({ type: 'microphone-closed', reason: 'permission-refused' });
      await page.getByLabel('Write to JARVIS').fill('hello');
      await page.keyboard.press('Enter');
      await page.getByText('You wrote: hello').first().waitFor();
    } finally {
      await refusing.close();
    }
    const without = await launch([...common, '--use-fake-ui-for-media-stream']);
    try {
      const page = await open({}, without);
      await page.getByText('No microphone was found.').waitFor();
    } finally {
      await without.close();
    }
  });

  it.each([
    { width: 320, height: 568 },
    { width: 360, height: 740 },
    { width: 740, height: 360 },
    { width: 900, height: 600 },
    { width: 1440, height: 900 },
    { width: 3840, height: 2160 },
  ])('fits a screen of $width × $height without a sideways scroll, and stays where it is when JARVIS speaks', async (viewport) => {
    const page = await ready({ viewport });
    const place = () => page.evaluate('JSON.stringify(document.querySelector(".orb").getBoundingClientRect())');
    const before = await place();
    for (const view of ['Home', 'Chat', 'History', 'Say', 'Safety', 'Rules', 'Tools', 'Status']) {
      await page
        .getByRole('navigation')
        .getByRole('button', { name: new RegExp(view, 'i') })
        .click();
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(
        await page.evaluate('(() => { const side = document.querySelector(".side"); return side.scrollWidth - side.clientWidth; })()'),
      ).toBe(0);
    }
    host.setPresence('speaking');
    host.playTurn([
      { type: 'transcript-delta', text: 'a very long sentence '.repeat(10) },
      { type: 'reply-ended', text: 'An answer. '.repeat(40) },
    ]);
    host.askApproval({}, Date.now());
    await page.getByRole('group', { name: 'Unlock the front door' }).waitFor();
    expect(await place()).toBe(before);
  });
});
