import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDemoHome } from '../../iot/demo/start-demo-home.ts';
import { FileSecrets } from '../../store/secrets/file-secrets.ts';
import { startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { recordingLog } from '../../tests/fakes/recording-log.ts';
import { HomeConnections } from './home-connections.ts';
import { HomeLogins } from './home-login.ts';
import { type OpenHome, openHome } from './open-home.ts';
import { readSettings } from './settings-file.ts';
import { systemClock } from './system-clock.ts';

let folder: string;
let ending: AbortController;
let parts: AsyncDisposableStack;
let notices: string[];
let logged: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-connections-'));
  ending = new AbortController();
  parts = new AsyncDisposableStack();
  notices = [];
  logged = [];
});
afterEach(async () => {
  ending.abort(new Error('over'));
  await parts.disposeAsync();
  await rm(folder, { recursive: true, force: true });
});

const secretsOf = (): FileSecrets => new FileSecrets({ folder, passphrase: undefined });
const settingsText = (): Promise<string> => readFile(join(folder, 'settings.yaml'), 'utf8');
const homeAssistant = async (options: Parameters<typeof startFakeHomeAssistant>[0] = {}) =>
  parts.use(await startFakeHomeAssistant(options));
const withToken = (url: string, token: string) => ({ url, credentials: { type: 'token' as const, token } });

/** The home of the settings as a running host has it. */
async function running(): Promise<{ live: OpenHome; connections: HomeConnections }> {
  const options = {
    clock: systemClock,
    random: () => 0.5,
    log: recordingLog((line) => logged.push(line)),
    runId: 'test',
    secrets: secretsOf(),
  };
  const live = parts.use(await openHome((await readSettings(folder)).home, { ...options, signal: ending.signal }));
  return { live, connections: new HomeConnections({ ...options, dataFolder: folder, live, notice: (text) => notices.push(text) }) };
}

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => String(error),
  );

