import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ApprovalSchema, ListedToolSchema, ToolOutcomeSchema } from '../../contract/tool.ts';
import { jarvis, jsonLines, makeWorkplace, type Workplace } from './run-jarvis.ts';
import { type RunningHost, startHost } from './running-host.ts';

const MANIFEST = {
  name: 'dice',
  version: '1.0.0',
  title: 'Dice',
  description: 'Rolls dice.',
  runtime: { type: 'module', entry: 'dice.mjs' },
  tools: [
    {
      name: 'roll',
      title: 'Roll dice',
      description: 'Rolls so many dice.',
      input: { type: 'object', properties: { dice: { type: 'integer', minimum: 1 } }, required: ['dice'], additionalProperties: false },
    },
  ],
};

async function putPlugin(
  data: string,
  manifest: object = MANIFEST,
  code = 'export default { roll: ({ dice }) => Array(dice).fill(4) };',
): Promise<void> {
  await mkdir(`${data}/plugins/dice`, { recursive: true });
  await writeFile(`${data}/plugins/dice/dice.mjs`, code);
  await writeFile(`${data}/plugins/dice/manifest.json`, JSON.stringify(manifest));
}

describe('jarvis tools, with no JARVIS running', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await makeWorkplace();
    await putPlugin(place.data);
  });
  afterAll(() => place[Symbol.asyncDispose]());
  const tools = (...args: string[]) => jarvis(['tools', ...args], { data: place.data });

  test('lists every tool, and finds by words', async () => {
    const all = jsonLines((await tools('list', '--json')).stdout).map((line) => ListedToolSchema.parse(line));
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['home.call-service', 'timer.start', 'dice.roll']));
    expect((await tools('dice')).stdout).toContain('dice.roll');
    const found = await tools('list', 'roll', 'dice');
    expect(found.stdout.split('\n')[0]).toBe('dice.roll  Roll dice (guarded, plugin dice, review required)');
    expect(await tools('list', 'xyzzy')).toMatchObject({ code: 1, stdout: '', stderr: 'There is no tool like "xyzzy".\n' });
  });

  test('lets a plugin run only when it was looked at, and asks for it even then', async () => {
    const first = await tools('run', 'dice.roll', '{"dice":2}', '--json');
    expect(first.code).toBe(1);
    expect(ToolOutcomeSchema.parse(jsonLines(first.stdout)[0])).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('looked at'),
    });
    expect((await tools('show', 'dice.roll')).stdout).toContain('Wants a look first: it is new (jarvis tools review dice.roll)');
    expect(await tools('review', 'dice')).toMatchObject({ code: 0, stdout: 'dice may run. It may touch: nothing but its input.\n' });
    expect(await tools('review', 'dice')).toMatchObject({ code: 1 });
    const dry = await tools('run', 'dice.roll', '{"dice":2}', '--dry-run', '--json');
    expect(jsonLines(dry.stdout)[0]).toMatchObject({ outcome: 'accepted', dryRun: true, reason: expect.stringContaining('ask') });
    const asked = await tools('run', 'dice.roll', '{"dice":2}');
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain('Use Roll dice of the plugin Dice with dice 2');
    expect(asked.stderr).toContain('Nobody is here to approve it');
  });

  test('runs what needs no yes', async () => {
    const looked = await tools('run', 'home.find-entities', '{}', '--json');
    expect(ToolOutcomeSchema.safeParse(jsonLines(looked.stdout)[0]).success).toBe(true);
  });

  test('keeps what was switched off, off', async () => {
    expect(await tools('disable', 'timer.start', '--json')).toMatchObject({ code: 0, stdout: '{"name":"timer.start","enabled":false}\n' });
    const off = await tools('run', 'timer.start', '{}');
    expect(off.stderr).toContain('Start a timer is switched off');
    expect((await jarvis(['ask', 'set a timer for ten minutes'], { data: place.data })).stdout).toContain('switched off');
    expect((await tools('enable', 'timer.start')).code).toBe(0);
  });

  test.each([
    [['run', 'dice.roll', '{'], 'is no JSON', 2],
    [['run', 'nothing.there'], 'There is no tool called nothing.there', 1],
    [['run', 'dice.roll', '{"dice":"two"}'], 'cannot be called like this', 1],
    [['show', 'nothing'], 'There is no tool called nothing', 1],
    [['enable', 'nothing'], 'There is no tool called nothing', 1],
    [['review', '__proto__'], 'Nothing called __proto__ waits', 1],
  ])('says what is wrong with %j', async (args, sentence, code) => {
    const result = await tools(...args);
    expect(result.stderr).toContain(sentence);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toMatch(/^\s+at /mu);
  });

  test('says in the doctor what is left out, and how programs are shut in', async () => {
    await mkdir(`${place.data}/plugins/broken`, { recursive: true });
    await writeFile(`${place.data}/plugins/broken/manifest.json`, '{');
    const { stdout } = await jarvis(['doctor', '--json'], { data: place.data });
    const { checks } = z
      .object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })) })
      .parse(jsonLines(stdout)[0]);
    expect(checks).toContainEqual({
      name: 'plugin broken',
      ok: false,
      detail: expect.stringContaining('no JSON'),
    });
    expect(checks.find(({ name }) => name === 'sandbox')?.detail).toMatch(/^programs are shut in/u);
  });
});

