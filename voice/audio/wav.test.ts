import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JarvisError } from '../../contract/failure.ts';
import { decodeWav, readWav, writeWav } from './wav.ts';

interface Layout {
  code?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  blockAlign?: number;
  extensible?: boolean;
  before?: Uint8Array;
  after?: Uint8Array;
  dataSize?: number;
  head?: string;
}

const text = (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0));

function word(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) % 256);
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function chunk(id: string, body: Uint8Array, size = body.length): Uint8Array {
  return join(text(id), word(size, 4), body, new Uint8Array(body.length % 2));
}

/** A WAV file by hand, so that the reader is not proved by the writer. */
function wav(
  data: Uint8Array,
  { code = 1, channels = 1, rate = 16_000, bits = 16, blockAlign, extensible, before, after, dataSize, head = 'RIFF' }: Layout = {},
) {
  const align = blockAlign ?? (channels * bits) / 8;
  const format = join(
    word(extensible ? 0xfffe : code, 2),
    word(channels, 2),
    word(rate, 4),
    word(rate * align, 4),
    word(align, 2),
    word(bits, 2),
  );
  const extension = extensible ? join(word(22, 2), word(bits, 2), word(0, 4), word(code, 2), new Uint8Array(14)) : new Uint8Array(0);
  const body = join(
    text('WAVE'),
    before ?? new Uint8Array(0),
    chunk('fmt ', join(format, extension)),
    chunk('data', data, dataSize),
    after ?? new Uint8Array(0),
  );
  return join(text(head), word(body.length, 4), body);
}

function refusal(bytes: Uint8Array): string {
  try {
    readWav(bytes);
  } catch (error) {
    if (error instanceof JarvisError && error.failure.code === 'bad-audio') return error.failure.detail ?? '';
    throw error;
  }
  return 'was read';
}

const s16 = (...values: number[]) => new Uint8Array(Int16Array.from(values).buffer);