describe('connecting a Home Assistant', () => {
  it('takes the place of the demo home at once, and after a restart', async () => {
    const assistant = await homeAssistant();
    const { live, connections } = await running();
    expect(connections.list()).toMatchObject([{ id: 'demo', type: 'demo', status: { state: 'connected' } }]);
    const made = await connections.connect(withToken(`${assistant.url}/lovelace`, assistant.token), ending.signal);
    expect(made).toMatchObject({
      connection: { id: `home-assistant ${assistant.url}`, type: 'home-assistant', url: assistant.url, status: { state: 'connected' } },
      demoLeft: true,
    });
    expect(made.entities).toBeGreaterThan(10);
    expect(connections.list().map(({ type }) => type)).toEqual(['home-assistant']);
    expect(live.home.snapshot().entities.length).toBe(made.entities);
    expect(notices).toEqual([expect.stringContaining('The demo home has made room')]);
    expect((await running()).connections.list()).toMatchObject([{ url: assistant.url, status: { state: 'connected' } }]);
  });

  it('keeps the token with the secrets, and nowhere else', async () => {
    const assistant = await homeAssistant({ token: 'a-token-nobody-may-read' });
    const { connections } = await running();
    await connections.connect(withToken(assistant.url, assistant.token), ending.signal);
    expect(await secretsOf().get(`home-assistant ${assistant.url}`)).toContain(assistant.token);
    expect(await settingsText()).not.toContain(assistant.token);
    expect(JSON.stringify(connections.list())).not.toContain(assistant.token);
    expect(logged.join()).not.toContain(assistant.token);
  });

  it('changes nothing when the token is wrong, and does not repeat it', async () => {
    const assistant = await homeAssistant();
    const { connections } = await running();
    const sentence = await refusal(connections.connect(withToken(assistant.url, 'not-the-token'), ending.signal));
    expect(sentence).toMatch(/token/u);
    expect(sentence).not.toContain('not-the-token');
    expect(connections.list().map(({ type }) => type)).toEqual(['demo']);
    await expect(settingsText()).rejects.toThrow(/ENOENT/u);
    expect(await secretsOf().get(`home-assistant ${assistant.url}`)).toBeUndefined();
  });

  it('keeps the token that works when a later one does not', async () => {
    const assistant = await homeAssistant();
    const { connections } = await running();
    await connections.connect(withToken(assistant.url, assistant.token), ending.signal);
    await refusal(connections.connect(withToken(assistant.url, 'not-the-token'), ending.signal));
    expect(await secretsOf().get(`home-assistant ${assistant.url}`)).toContain(assistant.token);
    expect(connections.list()).toMatchObject([{ status: { state: 'connected' } }]);
  });

  it('can be done anew with another token, without a second way', async () => {
    const assistant = await homeAssistant();
    assistant.authentication.addLongLivedToken('another-token');
    const { connections, live } = await running();
    await connections.connect(withToken(assistant.url, assistant.token), ending.signal);
    const before = live.home.snapshot().entities.length;
    await connections.connect(withToken(assistant.url, 'another-token'), ending.signal);
    expect(connections.list()).toHaveLength(1);
    expect(live.home.snapshot().entities.length).toBe(before);
    expect(await secretsOf().get(`home-assistant ${assistant.url}`)).toContain('another-token');
  });

  it.each([
    ['nobody answers', async () => 'http://127.0.0.1:1', /nobody answers/u],
    ['something else lives there', async () => `http://127.0.0.1:${await strangersPort()}`, /127\.0\.0\.1/u],
    ['the address is none', async () => 'http://a b', /address/u],
  ])('says so when %s', async (_, url, sentence) => {
    const { connections } = await running();
    expect(await refusal(connections.connect(withToken(await url(), 'token'), ending.signal))).toMatch(sentence);
    expect(connections.list().map(({ type }) => type)).toEqual(['demo']);
  });

  it('does not begin while the settings cannot be written back', async () => {
    const assistant = await homeAssistant();
    const { connections } = await running();
    await writeFile(join(folder, 'settings.yaml'), 'room: [\n');
    expect(await refusal(connections.connect(withToken(assistant.url, assistant.token), ending.signal))).toMatch(/cannot be used/u);
    expect(await secretsOf().get(`home-assistant ${assistant.url}`)).toBeUndefined();
    expect(await settingsText()).toBe('room: [\n');
  });

  it('keeps nothing when the secrets cannot be kept', async () => {
    const assistant = await homeAssistant();
    const { connections } = await running();
    await writeFile(join(folder, 'secrets.json'), 'not ours');
    expect(await refusal(connections.connect(withToken(assistant.url, assistant.token), ending.signal))).toMatch(
      /secrets\.json is damaged/u,
    );
    expect(connections.list().map(({ type }) => type)).toEqual(['demo']);
    await expect(settingsText()).rejects.toThrow(/ENOENT/u);
  });

  it('that has lost its token says what to do, and JARVIS starts all the same', async () => {
    await writeFile(join(folder, 'settings.yaml'), 'home:\n  type: home-assistant\n  url: http://127.0.0.1:1\n');
    const { connections } = await running();
    expect(connections.list()).toMatchObject([{ status: { state: 'refused', detail: expect.stringContaining('There is no token') } }]);
  });
});

describe('a login at Home Assistant', () => {
  const origin = 'http://127.0.0.1:7400';
  /** As a person does in a browser: the address that Home Assistant sends back to. */
  async function logIn(authorizeUrl: string): Promise<URLSearchParams> {
    const response = await fetch(`${authorizeUrl}&automatic=1`, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '').searchParams;
  }
  const logins = (): HomeLogins => new HomeLogins({ clock: systemClock, randomToken: randomUUID });
  const value = (query: URLSearchParams, name: string): string => query.get(name) ?? '';

  it('keeps what it was given, and fetches fresh tokens with it', async () => {
    const assistant = await homeAssistant();
    const begun = logins();
    const { authorizeUrl } = begun.start({ url: assistant.url, insecure: false, origin, returnTo: `${origin}/home` });
    const back = await logIn(authorizeUrl);
    const { credentials, returnTo, url } = await begun.finish(value(back, 'state'), value(back, 'code'), ending.signal);
    expect(returnTo).toBe(`${origin}/home`);
    const { connections } = await running();
    await connections.connect({ url, credentials }, ending.signal);
    assistant.authentication.expireAccessTokens();
    expect((await running()).connections.list()).toMatchObject([{ status: { state: 'connected' } }]);
  });

  it('is taken back at Home Assistant when it is forgotten here', async () => {
    const assistant = await homeAssistant();
    const begun = logins();
    const back = await logIn(begun.start({ url: assistant.url, insecure: false, origin, returnTo: origin }).authorizeUrl);
    const { credentials, url } = await begun.finish(value(back, 'state'), value(back, 'code'), ending.signal);
    const { connections } = await running();
    const { connection } = await connections.connect({ url, credentials }, ending.signal);
    await connections.disconnect(connection.id);
    const refreshToken = credentials.type === 'login' ? credentials.refreshToken : '';
    expect(assistant.authentication.refresh(refreshToken, `${origin}/`)).toBeUndefined();
  });

  it('works once, and only when it was begun here', async () => {
    const assistant = await homeAssistant();
    const begun = logins();
    const back = await logIn(begun.start({ url: assistant.url, insecure: false, origin, returnTo: origin }).authorizeUrl);
    expect(await refusal(begun.finish('made-up', value(back, 'code'), ending.signal))).toMatch(/not begun here/u);
    await begun.finish(value(back, 'state'), value(back, 'code'), ending.signal);
    expect(await refusal(begun.finish(value(back, 'state'), value(back, 'code'), ending.signal))).toMatch(/used already/u);
  });

  it('ends after ten minutes', async () => {
    const assistant = await homeAssistant();
    let now = 0;
    const begun = new HomeLogins({ clock: { ...systemClock, now: () => now }, randomToken: () => 'the-state' });
    begun.start({ url: assistant.url, insecure: false, origin, returnTo: origin });
    now = 10 * 60_000 + 1;
    expect(await refusal(begun.finish('the-state', 'code', ending.signal))).toMatch(/took too long/u);
  });
});

