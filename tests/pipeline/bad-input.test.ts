import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { eventsOf, jarvis, jsonLines, makeWorkplace, ofType } from './run-jarvis.ts';
import { wavOf } from './wav-of.ts';

const place = await makeWorkplace();
afterAll(() => place[Symbol.asyncDispose]());
const run = (args: string[], data = place.data) => jarvis(args, { data });

async function write(name: string, content: string | Buffer): Promise<string> {
  const path = place.path(name);
  await mkdir(place.path(name, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

const pcm = { code: 1, channels: 1, sampleRate: 16_000, bits: 16 };
const noNumbers = Buffer.from(
  Float32Array.from({ length: 16_000 }, (_, index) => (index % 3 === 0 ? Number.NaN : Number.POSITIVE_INFINITY)).buffer,
);

describe.concurrent('recordings that are none', () => {
  test('are told one by one, and the sounds among them are still heard', async () => {
    const refused = [
      [await write('text.wav', 'this is no sound at all, only text'), 'it is not a WAV file'],
      [await write('empty.wav', ''), 'the file is empty'],
      [place.folder, 'it is a folder, not a WAV file'],
      [place.path('missing.wav'), 'there is no such file'],
      [await write('truncated.wav', wavOf(pcm, Buffer.alloc(0)).subarray(0, 20)), 'the file ends inside its header'],
      [await write('alaw.wav', wavOf({ ...pcm, code: 6, bits: 8 }, Buffer.alloc(8_000))), 'A-law is not supported'],
    ] as const;
    const heard = [
      await write('eight-bit.wav', wavOf({ ...pcm, sampleRate: 8_000, bits: 8 }, Buffer.alloc(8_000, 128))),
      await write('stereo-96k.wav', wavOf({ ...pcm, channels: 2, sampleRate: 96_000 }, Buffer.alloc(384_000))),
      await write('no-numbers.wav', wavOf({ ...pcm, code: 3, bits: 32 }, noNumbers)),
    ];
    const result = await run(['listen', '--wake', 'none', '--json', ...refused.map(([file]) => file), ...heard]);
    expect(result.code).toBe(1);
    const failures = new Map(ofType(eventsOf(result.stdout), 'turn-failed').map(({ file, failure }) => [file, failure]));
    for (const [file, why] of refused) {
      expect(failures.get(file)).toMatchObject({ code: 'bad-audio', detail: expect.stringContaining(why) });
      expect(result.stderr).toContain(`${file}: `);
    }
    for (const file of heard) expect(failures.get(file)).toEqual({ code: 'no-speech' });
    expect(result.stderr).not.toMatch(/^\s+at /mu);
  });

  test('ten minutes of silence hold no command', async () => {
    const file = await write('ten-minutes.wav', wavOf(pcm, Buffer.alloc(600 * 32_000)));
    const result = await run(['listen', '--wake', 'none', '--json', file]);
    expect(result.code).toBe(0);
    expect(ofType(eventsOf(result.stdout), 'turn-failed')).toMatchObject([{ failure: { code: 'no-speech' } }]);
  });

  test('silence wakes nobody', async () => {
    const file = await write('silence.wav', wavOf(pcm, Buffer.alloc(60 * 32_000)));
    expect(await run(['listen', '--wake', 'auto', '--json', file])).toMatchObject({ code: 0, stdout: '' });
  });

  test('a room that is not there is refused', async () => {
    const result = await run(['listen', '--room', 'moon', place.path('missing.wav')]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('There is no area moon');
  });
});

describe.concurrent('home files', () => {
  const entity = '  - {id: light.a, name: A lamp}\n';
  test.each([
    ['unknown-key.yaml', `entities:\n${entity}  - {id: light.b, name: B, colour: red}\n`, /:3: .*unknown key "colour"/u],
    ['twice.yaml', `entities:\n${entity}${entity}`, /:3: .*light\.a.*taken/u],
    ['broken.yaml', 'entities: [\n  - x: {', /:\d+: This is not YAML/u],
    ['binary.yaml', Buffer.from([0xff, 0xfe, 0, 1, 2, 0x80]), /not a text file in UTF-8/u],
    ['empty.yaml', '', /The file is empty/u],
  ])('%s is refused with its place and a fix', async (name, content, told) => {
    const file = await write(name, content);
    const results = await Promise.all([run(['match', '--home', file, 'hello']), run(['ask', '--home', file, 'hello'])]);
    for (const result of results) {
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toContain(name);
      expect(result.stderr).toMatch(told);
      expect(result.stderr).not.toMatch(/^\s+at /mu);
    }
  });

  test('one of 10,000 entities is understood and acted on', async () => {
    const lamps = Array.from({ length: 10_000 }, (_, index) => `  - {id: light.l${index}, name: Lamp number ${index}, area: kitchen}`);
    const file = await write('large.yaml', `areas:\n  - {id: kitchen, name: Kitchen}\nentities:\n${lamps.join('\n')}\n`);
    const sentence = 'turn on lamp number 4711';
    const [matched, asked] = await Promise.all([
      run(['match', '--home', file, sentence]),
      run(['ask', '--json', '--home', file, sentence]),
    ]);
    expect(jsonLines(matched.stdout)).toMatchObject([{ intent: 'HassTurnOn', targets: ['light.l4711'] }]);
    expect(asked.code).toBe(0);
    expect(ofType(eventsOf(asked.stdout), 'tool-ended')).toMatchObject([{ outcome: 'confirmed' }]);
  });
});

describe.concurrent('phrasebooks', () => {
  test.each([
    ['key', 'intents:\n  Foo:\n    sentences: ["hi"]\n    bogus: 1\n', /a\.yaml:4: unknown key "bogus".*known: sentences/u],
    ['template', 'intents:\n  Foo:\n    sentences: ["hi (there"]\n', /a\.yaml:3: .*never closed; add "\)"/u],
    ['list', 'intents:\n  Foo:\n    sentences: ["hi {thing:nolist}"]\n', /a\.yaml:3: there is no list "nolist"; known: /u],
  ])('with a broken %s are refused with file, line and a fix', async (name, content, told) => {
    await write(`phrases-${name}/a.yaml`, content);
    const folder = place.path(`phrases-${name}`);
    const results = await Promise.all([run(['match', '--phrasebook', folder, 'hi']), run(['ask', '--phrasebook', folder, 'hi'])]);
    for (const result of results) {
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(told);
      expect(result.stderr).not.toMatch(/^\s+at /mu);
    }
  });

  test('in a folder that is missing or empty are refused', async () => {
    await mkdir(place.path('no-phrases'));
    const [empty, missing] = await Promise.all([
      run(['match', '--phrasebook', place.path('no-phrases'), 'hi']),
      run(['match', '--phrasebook', place.path('absent'), 'hi']),
    ]);
    expect(empty.stderr).toContain('no phrasebook file in this folder; add a file');
    expect(missing.stderr).toContain('cannot be read; check the path');
    expect([empty.code, missing.code]).toEqual([1, 1]);
  });
});

describe.concurrent('the data folder', () => {
  test('that is a file, or lies below one, is refused', async () => {
    const file = await write('a-file', 'x');
    for (const data of [file, `${file}/below`]) {
      const result = await run(['ask', 'what time is it'], data);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toContain('a file stands where a folder should be. Set JARVIS_DATA');
    }
  });

  test.each([
    ['an unknown key', 'voice: {bogus: 1}', /line 1, voice\.bogus: Unrecognized key: "bogus"/u],
    ['broken YAML', 'voice: [\n x', /line 2/u],
    ['no map', '- 1', /expected object/u],
  ])('with settings of %s is refused', async (name, content, told) => {
    const data = place.path(`settings of ${name}`);
    await write(`settings of ${name}/settings.yaml`, content);
    const result = await run(['ask', 'what time is it'], data);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('settings.yaml cannot be used');
    expect(result.stderr).toMatch(told);
    expect(result.stderr).not.toMatch(/^\s+at /mu);
  });
});
