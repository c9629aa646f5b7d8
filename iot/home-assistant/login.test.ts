import { afterEach, describe, expect, it } from 'vitest';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import type { FakeHomeAssistant } from '../../tests/fakes/home-assistant/fake-home-assistant.ts';
import { startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { createHomeAssistantBridge } from './home-assistant-bridge.ts';
import { authorizeUrl, createTokenSource, exchangeCode, type LoginClient, readReturn, revokeLogin } from './login.ts';

const never = new AbortController().signal;
const clientId = 'http://127.0.0.1:7777/';
const redirect = 'http://127.0.0.1:7777/connected';
const fakes: FakeHomeAssistant[] = [];
const ending: AbortController[] = [];
afterEach(async () => {
  for (const each of ending.splice(0)) each.abort();
  for (const each of fakes.splice(0)) await each[Symbol.asyncDispose]();
});

async function open() {
  const fake = await startFakeHomeAssistant({ house: 'empty' });
  fakes.push(fake);
  const client: LoginClient = { url: fake.url, clientId, clock: systemClock };
  return { fake, client };
}

/** The person logs in and is sent back. */
async function agree(client: LoginClient, state: string): Promise<string> {
  const page = await fetch(authorizeUrl(client, redirect, state), { method: 'POST', redirect: 'manual' });
  expect(page.status).toBe(302);
  return page.headers.get('location') ?? '';
}

async function complaint(asking: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof asking === 'function' ? asking() : asking);
  } catch (error) {
    if (error instanceof JarvisError) return `${error.failure.code}: ${sentenceFor(error.failure)}`;
    throw error;
  }
  throw new Error('no complaint');
}

describe('logging in at Home Assistant', () => {
  it('gives tokens with which the home is reached', async () => {
    const { fake, client } = await open();
    fake.add('light.lamp', { name: 'Lamp', state: 'on' });
    const code = readReturn(await agree(client, 'random-state'), 'random-state');
    const tokens = await exchangeCode(client, code, never);
    expect(tokens.expiresAt).toBeGreaterThan(Date.now());
    const bridge = createHomeAssistantBridge({
      url: fake.url,
      token: createTokenSource(client, tokens.refreshToken, tokens),
      clock: systemClock,
      log: silentLog,
    });
    const stop = new AbortController();
    ending.push(stop);
    await bridge.connect(stop.signal);
    expect(bridge.entity('light.lamp')?.state).toBe('on');
  });

  it('asks on a page that names who asks', () => {
    const page = new URL(authorizeUrl({ url: 'homeassistant.local', clientId }, redirect, 's&t'));
    expect(page.origin + page.pathname).toBe('http://homeassistant.local:8123/auth/authorize');
    expect(Object.fromEntries(page.searchParams)).toEqual({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirect,
      state: 's&t',
    });
  });

  it('takes no answer to a question of somebody else', async () => {
    expect(await complaint(() => readReturn(`${redirect}?code=x&state=other`, 'mine'))).toBe(
      'home-refused: That login was not begun here. Please begin again.',
    );
    expect(await complaint(() => readReturn(`${redirect}?code=x`, 'mine'))).toMatch(/not begun here/);
    expect(await complaint(() => readReturn(`${redirect}?state=mine`, 'mine'))).toMatch(/not completed/);
    expect(await complaint(() => readReturn('nonsense', 'mine'))).toMatch(/not begun here/);
  });

  it('takes a code only once', async () => {
    const { client } = await open();
    const code = readReturn(await agree(client, 's'), 's');
    await exchangeCode(client, code, never);
    expect(await complaint(exchangeCode(client, code, never))).toBe(
      'home-refused: Home Assistant no longer accepts this login. Please connect again.',
    );
  });

  it('says when nobody is there', async () => {
    const { fake, client } = await open();
    await fake[Symbol.asyncDispose]();
    expect(await complaint(exchangeCode(client, 'code', never))).toMatch(/^home-refused: .*nobody answers/);
  });
});

describe('the tokens of a login', () => {
  it('are made anew before they end, once for all who ask', async () => {
    const { client } = await open();
    const tokens = await exchangeCode(client, readReturn(await agree(client, 's'), 's'), never);
    const clock = new FakeClock(Date.now());
    const token = createTokenSource({ ...client, clock }, tokens.refreshToken, tokens);
    expect(await token()).toBe(tokens.accessToken);
    await clock.advance(29.5 * 60_000);
    const [one, other] = await Promise.all([token(), token()]);
    expect(one).toBe(other);
    expect(one).not.toBe(tokens.accessToken);
    expect(await token()).toBe(one);
  });

  it('may run out while Home Assistant restarts', async () => {
    const { fake, client } = await open();
    const tokens = await exchangeCode(client, readReturn(await agree(client, 's'), 's'), never);
    const clock = new FakeClock(Date.now());
    const bridge = createHomeAssistantBridge({
      url: fake.url,
      token: createTokenSource({ ...client, clock }, tokens.refreshToken, tokens),
      clock: systemClock,
      log: silentLog,
    });
    const stop = new AbortController();
    ending.push(stop);
    await bridge.connect(stop.signal);
    await clock.advance(3_600_000);
    const restarting = fake.restart({ downMs: 1000 });
    await expect.poll(() => bridge.status.detail, { timeout: 3000 }).toMatch(/nobody answers/);
    expect(bridge.status.state).toBe('disconnected');
    await restarting;
    await expect.poll(() => bridge.status.state, { timeout: 5000 }).toBe('connected');
  });

  it('end when the login is taken back, which a bridge says in words', async () => {
    const { fake, client } = await open();
    const tokens = await exchangeCode(client, readReturn(await agree(client, 's'), 's'), never);
    const bridge = createHomeAssistantBridge({
      url: fake.url,
      token: createTokenSource(client, tokens.refreshToken),
      clock: systemClock,
      log: silentLog,
    });
    const stop = new AbortController();
    ending.push(stop);
    await bridge.connect(stop.signal);
    await revokeLogin(client, tokens.refreshToken, never);
    await expect.poll(() => bridge.status.state, { timeout: 5000 }).toBe('refused');
    expect(bridge.status.detail).toMatch(/does not accept the token|no longer accepts this login/);
    expect(await complaint(createTokenSource(client, tokens.refreshToken)())).toMatch(/no longer accepts this login/);
  });
});