describe('brokers and forgetting', () => {
  const broker = async () =>
    parts.use(await startDemoHome({ port: 0, clock: systemClock, random: () => 0.5, log: recordingLog(() => undefined) }));

  it('joins a broker to the home, which keeps its other ways', async () => {
    const assistant = await homeAssistant();
    const { username, password, host } = new URL((await broker()).url);
    const { connections, live } = await running();
    await connections.connect(withToken(assistant.url, assistant.token), ending.signal);
    const { entities } = await connections.connect({ url: `mqtt://${host}`, username, password }, ending.signal);
    expect(entities).toBeGreaterThan(10);
    expect(connections.list().map(({ type }) => type)).toEqual(['home-assistant', 'mqtt']);
    expect(await settingsText()).not.toContain(password);
    expect(live.home.entity('light.kitchen_light')).toBeDefined();
  });

  it('forgets token, settings and devices; without any way left the demo home is back', async () => {
    const assistant = await homeAssistant();
    const { connections, live } = await running();
    const { connection } = await connections.connect(withToken(assistant.url, assistant.token), ending.signal);
    await vi.waitFor(() => expect(assistant.connectionCount).toBe(1));
    await connections.disconnect(connection.id);
    expect(connections.list().map(({ type }) => type)).toEqual(['demo']);
    expect(await secretsOf().get(connection.id)).toBeUndefined();
    expect((await readSettings(folder)).home).toMatchObject([{ type: 'demo' }]);
    expect(live.home.entity('light.kitchen_light')).toBeDefined();
    expect(notices.at(-1)).toContain('the demo home is back');
    await vi.waitFor(() => expect(assistant.connectionCount).toBe(0));
  });

  it('cannot forget what is not there, nor the demo home alone', async () => {
    const { connections } = await running();
    expect(await refusal(connections.disconnect('home-assistant http://nowhere'))).toMatch(/no such way/u);
    expect(await refusal(connections.disconnect('demo'))).toMatch(/stays until/u);
  });

  it('says so when there is no broker', async () => {
    const { connections } = await running();
    expect(await refusal(connections.connect({ url: 'mqtt://127.0.0.1:1' }, ending.signal))).toMatch(/cannot connect|answers/u);
  });

  it.each([
    [{ url: 'mqtt://a', credentials: { type: 'token' as const, token: 't' } }, /not with a token/u],
    [{ url: 'mqtt://a', password: 'p' }, /needs a name/u],
    [{ url: 'http://a' }, /wants a token/u],
    [{ url: 'http://a', username: 'u', credentials: { type: 'token' as const, token: 't' } }, /for brokers/u],
  ])('refuses %j', async (request, sentence) => {
    const { connections } = await running();
    expect(await refusal(connections.connect(request, ending.signal))).toMatch(sentence);
  });
});

async function strangersPort(): Promise<number> {
  const server = createServer((socket) => socket.end('220 ftp.example.org ready\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  parts.defer(async () => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
