import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhraseTranscriber, Transcript } from '../engine.ts';
import { GrammarError } from './grammar-words.ts';
import { createPhraseTranscriber } from './phrase-transcriber.ts';

const lamps = `#JSGF V1.0;
grammar lamps;
public <command> = turn ( on | off ) [ the ] ( living room | kitchen | zigbee xylophone ) ( lamp | light ) | what time is it ;
`;
const doors = '#JSGF V1.0;\ngrammar doors;\npublic <command> = ( lock | unlock ) the ( front | back ) door ;\n';

let transcriber: PhraseTranscriber;
beforeAll(async () => {
  transcriber = await createPhraseTranscriber();
  await transcriber.setGrammar('lamps', lamps);
}, 60_000);
afterAll(() => transcriber[Symbol.dispose]());

async function hear(samples: Int16Array, chunk = 512): Promise<Transcript & { partial: string[] }> {
  using stream = transcriber.open();
  const partial: string[] = [];
  for (let from = 0; from < samples.length; from += chunk) {
    const text = stream.write(samples.subarray(from, from + chunk));
    if (text !== undefined) partial.push(text);
  }
  return { ...(await stream.end()), partial };
}

function noise(length: number, loudness: number): Int16Array {
  let state = 7;
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state / 2 ** 31 - 1) * loudness;
  });
}

describe('the phrase recogniser', () => {
  it.each([
    ['digital silence', new Int16Array(32_000)],
    ['no sound at all', new Int16Array(0)],
    ['one sample', Int16Array.of(1)],
    ['steady noise', noise(32_000, 3_000)],
    ['a square wave at full scale', Int16Array.from({ length: 32_000 }, (_, index) => (index % 80 < 40 ? 32_767 : -32_768))],
  ])('hears no command in %s', async (_, samples) => {
    const heard = await hear(samples);
    expect(heard.rejected || heard.text === '').toBe(true);
    expect(heard.confidence).toBeLessThan(0.5);
  });

  it('takes minutes of silence in one write and forgets them', async () => {
    expect((await hear(new Int16Array(16_000 * 300), Number.POSITIVE_INFINITY)).text).toBe('');
  });

  it('gives the same transcript when ended twice, and nothing for what is written after the end', async () => {
    using stream = transcriber.open();
    stream.write(noise(8_000, 2_000));
    const first = await stream.end();
    expect(stream.write(noise(8_000, 2_000))).toBeUndefined();
    expect(await stream.end()).toBe(first);
  });

  it('refuses a broken grammar and keeps the one it had', async () => {
    await expect(transcriber.setGrammar('broken', '#JSGF V1.0;\ngrammar b;\npublic <a> = turn <nowhere> ;\n')).rejects.toThrow(
      GrammarError,
    );
    expect((await hear(new Int16Array(1_600))).text).toBe('');
    await expect(transcriber.setGrammar('lamps', lamps)).resolves.toBeUndefined();
  });

  it('changes the grammar only when the open utterance has ended', async () => {
    const stream = transcriber.open();
    stream.write(noise(8_000, 2_000));
    let changed = false;
    const change = transcriber.setGrammar('doors', doors).then(() => {
      changed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(changed).toBe(false);
    stream[Symbol.dispose]();
    await change;
    expect(changed).toBe(true);
    await transcriber.setGrammar('lamps', lamps);
  });

  it('gives an abandoned utterance no text, and goes on with the next', async () => {
    const first = transcriber.open();
    const second = transcriber.open();
    expect(first.write(noise(1_600, 500))).toBeUndefined();
    expect((await first.end()).text).toBe('');
    second.write(noise(1_600, 500));
    expect((await second.end()).text).toBe('');
  });

  it('says what is wrong when it has no grammar or is closed', async () => {
    const other = await createPhraseTranscriber();
    expect(() => other.open()).toThrow('no grammar');
    other[Symbol.dispose]();
    expect(() => other.open()).toThrow('closed');
    await expect(other.setGrammar('lamps', lamps)).rejects.toThrow('closed');
  }, 60_000);

  it('works on after its engine was replaced', async () => {
    using small = await createPhraseTranscriber({ recycleAt: 0 });
    await small.setGrammar('lamps', lamps);
    await small.setGrammar('doors', doors);
    using stream = small.open();
    stream.write(new Int16Array(3_200));
    expect((await stream.end()).text).toBe('');
  }, 60_000);
});

const fixtures = process.env.JARVIS_FIXTURES ?? join(import.meta.dirname, '../../../shared/fixtures');
const recordings = existsSync(join(fixtures, 'commands/home'));

describe.skipIf(!recordings)(`the phrase recogniser on recordings${recordings ? '' : ' (skipped: no fixtures)'}`, () => {
  const read = (path: string): Int16Array => {
    const file = readFileSync(join(fixtures, path));
    const data = file.indexOf('data') + 8;
    return Int16Array.from({ length: (file.length - data) >> 1 }, (_, index) => file.readInt16LE(data + 2 * index));
  };

  it('hears commands, with partial texts on the way', async () => {
    const lamp = await hear(read('commands/home/wyoming-fw_turn_on_the_living_room_lamp.wav'));
    expect(lamp).toMatchObject({ rejected: false });
    expect(lamp.text).toMatch(/^turn on (?:the )?living room lamp$/);
    expect(lamp.partial.length).toBeGreaterThan(1);
    expect(await hear(read('commands/home/voice2json_what_time_is_it.wav'))).toMatchObject({ text: 'what time is it', rejected: false });
  }, 60_000);

  it('refuses what the grammar does not have', async () => {
    for (const path of ['commands/coffee/009.wav', 'speech/spk1_snt2.wav'])
      expect(await hear(read(path)), path).toMatchObject({ rejected: true });
  }, 60_000);
});
