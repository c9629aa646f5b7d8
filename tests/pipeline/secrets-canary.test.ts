import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import { hasMosquitto, startMosquitto } from '../fakes/start-mosquitto.ts';
import { jarvis, makeWorkplace, type Workplace } from './run-jarvis.ts';
import { type RunningHost, startHost } from './running-host.ts';

const LIMIT = 180_000;

/** Recognisable, and each of its own kind, so that a leak says where it comes from. */
const CANARY = {
  homeAssistantToken: 'canaryhatoken5511',
  brokerPassword: 'canarybrokerpassword6622',
  weatherKey: 'canaryweatherkey7733',
  apiSecret: 'canaryapisecret8844',
  doorCode: '99559955',
  spokenPin: '83318331',
};

const PLUGIN = {
  'manifest.json': JSON.stringify({
    name: 'leak',
    version: '1.0.0',
    title: 'Leak',
    description: 'Tells everything it is told.',
    runtime: { type: 'module', entry: 'leak.mjs' },
    permissions: { secrets: ['weather key'] },
    tools: [
      { name: 'say', title: 'Leak it', description: 'Says it.', risk: 'observe', input: { type: 'object', additionalProperties: true } },
      {
        name: 'fail',
        title: 'Fail with it',
        description: 'Fails with it.',
        risk: 'observe',
        input: { type: 'object', additionalProperties: true },
      },
    ],
  }),
  'leak.mjs': `export default {
    say: async (_input, { secret }) => { const key = await secret('weather key'); console.error('log', key); return { key, list: [key, 'a' + key + 'b'], url: 'https://x/?k=' + encodeURIComponent(key) }; },
    fail: async (_input, { secret }) => { throw new Error('GET https://weather/?key=' + (await secret('weather key')) + ' failed'); },
  };`,
};

const canUsePasswords = hasMosquitto && spawnSync('mosquitto_passwd', ['--help']).error === undefined;

