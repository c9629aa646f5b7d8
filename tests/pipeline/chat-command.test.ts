import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startOpenAiServer } from '../fakes/llm-servers/start-openai-server.ts';
import { ended, eventsOf, jarvis, makeWorkplace, ofType, startJarvis } from './run-jarvis.ts';

/** A chat at the command line with a provider that says what the test wants; first alone, then through a JARVIS that runs. */
const place = await makeWorkplace();
const llm = await startOpenAiServer();
afterAll(async () => {
  await llm[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

const SETTINGS =
  'server: { port: 0, openBrowser: false }\nvoice: { wake: { engine: none }, stt: { engine: none }, tts: { engine: none } }\n';
let folders = 0;
async function fresh(): Promise<{ data: string; run(args: string[], input?: string): ReturnType<typeof jarvis> }> {
  folders += 1;
  const data = place.path(`data-${folders}`);
  await mkdir(data, { recursive: true });
  await writeFile(`${data}/settings.yaml`, SETTINGS);
  const providers = [{ id: 'scripted', type: 'openai-compatible', url: llm.url, models: [{ id: 'gpt-4o' }] }];
  await writeFile(`${data}/mind.json`, JSON.stringify({ providers }));
  return { data, run: (args, input) => jarvis(args, { data, ...(input === undefined ? {} : { input }) }) };
}
const answers = (): number => llm.requests.length;
let before = 0;
beforeEach(() => {
  before = answers();
  llm.playAlways((seen) => ({
    text: [
      'You ',
      'said: ',
      String(
        seen.messages
          .findLast(({ role }) => role === 'user')
          ?.text.split('\n')
          .at(-1),
      ),
    ],
  }));
});

describe.each(['alone', 'through a JARVIS that runs'])('jarvis chat, %s', (way) => {
  const started: AsyncDisposable[] = [];
  async function chatPlace(): Promise<Awaited<ReturnType<typeof fresh>>> {
    const made = await fresh();
    if (way !== 'alone') started.push(await startRunning(made.data));
    return made;
  }
  afterAll(async () => {
    for (const each of started) await each[Symbol.asyncDispose]();
  });

  test('asks what is piped in line by line, answers each, and runs commands between', { timeout: 90_000 }, async () => {
    const { run } = await chatPlace();
    const { code, stdout } = await run(
      ['chat', '--new'],
      'tell me of Ada\nturn on the kitchen light\nand of Grace\n/again\n/list\n/quit\nnever asked\n',
    );
    expect(code).toBe(0);
    const said = stdout.split('\n').filter((line) => line !== '');
    expect(said.slice(0, 4)).toEqual([
      'You said: tell me of Ada',
      expect.stringMatching(/^The kitchen light is on/u),
      'You said: and of Grace',
      'You said: and of Grace',
    ]);
    expect(stdout).not.toContain('never asked');
    // The phrasebook's own answer cost no model; the question that was answered anew did.
    expect(answers() - before).toBeGreaterThanOrEqual(3);
    // What was said before is known to the model.
    expect(JSON.stringify(llm.requests.at(-1)?.seen.messages)).toContain('Ada');
  });

  test('goes on with the conversation of before, exports it, and keeps another apart', { timeout: 90_000 }, async () => {
    const { run } = await chatPlace();
    await run(['chat', '--new'], 'remember the word marmalade\n');
    const file = place.path(`talk-${folders}.md`);
    const second = await run(
      ['chat'],
      `what was the word\n/export ${file}\n/export ${file}\n/search marmalade\n/open 1\n/new\nanother thing\n`,
    );
    expect(second.code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('marmalade');
    expect(second.stderr).toContain('is there already');
    expect(second.stdout).toContain('marmalade');
    expect(JSON.stringify(llm.requests.at(-1)?.seen.messages)).not.toContain('marmalade');
  });

  test('shows the steps of a model beside its answer, and what needs a yes is not done where nobody sits', {
    timeout: 90_000,
  }, async () => {
    const { run } = await chatPlace();
    llm.playAlways((seen) => {
      const result = seen.messages.at(-1);
      if (result?.role === 'tool') return { text: 'I have seen to it.' };
      const isDoor = JSON.stringify(seen.messages.at(-1)).includes('door');
      return { toolCalls: [{ name: 'say_command', input: { sentence: isDoor ? 'unlock the front door' : 'turn on the kitchen light' } }] };
    });
    const light = await run(['chat', '--new'], 'would you be so kind as to see about some brightness where we cook\n');
    expect(light).toMatchObject({ code: 0, stdout: expect.stringContaining('I have seen to it.') });
    expect(light.stderr).toContain('· home.call-service\n');
    if (way !== 'alone') return;
    // With a JARVIS that runs the page may still say yes, so nothing is answered for it.
    const door = await run(['chat', '--new'], 'somebody stands before the door, what now\n');
    expect(door.stderr).toContain('Nobody is here to approve it, so the answer is no.');
    expect(door.stderr).toContain('· home.call-service denied');
  });

  test('tells every event as JSON', { timeout: 60_000 }, async () => {
    const { run } = await chatPlace();
    const { stdout } = await run(['chat', '--new', '--json'], 'tell me of Ada\n');
    const events = eventsOf(stdout);
    expect(
      ofType(events, 'reply-delta')
        .map(({ text }) => text)
        .join(''),
    ).toContain('You said: tell me of Ada');
    expect(ofType(events, 'model-chosen')[0]).toMatchObject({ provider: 'scripted', model: 'gpt-4o', leavesHouse: false });
    expect(events.at(-1)?.type).toBe('turn-ended');
  });

  test('Ctrl-C stops an answer, and the chat goes on', { timeout: 60_000 }, async () => {
    const { data } = await chatPlace();
    const never = Promise.withResolvers<void>();
    llm.playAlways({ steps: [{ text: 'Once upon a time ' }, { until: never.promise }, { text: 'it ended.' }] });
    const child = startJarvis(['chat', '--new'], data);
    const end = ended(child);
    child.stdin.write('talk without end\n');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    for (let text = ''; !text.includes('(stopped)'); ) text += String((await once(child.stderr, 'data'))[0]);
    child.stdin.end('/quit\n');
    const { code, stdout } = await end;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Once upon a time \n' });
    never.resolve();
  });
});

describe('jarvis ask', () => {
  test('goes to the model where the phrasebook ends; --stream shows the same', { timeout: 60_000 }, async () => {
    const { run } = await fresh();
    expect(await run(['ask', 'tell me of Ada'])).toMatchObject({ code: 0, stdout: 'You said: tell me of Ada\n' });
    expect(await run(['ask', '--stream', 'tell me of Ada'])).toMatchObject({ code: 0, stdout: 'You said: tell me of Ada\n' });
    const verbose = await run(['ask', '--verbose', 'tell me of Ada']);
    expect(verbose.stderr).toMatch(/· scripted\/gpt-4o: .*tokens read/u);
  });

  test('a key that is wrong is told, without the key', { timeout: 60_000 }, async () => {
    const { run } = await fresh();
    llm.playAlways({ trouble: { kind: 'status', status: 401, message: 'Incorrect API key provided: sk-secret' } });
    const result = await run(['ask', 'tell me of Ada']);
    expect(`${result.stdout}${result.stderr}`).not.toContain('sk-secret');
    expect(`${result.stdout}${result.stderr}`).not.toMatch(/^\s+at /mu);
    expect(`${result.stdout}${result.stderr}`.trim()).not.toBe('');
  });
});

describe('jarvis chat refuses', () => {
  test.each([
    [['chat', '--new', '--conversation', 'x'], 'Either --new or --conversation'],
    [['chat', '--conversation', 'no-such-id'], 'There is no conversation "no-such-id"'],
  ])('%j', { timeout: 60_000 }, async (args, words) => {
    const { run } = await fresh();
    const result = await run(args, 'hello\n');
    expect(result.code).toBeGreaterThan(0);
    expect(result.stderr).toContain(words);
    expect(result.stderr).not.toMatch(/^\s+at /mu);
  });

  test('commands that make no sense, and goes on', { timeout: 60_000 }, async () => {
    const { run } = await fresh();
    const result = await run(['chat', '--new'], '/fly\n/open 99\n/again\n/export\n/model nobody/nothing\n/stop\ntell me of Ada\n');
    expect(result.stdout).toBe('You said: tell me of Ada\n');
    for (const words of [
      'There is no /fly',
      'There is no conversation "99"',
      'Nothing was asked yet',
      'Nothing was said yet',
      'no provider called "nobody"',
    ])
      expect(result.stderr).toContain(words);
  });
});

async function startRunning(data: string): Promise<AsyncDisposable> {
  const child = startJarvis(['start', '--no-open'], data);
  for await (const line of createInterface({ input: child.stdout })) if (/http:\/\//u.test(line)) break;
  child.stdout.resume();
  child.stderr.resume();
  expect(existsSync(`${data}/api-token`)).toBe(true);
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    },
  };
}
