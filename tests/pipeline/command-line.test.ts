import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readWav } from '../../voice/audio/wav.ts';
import { ended, eventsOf, jarvis, jsonLines, makeWorkplace, ofType, startJarvis } from './run-jarvis.ts';

const place = await makeWorkplace();
afterAll(() => place[Symbol.asyncDispose]());
const run = (args: string[], input?: string) => jarvis(args, { data: place.data, ...(input === undefined ? {} : { input }) });

describe.concurrent('the command line', () => {
  test('shows its commands, and each command its options', async () => {
    const all = await run(['--help']);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    const names = ['listen', 'ask', 'match', 'say', 'home', 'doctor', 'start'];
    for (const name of names) expect(all.stdout).toContain(`  ${name} `);
    const helps = await Promise.all(names.map((name) => run([name, '--help'])));
    for (const [index, help] of helps.entries()) {
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain(`Usage: jarvis ${names[index]}`);
    }
  });

  test.each([
    [['sing'], "unknown command 'sing'"],
    [['match', '--loud'], "unknown option '--loud'"],
    [['ask'], "missing required argument 'TEXT'"],
    [['listen', '--wake', 'perhaps'], '--wake is auto or none, not perhaps'],
    [['start', '--port', 'abc'], 'A port is a number'],
    [['say', ' '], 'the text is empty'],
    [['match', '--sentences', 'absent.txt'], 'absent.txt cannot be read'],
    [['ask', '--room', 'moon', 'what time is it'], 'There is no area moon in this home. There is: kitchen'],
  ])('refuses %j on stderr', async (args, message) => {
    const result = await run(args);
    expect(result.code).toBeGreaterThan(0);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/^\s+at /mu);
  });
});

describe.concurrent('jarvis match', () => {
  test('tells what each sentence of a file means', async () => {
    const sentences = place.path('sentences.txt');
    await writeFile(sentences, 'turn on the kitchen light\r\n\nblah blah\nturn off the kitchen light and open the bedroom blinds\n');
    const result = await run(['match', '--sentences', sentences]);
    expect(result.code).toBe(0);
    const ms: unknown = expect.any(Number);
    expect(jsonLines(result.stdout)).toEqual([
      {
        text: 'turn on the kitchen light',
        intent: 'HassTurnOn',
        slots: { name: 'Kitchen light' },
        targets: ['light.kitchen_light'],
        confidence: 1,
        ms,
      },
      expect.objectContaining({ text: 'blah blah', intent: null }),
      expect.objectContaining({
        intent: 'HassTurnOff',
        targets: ['light.kitchen_light'],
        commands: [
          expect.objectContaining({ intent: 'HassTurnOff', targets: ['light.kitchen_light'] }),
          expect.objectContaining({ intent: 'HassTurnOn', targets: ['cover.bedroom_blinds'] }),
        ],
      }),
    ]);
  });

  test('reads sentences from stdin', async () => {
    const lines = jsonLines((await run(['match'], 'what time is it\nunlock the front door')).stdout);
    expect(lines).toMatchObject([{ intent: 'HassGetCurrentTime' }, { intent: 'HassTurnOff', targets: ['lock.front_door_lock'] }]);
  });

  test('ends cleanly when its reader goes away', async () => {
    const child = startJarvis(['match'], place.data);
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.end('turn on the kitchen light\n'.repeat(5_000));
    expect(await ended(child)).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});

describe('jarvis ask', () => {
  test('answers in words', async () => {
    expect(await run(['ask', 'turn', 'on', 'the kitchen light'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/kitchen light is on/u),
      stderr: '',
    });
  });

  test('tells a turn by its events', async () => {
    const result = await run(['ask', '--json', 'turn on the kitchen light']);
    expect(result.code).toBe(0);
    expect(eventsOf(result.stdout).map(timeless)).toMatchSnapshot();
  });

  test('leaves a lock alone when nobody is there to approve', async () => {
    const result = await run(['ask', '--json', 'unlock the front door']);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Nobody is here to approve it');
    expect(eventsOf(result.stdout).map(timeless)).toMatchSnapshot();
  });

  test('does nothing in a dry run', async () => {
    const result = await run(['ask', '--json', '--dry-run', 'turn on the kitchen light and unlock the front door']);
    expect(result.code).toBe(0);
    const tools = ofType(eventsOf(result.stdout), 'tool-ended');
    expect(tools.map(({ dryRun }) => dryRun)).toEqual([true, true]);
    expect(eventsOf(result.stdout).some(({ type }) => type === 'approval-asked')).toBe(false);
  });

  test('says that it does not know, and fails', async () => {
    const result = await run(['ask', '--json', 'blah blah blah']);
    expect(result.code).toBe(1);
    expect(eventsOf(result.stdout).map(timeless)).toMatchSnapshot();
  });

  test('works twice at once on one data folder', async () => {
    const both = await Promise.all([run(['ask', 'turn on the kitchen light']), run(['ask', 'turn on the living room lamp'])]);
    for (const result of both) expect(result).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.concurrent('jarvis say and doctor', () => {
  test('writes a WAV with sound in it', async () => {
    const out = place.path('said.wav');
    const result = await run(['say', '--json', '--out', out, 'The kitchen light is on.']);
    expect(result.code).toBe(0);
    const sound = readWav(await readFile(out));
    const said = z.object({ ms: z.number(), sampleRate: z.number() }).parse(JSON.parse(result.stdout));
    expect(said).toEqual({ ms: Math.round((sound.samples.length / sound.sampleRate) * 1000), sampleRate: sound.sampleRate });
    expect(said.ms).toBeGreaterThan(500);
    expect(Math.max(...sound.samples)).toBeGreaterThan(0.1);
  });

  test('says why a WAV cannot be written', async () => {
    const result = await run(['say', '--out', place.path('no', 'such', 'folder.wav'), 'hello']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('folder.wav cannot be written');
  });

  test('reports engines, home and an unbroken audit', async () => {
    const result = await run(['doctor', '--json']);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      dataFolder: place.data,
      engines: expect.arrayContaining([expect.objectContaining({ part: 'stt' }), expect.objectContaining({ part: 'wake' })]),
      checks: expect.arrayContaining([expect.objectContaining({ name: 'audit', ok: true, detail: expect.stringContaining('unbroken') })]),
    });
  });
});

/** An event without what differs from run to run: ids, times, and the reply's words, which vary by design. */
function timeless(event: object): object {
  const same = Object.entries(event).filter(
    ([key]) => !['turnId', 'at', 'requestId', 'approvalId', 'expiresAt', 'confidence'].includes(key),
  );
  const reply = 'type' in event && (event.type === 'reply-delta' || event.type === 'reply-ended');
  return Object.fromEntries(same.map(([key, value]: [string, unknown]) => [key, reply && key === 'text' ? '…' : value]));
}