describe('readWav', () => {
  test('reads every PCM width on the same scale', () => {
    const wanted = [-1, -0.5, 0, 0.5];
    const files = [
      wav(Uint8Array.of(0, 64, 128, 192), { bits: 8 }),
      wav(s16(-32768, -16384, 0, 16384)),
      wav(Uint8Array.of(0, 0, 0x80, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0x40), { bits: 24 }),
      wav(new Uint8Array(Int32Array.of(-(2 ** 31), -(2 ** 30), 0, 2 ** 30).buffer), { bits: 32 }),
      wav(new Uint8Array(Float32Array.from(wanted).buffer), { bits: 32, code: 3 }),
      wav(new Uint8Array(Float64Array.from(wanted).buffer), { bits: 64, code: 3 }),
      wav(s16(-32768, -16384, 0, 16384), { extensible: true }),
      wav(new Uint8Array(Float32Array.from(wanted).buffer), { bits: 32, code: 3, extensible: true }),
    ];
    for (const file of files) expect([...readWav(file).samples]).toEqual(wanted);
  });

  test('reads 24 bits that lie in a container of four bytes', () => {
    const file = wav(new Uint8Array(Int32Array.of(-(2 ** 31), 2 ** 30).buffer), { bits: 24, blockAlign: 4 });
    expect([...readWav(file).samples]).toEqual([-1, 0.5]);
  });

  test('keeps rate and channels', () => {
    const { samples, sampleRate, channels } = readWav(wav(s16(1, 2, 3, 4, 5, 6), { channels: 3, rate: 96_000 }));
    expect([samples.length, sampleRate, channels]).toEqual([6, 96_000, 3]);
  });

  test('steps over other chunks, odd ones with their padding', () => {
    const file = wav(s16(7), {
      before: join(chunk('LIST', text('odd')), chunk('bext', new Uint8Array(600))),
      after: chunk('id3 ', text('x')),
    });
    expect([...readWav(file).samples]).toEqual([7 / 32768]);
  });

  test.each([0, 0xffffffff, 1_000_000])('takes what is there when the size says %i', (dataSize) => {
    expect(readWav(wav(s16(1, 2, 3), { dataSize })).samples.length).toBe(3);
  });

  test('knows an empty recording from one of unknown length', () => {
    expect(readWav(wav(new Uint8Array(0))).samples.length).toBe(0);
    expect(readWav(wav(new Uint8Array(0), { after: chunk('LIST', text('INFO')) })).samples.length).toBe(0);
  });

  test('drops half a sample at a torn end', () => {
    const file = wav(s16(1, 2, 3, 4), { channels: 2 });
    expect(readWav(file.subarray(0, file.length - 1)).samples.length).toBe(2);
  });

  test('reads RF64 with its length in ds64', () => {
    const ds64 = chunk('ds64', join(word(0, 8), word(4, 8), word(0, 12)));
    const file = wav(s16(1, 2), { head: 'RF64', before: ds64, dataSize: 0xffffffff, after: chunk('LIST', text('INFO')) });
    expect(readWav(file).samples.length).toBe(2);
  });

  test('hears no number as silence', () => {
    const data = new Uint8Array(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 0.5).buffer);
    expect([...readWav(wav(data, { bits: 32, code: 3 })).samples]).toEqual([0, 0, 0.5]);
  });

  test.each([
    ['an empty file', new Uint8Array(0), 'the file is empty'],
    ['text', text('hello, this is no recording at all'), 'it is not a WAV file'],
    ['three bytes', text('RIF'), 'it is not a WAV file'],
    ['an MP3', join(text('ID3'), new Uint8Array(100)), 'it is not a WAV file'],
    ['an AVI', join(text('RIFF'), word(100, 4), text('AVI '), new Uint8Array(96)), 'of kind "AVI "'],
    ['a big-endian file', join(text('RIFX'), new Uint8Array(40)), 'big-endian'],
    ['a header cut in the container', wav(s16(1)).subarray(0, 9), 'ends inside its header'],
    ['a header cut in the format', wav(s16(1)).subarray(0, 30), 'ends inside its header'],
    ['a header cut before the sound', wav(s16(1)).subarray(0, 40), 'no sound in the file'],
    ['A-law', wav(s16(1), { code: 6, bits: 8 }), 'A-law'],
    ['MP3 in WAV', wav(s16(1), { code: 85 }), 'MP3'],
    ['an unknown codec', wav(s16(1), { code: 4711 }), 'number 4711'],
    ['no channels', wav(s16(1), { channels: 0 }), 'no channels'],
    ['a rate of 0', wav(s16(1), { rate: 0 }), '0 Hz'],
    ['a rate of 4 GHz', wav(s16(1), { rate: 4_000_000_000 }), '4000000000 Hz'],
    ['0 bits', wav(s16(1), { bits: 0 }), '0-bit'],
    ['64-bit integers', wav(s16(1, 2, 3, 4), { bits: 64 }), '64-bit integer'],
    ['16-bit floats', wav(s16(1), { bits: 16, code: 3 }), '16-bit float'],
  ])('refuses %s in plain words', (_, bytes, words) => {
    expect(refusal(bytes)).toContain(words);
  });

  test('ends in sound or in a refusal, whatever the bytes', () => {
    const valid = wav(s16(1, 2, 3, 4), { extensible: true, before: chunk('LIST', text('abc')) });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 12 }), fc.nat(valid.length), (changes, length) => {
        const file = valid.slice(0, length);
        for (const [at, value] of changes) file[at] = value;
        expect(typeof refusal(file)).toBe('string');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('decodeWav', () => {
  test('gives 16 kHz mono s16 back bit by bit', () => {
    const samples = Int16Array.of(-32768, -1, 0, 1, 32767);
    expect(decodeWav(writeWav(samples, 16_000))).toEqual(samples);
  });

  test('averages channels', () => {
    expect([...decodeWav(wav(s16(100, 300, -100, -300), { channels: 2 }))]).toEqual([200, -200]);
  });

  test('brings every rate to 16 kHz', () => {
    for (const rate of [1_000, 8_000, 22_050, 44_100, 48_000, 96_000, 768_000]) {
      expect(decodeWav(writeWav(new Int16Array(rate / 10), rate)).length).toBe(1_600);
    }
  });

  test('clips what is louder than full scale', () => {
    const data = new Uint8Array(Float32Array.of(3, -3).buffer);
    expect([...decodeWav(wav(data, { bits: 32, code: 3 }))]).toEqual([32767, -32768]);
  });
});
