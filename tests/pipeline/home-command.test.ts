import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { EntitySchema } from '../../contract/home.ts';
import { HomeConnectionSchema, TrialSchema } from '../../contract/interface.ts';
import { startDemoHome } from '../../iot/demo/start-demo-home.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { ended, jarvis, jsonLines, makeWorkplace, startJarvis } from './run-jarvis.ts';

const assistant = await startFakeHomeAssistant({ token: 'the-token-of-this-test' });
afterAll(() => assistant[Symbol.asyncDispose]());

const connectionsIn = (text: string) => jsonLines(text).map((line) => HomeConnectionSchema.parse(line));

describe('jarvis home, without a running JARVIS', () => {
  test('connects, shows, finds and forgets a Home Assistant', async () => {
    await using place = await makeWorkplace();
    const run = (args: string[], input?: string) =>
      jarvis(['home', ...args], { data: place.data, ...(input === undefined ? {} : { input }) });
    const connected = await run(['connect', assistant.url, '--token-stdin', '--json'], `${assistant.token}\n`);
    expect(connected).toMatchObject({ code: 0, stderr: '' });
    expect(connectionsIn(connected.stdout)).toMatchObject([{ type: 'home-assistant', url: assistant.url }]);
    const settings = await readFile(`${place.data}/settings.yaml`, 'utf8');
    expect(settings).toContain(assistant.url);
    expect(settings).not.toContain(assistant.token);

    const status = await run(['status']);
    expect(status).toMatchObject({ code: 0, stdout: `ok    Home Assistant at ${assistant.url}: connected\n` });

    const found = await run(['find', 'kitchen', 'light', '--json']);
    expect(found.code).toBe(0);
    const ids = jsonLines(found.stdout).map((line) => z.object({ entityId: z.string() }).parse(line).entityId);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).toContain('light.kitchen_ceiling');
    expect(await run(['find', 'xyzzy'])).toMatchObject({ code: 1, stdout: '', stderr: 'There is nothing like "xyzzy" in this home.\n' });

    expect(await run(['disconnect', assistant.url])).toMatchObject({ code: 0 });
    const after = await run(['status', '--json']);
    expect(connectionsIn(after.stdout)).toMatchObject([{ type: 'demo' }]);
  });

  test('refuses a wrong token in words, keeps nothing, and never repeats it', async () => {
    await using place = await makeWorkplace();
    const result = await jarvis(['home', 'connect', assistant.url, '--token-stdin'], { data: place.data, input: 'wrong-token' });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/token/u);
    expect(result.stderr).not.toContain('wrong-token');
    expect(result.stderr).not.toMatch(/^\s+at /mu);
    expect(connectionsIn((await jarvis(['home', 'status', '--json'], { data: place.data })).stdout)).toMatchObject([{ type: 'demo' }]);
  });

  test.each([
    [['connect', 'http://127.0.0.1:1', '--token-stdin'], 'nobody answers'],
    [['connect', 'ftp://home', '--token-stdin'], 'is not the address of a Home Assistant'],
    [['connect', 'http://127.0.0.1:1'], 'Nobody is here to ask for the token'],
    [['connect', 'mqtt://127.0.0.1:1'], '127.0.0.1:1'],
    [['connect', 'mqtt://127.0.0.1:1', '--token-stdin'], '--token-stdin is for Home Assistant'],
    [['connect', 'mqtt://127.0.0.1:1', '--password-stdin'], '--password-stdin needs --username'],
    [['connect', 'mqtt://127.0.0.1:1', '--login'], 'Only a Home Assistant has a login'],
    [['connect', 'http://127.0.0.1:1', '--username', 'ada', '--token-stdin'], 'are for brokers'],
    [['disconnect', 'http://127.0.0.1:1'], 'There is no such way into the home'],
    [['connect'], "missing required argument 'URL'"],
  ])('refuses %j', async (args, sentence) => {
    await using place = await makeWorkplace();
    const result = await jarvis(['home', ...args], { data: place.data, input: 'something' });
    expect(result.code).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain(sentence);
    expect(result.stderr).not.toMatch(/^\s+at /mu);
  });

  test('refuses an empty token', async () => {
    await using place = await makeWorkplace();
    const result = await jarvis(['home', 'connect', assistant.url, '--token-stdin'], { data: place.data });
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: 'There is no token on stdin.\n' });
  });

  test('says what is wrong with a certificate nobody has signed, and takes it with --insecure', async () => {
    await using secure = await startFakeHomeAssistant({ tls: true });
    await using place = await makeWorkplace();
    const connect = (...more: string[]) =>
      jarvis(['home', 'connect', secure.url, '--token-stdin', ...more], { data: place.data, input: secure.token });
    const refused = await connect();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--insecure');
    expect(await connect('--insecure')).toMatchObject({ code: 0 });
    expect(await jarvis(['home', 'status'], { data: place.data })).toMatchObject({ code: 0 });
  });

  test('logs in with a browser', async () => {
    await using place = await makeWorkplace();
    const child = startJarvis(['home', 'connect', assistant.url, '--login'], place.data);
    const authorizeUrl = await lineWith(child, '/auth/authorize');
    const done = ended(child);
    const page = await fetch(`${authorizeUrl}&automatic=1`);
    expect(await page.text()).toContain('JARVIS is connected');
    expect(await done).toMatchObject({ code: 0, stdout: `Connected: Home Assistant at ${assistant.url}.\n` });
    expect(await jarvis(['home', 'status'], { data: place.data })).toMatchObject({ code: 0 });
  });

  test('connects a broker with name and password, and keeps the password with the secrets', async () => {
    await using demo = await startDemoHome({ port: 0, clock: systemClock, random: () => 0.5, log: silentLog });
    const { username, password, host } = new URL(demo.url);
    await using place = await makeWorkplace();
    const connect = (input: string) =>
      jarvis(['home', 'connect', `mqtt://${host}`, '--username', username, '--password-stdin'], { data: place.data, input });
    const refused = await connect('wrong-password');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/password|authorized/iu);
    expect(refused.stderr).not.toContain('wrong-password');
    expect(await connect(password)).toMatchObject({ code: 0, stdout: `Connected: MQTT at mqtt://${host}.\n` });
    expect(await readFile(`${place.data}/settings.yaml`, 'utf8')).not.toContain(password);
    expect((await jarvis(['home', 'find', 'kitchen', 'light'], { data: place.data })).stdout).toContain('light.kitchen_light');
  });

  test('keeps a broken file of secrets as it is', async () => {
    await using place = await makeWorkplace();
    await jarvis(['home', 'connect', assistant.url, '--token-stdin'], { data: place.data, input: assistant.token });
    await writeFile(`${place.data}/secrets.json`, '{"half');
    const status = await jarvis(['home', 'status'], { data: place.data });
    expect(status.code).toBe(1);
    expect(status.stdout).toContain('secrets.json is damaged');
    expect(await readFile(`${place.data}/secrets.json`, 'utf8')).toBe('{"half');
  });
});