describe('secrets that were planted everywhere', () => {
  const parts = new AsyncDisposableStack();
  let host: RunningHost;
  let place: Workplace;
  /** What every way out has said, by the way. */
  const said = new Map<string, string>();
  const tell = (way: string, text: unknown): void => {
    said.set(way, `${said.get(way) ?? ''}${typeof text === 'string' ? text : JSON.stringify(text)}\n`);
  };

  beforeAll(async () => {
    place = parts.use(await makeWorkplace());
    const home = parts.use(await startFakeHomeAssistant({ token: CANARY.homeAssistantToken }));
    host = parts.use(await startHost('log: { level: debug }\n'));
    const run = async (args: string[], input?: string) => {
      const ended = await jarvis(args, { data: host.data, ...(input === undefined ? {} : { input }) });
      tell(`jarvis ${args.slice(0, 2).join(' ')}`, ended);
      return ended;
    };
    await mkdir(join(host.data, 'plugins', 'leak'), { recursive: true });
    for (const [file, text] of Object.entries(PLUGIN)) await writeFile(join(host.data, 'plugins', 'leak', file), text);

    expect((await run(['home', 'connect', home.url, '--token-stdin'], CANARY.homeAssistantToken)).code).toBe(0);
    if (canUsePasswords) {
      const file = place.path('passwords');
      await mkdir(place.folder, { recursive: true });
      spawnSync('mosquitto_passwd', ['-b', '-c', file, 'ada', CANARY.brokerPassword]);
      const broker = parts.use(
        await // As whoever it was started by: it would give root up, and with it the right to read this file.
        startMosquitto(['allow_anonymous false', `password_file ${file}`, `user ${userInfo().username}`]),
      );
      expect((await run(['home', 'connect', broker.url, '--username', 'ada', '--password-stdin'], CANARY.brokerPassword)).code).toBe(0);
    }
    expect((await run(['secrets', 'set', 'weather key', '--stdin'], CANARY.weatherKey)).code).toBe(0);
    tell('POST /secrets', (await host.call('POST', '/secrets', { name: 'from the api', value: CANARY.apiSecret })).answer);
    // Refused inputs are answered too, and must not be quoted.
    tell('POST /secrets, refused', await host.call('POST', '/secrets', { name: '', value: CANARY.apiSecret }));
    tell(
      'POST /home/connections, refused',
      await host.call('POST', '/home/connections', { url: 'nonsense', token: CANARY.homeAssistantToken }),
    );

    // Busy: commands, calls with a code in them, a plugin that says and fails with what it was told.
    await host.until(() => host.events.some((event) => event.type === 'snapshot') || undefined);
    const tools = await waitForPlugin(host);
    tell('GET /tools', tools);
    const reviewed = await host.call('POST', '/tools/review', { name: 'leak.say' });
    tell('POST /tools/review', reviewed.answer);
    await host.call('POST', '/tools/review', { name: 'leak.fail' });
    for (let round = 0; round < 5; round += 1) {
      tell('plugin output', await approved(host, tell, '/tools/run', { name: 'leak.say', input: {} }));
      tell('plugin error', await approved(host, tell, '/tools/run', { name: 'leak.fail', input: {} }));
      const unlock = { service: 'lock.unlock', entityIds: ['lock.front_door'], data: { code: CANARY.doorCode } };
      tell('POST /home/call', await approved(host, tell, '/home/call', unlock));
      await host.ask('turn on the kitchen light');
      await host.ask(`unlock the front door with the code ${CANARY.spokenPin}`, false);
    }
    for (const path of [
      '/status',
      '/doctor',
      '/settings',
      '/approvals',
      '/secrets',
      '/home/connections',
      '/tools',
      '/approvals/stats',
      '/policy',
      '/mcp',
    ]) {
      tell(`GET ${path}`, (await host.call('GET', path)).answer);
    }
    tell('POST /audit/search', (await host.call('POST', '/audit/search', { limit: 500 })).answer);
    await run(['doctor', '--json']);
    await run(['audit', 'tail', '-n', '1000', '--json']);
    const tasks = new Set(host.events.flatMap((event) => (event.type === 'turn-event' ? [event.event.turnId] : [])));
    for (const task of [...tasks].slice(0, 3)) await run(['audit', 'export', '--task', task]);
    await run(['secrets', 'list']);
    tell('what the host printed', host.printed());
  }, LIMIT);
  afterAll(() => parts.disposeAsync());

  const leaksIn = (text: string, canaries: Record<string, string> = CANARY): string[] =>
    Object.entries(canaries)
      .filter(([, value]) =>
        [value, encodeURIComponent(value), Buffer.from(value).toString('base64'), Buffer.from(value).toString('hex')].some((form) =>
          text.includes(form),
        ),
      )
      .map(([name]) => name);

  it('were really used: the plugin got its key, the home its token, the lock its code', () => {
    expect(said.get('plugin output')).toContain('"outcome":"accepted"');
    expect(said.get('plugin error')).toContain('GET https://weather/?key=');
    expect(said.get('POST /audit/search')).toContain('"act":"used"');
    expect(said.get('POST /audit/search')).toContain('"code":"(secret)"');
    if (!canUsePasswords) console.warn('skipped: no broker with passwords on this machine, so its password was not planted');
  });

  it('come out of no answer, no command, no log and no report', () => {
    expect([...said].flatMap(([way, text]) => leaksIn(text).map((name) => `${name} in ${way}`))).toEqual([]);
  });

  it('are in no event of a page; what a person said is there for that person, and nothing else of it', () => {
    const { spokenPin: _, ...others } = CANARY;
    const events = host.events.map((event) => JSON.stringify(event));
    expect(events.flatMap((event) => leaksIn(event, others))).toEqual([]);
    const withPin = host.events.filter((event) => JSON.stringify(event).includes(CANARY.spokenPin));
    // What was said is told back, so the eye that looks for it is open.
    expect(withPin.length).toBeGreaterThan(0);
    expect(new Set(withPin.map((event) => (event.type === 'turn-event' ? event.event.type : event.type)))).not.toContain('tool-requested');
  });

  it('lie in no file of the data folder as they are', async () => {
    const leaks: string[] = [];
    for (const name of await readdir(host.data, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const text = await readFile(join(name.parentPath, name.name), 'latin1');
      leaks.push(...leaksIn(text).map((canary) => `${canary} in ${name.name}`));
    }
    expect(leaks).toEqual([]);
  });

  it('are not in what is printed when it ends badly', async () => {
    const failing = await startHost('log: { level: debug }\n');
    await failing.call('POST', '/secrets', { name: 'weather key', value: CANARY.weatherKey });
    // A file of secrets that was damaged under it is the worst that can be said about secrets.
    await writeFile(join(failing.data, 'secrets.json'), `{"format":"${CANARY.weatherKey}`);
    const answers = [
      await failing.call('POST', '/secrets', { name: 'weather key', value: CANARY.apiSecret }),
      await failing.call('GET', '/secrets'),
      await failing.call('GET', '/doctor'),
    ];
    await failing[Symbol.asyncDispose]();
    expect(leaksIn(JSON.stringify(answers) + failing.printed())).toEqual([]);
  });
});

async function waitForPlugin(host: RunningHost): Promise<unknown> {
  const named = z.array(z.object({ name: z.string() }).loose());
  for (let look = 0; look < 200; look += 1) {
    const tools = named.parse((await host.call('GET', '/tools')).answer);
    if (tools.some(({ name }) => name === 'leak.say')) return tools;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the plugin did not come');
}

/** Calls, says yes to whatever waits for it meanwhile, and keeps what was shown. */
async function approved(host: RunningHost, tell: (way: string, text: unknown) => void, path: string, body: unknown): Promise<unknown> {
  const pending = z.array(z.object({ id: z.string() }).loose());
  const calling = host.call('POST', path, body).then(({ answer }) => ({ answer }));
  for (;;) {
    const ended = await Promise.race([calling, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50))]);
    if (ended !== undefined) return ended.answer;
    const approvals = pending.parse((await host.call('GET', '/approvals')).answer);
    tell('GET /approvals, pending', approvals);
    for (const { id } of approvals) await host.call('POST', '/approvals/answer', { approvalId: id, approved: true, by: 'cli' });
  }
}