describe('jarvis tools, beside a JARVIS that runs', () => {
  let host: RunningHost;
  beforeAll(async () => {
    host = await startHost();
  });
  afterAll(() => host[Symbol.asyncDispose]());
  const tools = (...args: string[]) => jarvis(['tools', ...args], { data: host.data });

  test('a plugin that is put in its folder is there at once, is looked at, asked for, run, changed and stopped again', async () => {
    await putPlugin(host.data);
    const listed = async () => z.array(ListedToolSchema).parse((await host.call('GET', '/tools')).answer);
    const roll = async () => (await listed()).find(({ name }) => name === 'dice.roll');
    await expect.poll(async () => (await roll())?.review, { timeout: 10_000 }).toEqual(['it is new']);
    expect((await tools('review', 'dice')).code).toBe(0);

    const running = host.call('POST', '/tools/run', { name: 'dice.roll', input: { dice: 3 } });
    const approvals = async () => z.array(ApprovalSchema).parse((await host.call('GET', '/approvals')).answer);
    await expect.poll(approvals, { timeout: 10_000 }).toHaveLength(1);
    const [approval] = await approvals();
    expect(approval).toMatchObject({ tool: 'dice.roll', risk: 'guarded', source: 'api', input: { dice: 3 } });
    await host.call('POST', '/approvals/answer', { approvalId: approval?.id, approved: true });
    const { answer } = await running;
    expect(ToolOutcomeSchema.parse(answer)).toMatchObject({
      outcome: 'accepted',
      output: [4, 4, 4],
      taint: { origin: 'plugin', name: 'Dice' },
    });
    expect(await roll()).toMatchObject({ calls: 1 });

    await putPlugin(host.data, { ...MANIFEST, version: '1.1.0', permissions: { network: ['dice.example.org'] } });
    const changed = ['it has changed since it was looked at', 'it may now touch the internet at dice.example.org'];
    await expect.poll(async () => (await roll())?.review, { timeout: 10_000 }).toEqual(changed);
    expect((await tools('run', 'dice.roll', '{"dice":1}')).stderr).toContain('must be looked at');

    await writeFile(`${host.data}/plugins/dice/manifest.json`, '{');
    await expect.poll(roll, { timeout: 10_000 }).toBeUndefined();
    await host.until(() => host.events.find((event) => event.type === 'notice' && event.text.includes('The plugin dice is left out')));
    expect(await host.say('what time is it')).toMatchObject({ type: 'query_answer' });
  });

  test('the search of the API ranks, and odd names are refused in words', async () => {
    const found = z.array(ListedToolSchema).parse((await host.call('GET', '/tools?search=timer')).answer);
    expect(found[0]?.name).toMatch(/^timer\./u);
    const { status, answer } = await host.call('POST', '/tools/enable', { name: 'nothing', enabled: true });
    expect(status).toBe(409);
    expect(answer).toMatchObject({ message: 'There is no tool called nothing.' });
  });
});