describe('jarvis home, beside a running JARVIS', () => {
  let place: Awaited<ReturnType<typeof makeWorkplace>>;
  let host: ChildProcessWithoutNullStreams;
  let origin: string;
  beforeAll(async () => {
    place = await makeWorkplace();
    host = startJarvis(['start', '--no-open', '--port', '0'], place.data);
    origin = new URL((await lineWith(host, 'http://')).replace('JARVIS: ', '')).origin;
  }, 60_000);
  afterAll(async () => {
    host.kill('SIGTERM');
    if (host.exitCode === null && host.signalCode === null) await once(host, 'close');
    await place[Symbol.asyncDispose]();
  }, 30_000);

  const run = (args: string[], input?: string) =>
    jarvis(['home', ...args], { data: place.data, ...(input === undefined ? {} : { input }) });
  async function call<Answer>(schema: z.ZodType<Answer>, method: string, path: string, body?: unknown, status = 200): Promise<Answer> {
    const token = (await readFile(`${place.data}/api-token`, 'utf8')).trim();
    const response = await fetch(`${origin}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    expect([response.status, answer]).toEqual([status, expect.anything()]);
    return schema.parse(answer);
  }
  const outcomes = z.array(z.object({ outcome: z.string(), reason: z.string().optional() }));
  async function find(...words: string[]): Promise<z.infer<typeof FoundSchema>[]> {
    return jsonLines((await run(['find', ...words, '--json'])).stdout).map((line) => FoundSchema.parse(line));
  }

  test('joins the home at once, and the demo home makes room', async () => {
    expect(connectionsIn((await run(['status', '--json'])).stdout)).toMatchObject([{ type: 'demo', status: { state: 'connected' } }]);
    expect(await run(['connect', assistant.url, '--token-stdin'], assistant.token)).toMatchObject({ code: 0 });
    expect(connectionsIn((await run(['status', '--json'])).stdout)).toMatchObject([
      { type: 'home-assistant', status: { state: 'connected', title: `Home Assistant at ${assistant.url}` } },
    ]);
    const lights = (await find('light')).map(({ entityId }) => entityId);
    expect(lights).toContain('light.kitchen_ceiling');
    // Of the demo home.
    expect(lights).not.toContain('light.kitchen_counter_light');
    expect(await run(['connect', assistant.url, '--token-stdin'], 'wrong-token')).toMatchObject({ code: 1, stdout: '' });
  }, 60_000);

  test('puts back what was done, through the gate', async () => {
    const entityId = 'light.bedroom_lamp';
    const before = assistant.entity(entityId).state;
    const service = before === 'on' ? 'light.turn_off' : 'light.turn_on';
    expect(await call(outcomes, 'POST', '/home/call', { service, entityIds: [entityId] })).toMatchObject([{ outcome: 'confirmed' }]);
    expect(assistant.entity(entityId).state).not.toBe(before);
    expect(await call(outcomes, 'POST', '/undo', {})).toMatchObject([{ outcome: 'confirmed' }]);
    expect(assistant.entity(entityId).state).toBe(before);
  }, 60_000);

  test('says what a sentence would do, with sentences that are not saved yet, and then saves them', async () => {
    const state = assistant.entity('light.bedroom_lamp').state;
    const trial = await call(TrialSchema, 'POST', '/try', { text: 'turn on the bedroom lamp' });
    expect(trial).toMatchObject({ understood: true, problems: [] });
    expect(trial.effects.join()).toMatch(/bedroom lamp/iu);
    const sentences = 'intents:\n  CinemaTime:\n    sentences: [cinema time]\n    reply: Enjoy the film.\n';
    expect(await call(TrialSchema, 'POST', '/try', { text: 'cinema time' })).toMatchObject({ understood: false });
    expect(await call(TrialSchema, 'POST', '/try', { text: 'cinema time', sentences })).toMatchObject({
      understood: true,
      effects: ['Enjoy the film.'],
    });
    expect(await call(TrialSchema, 'POST', '/try', { text: 'cinema time', sentences: 'intents: [' })).toMatchObject({ problems: [{}] });
    const saved = z.object({ saved: z.boolean(), problems: z.array(z.unknown()) });
    expect(await call(saved, 'POST', '/sentences', { text: 'intents: [' })).toMatchObject({ saved: false });
    expect(await call(saved, 'POST', '/sentences', { text: sentences })).toEqual({ saved: true, problems: [] });
    const asked = await jarvis(['ask', 'cinema time'], { data: place.data });
    expect(asked.stdout).toBe('Enjoy the film.\n');
    const own = z.object({ text: z.string(), path: z.string(), problems: z.array(z.unknown()) });
    expect(await call(own, 'GET', '/sentences')).toMatchObject({ text: sentences, problems: [] });
    expect(assistant.entity('light.bedroom_lamp').state).toBe(state);
  }, 60_000);

  test('renames and hides here alone', async () => {
    await call(z.object({}), 'POST', '/home/entities', { entityId: 'light.bedroom_lamp', name: 'Reading lamp' });
    expect(await find('reading')).toMatchObject([{ entityId: 'light.bedroom_lamp' }]);
    await call(z.object({}), 'POST', '/home/entities', { entityId: 'light.bedroom_lamp', name: null });
    expect(await find('reading')).toEqual([]);
    expect(
      await call(z.object({ message: z.string() }), 'POST', '/home/entities', { entityId: 'light.none', name: 'X' }, 409),
    ).toMatchObject({
      message: 'I do not know light.none.',
    });
  }, 60_000);

  test('logs in with a browser, back to the page of JARVIS', async () => {
    const again = await run(['connect', assistant.url, '--login']);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('disconnect it first');
    expect(await run(['disconnect', assistant.url])).toMatchObject({ code: 0 });
    expect(connectionsIn((await run(['status', '--json'])).stdout)).toMatchObject([{ type: 'demo' }]);
    const child = startJarvis(['home', 'connect', assistant.url, '--login'], place.data);
    const authorizeUrl = await lineWith(child, '/auth/authorize');
    const done = ended(child);
    const page = await fetch(`${authorizeUrl}&automatic=1`);
    expect(page.url.startsWith(origin)).toBe(true);
    expect(await page.text()).toContain(`url=${origin}/`);
    expect(await done).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () => expect(connectionsIn((await run(['status', '--json'])).stdout)).toMatchObject([{ url: assistant.url }]),
      10_000,
    );
  }, 60_000);

  test('is told by doctor', async () => {
    const report = z.object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })), entities: z.number() });
    const { checks, entities } = await call(report, 'GET', '/doctor');
    expect(checks).toContainEqual(expect.objectContaining({ name: `Home Assistant at ${assistant.url}`, ok: true, detail: 'connected' }));
    expect(checks).toContainEqual(expect.objectContaining({ name: 'secrets', ok: true }));
    expect(entities).toBeGreaterThan(10);
  });
});

const FoundSchema = EntitySchema.pick({ name: true, domain: true, state: true }).extend({
  entityId: z.string(),
  area: z.string().optional(),
});

/** The first line, on either stream, that has this in it. */
async function lineWith(child: ChildProcessWithoutNullStreams, part: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const seen: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      seen.push(line);
      if (line.includes(part)) resolve(line);
    });
  }
  child.once('close', () => reject(new Error(`it ended, saying: ${seen.join(' | ')}`)));
  return promise;
}
