import { LISTENING_RATE } from '../../contract/audio.ts';
import { JarvisError } from '../../contract/failure.ts';
import { Resampler } from '../../contract/resampler.ts';

export interface WavSound {
  /** Channels interleaved; full scale is −1 … 1. */
  samples: Float32Array;
  /** Hz */
  sampleRate: number;
  channels: number;
}

type Encoding = 'integer' | 'float';

interface Format {
  encoding: Encoding;
  /** Bytes that one sample of one channel takes, padding included. */
  bytes: number;
  channels: number;
  sampleRate: number;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const CODEC_NAMES: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'µ-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
};
/** A streaming writer that never learned its length leaves this, or 0. */
const UNKNOWN_SIZE = 0xffffffff;
/** One second of eight channels at 768 kHz takes 6 million; an hour of stereo at 96 kHz takes 691 million. */
const MAXIMUM_SAMPLES = 2 ** 30;

/**
 * Reads PCM WAV (RIFF, RF64): 8, 16, 24, 32-bit integers, 32 and 64-bit floats, 1–768 kHz, any number of channels.
 * A file that ends early gives what is there. Throws `JarvisError('bad-audio')` for anything that is no such file.
 */
export function readWav(bytes: Uint8Array): WavSound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkContainer(view);
  let format: Format | undefined;
  let size64: number | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const id = fourCharacters(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === 'ds64' && body + 16 <= view.byteLength) size64 = Number(view.getBigUint64(body + 8, true));
    if (id === 'fmt ') format = readFormat(view, body, Math.min(size, view.byteLength - body));
    if (id === 'data') {
      if (!format) throw bad('its sound comes before the description of its format');
      return readSamples(view, body, dataBytes(view, body, size, size64), format);
    }
    // Chunks are padded to even length.
    at = body + size + (size % 2);
  }
  throw bad(format ? 'there is no sound in the file' : 'the file ends inside its header');
}

/** Any PCM WAV as 16 kHz mono s16; channels are averaged. Throws like `readWav`. */
export function decodeWav(bytes: Uint8Array): Int16Array {
  const sound = readWav(bytes);
  const mono = toMono(sound.samples, sound.channels);
  if (sound.sampleRate === LISTENING_RATE) return toInt16(mono);
  const resampler = new Resampler(sound.sampleRate, LISTENING_RATE);
  const body = resampler.process(mono);
  const tail = resampler.flush();
  const result = new Int16Array(body.length + tail.length);
  result.set(toInt16(body));
  result.set(toInt16(tail), body.length);
  return result;
}

/** A 16-bit mono WAV file. */
export function writeWav(samples: Int16Array, sampleRate: number): Uint8Array {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const write = (at: number, text: string) => {
    for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
  };
  write(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (let index = 0; index < samples.length; index += 1) view.setInt16(44 + index * 2, samples[index] ?? 0, true);
  return bytes;
}

/** Full scale −1 … 1 to s16, rounded and clipped; what is no number becomes silence. */
export function toInt16(samples: Float32Array): Int16Array {
  const result = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) {
    result[index] = Math.max(-32768, Math.min(32767, Math.round((samples[index] ?? 0) * 32768)));
  }
  return result;
}

/** s16 to full scale −1 … 1. */
export function toFloat32(samples: Int16Array): Float32Array {
  const result = new Float32Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) result[index] = (samples[index] ?? 0) / 32768;
  return result;
}

/** The average of all channels. */
export function toMono(samples: Float32Array, channels: number): Float32Array {
  if (channels === 1) return samples;
  const mono = new Float32Array(Math.floor(samples.length / channels));
  for (let frame = 0; frame < mono.length; frame += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += samples[frame * channels + channel] ?? 0;
    mono[frame] = sum / channels;
  }
  return mono;
}

function bad(detail: string): JarvisError {
  return new JarvisError('bad-audio', detail);
}

function fourCharacters(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function checkContainer(view: DataView): void {
  if (view.byteLength === 0) throw bad('the file is empty');
  const start = view.byteLength >= 4 ? fourCharacters(view, 0) : '';
  if (start === 'RIFX') throw bad('big-endian WAV (RIFX) is not supported');
  if (start !== 'RIFF' && start !== 'RF64' && start !== 'BW64') throw bad('it is not a WAV file');
  if (view.byteLength < 12) throw bad('the file ends inside its header');
  const kind = fourCharacters(view, 8);
  if (kind !== 'WAVE') throw bad(`it is a RIFF file, but of kind ${JSON.stringify(kind)}, not WAVE`);
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16) throw bad('the file ends inside its header');
  let code = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const blockAlign = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  // The extensible form keeps the codec in the first two bytes of its sub-format GUID.
  if (code === EXTENSIBLE) {
    if (size < 26) throw bad('the file ends inside its header');
    code = view.getUint16(at + 24, true);
  }
  if (code !== PCM && code !== FLOAT) {
    throw bad(`its codec ${CODEC_NAMES[code] ?? `number ${code}`} is not supported; please convert it to PCM`);
  }
  if (channels === 0) throw bad('it says that it has no channels');
  if (sampleRate < 1_000 || sampleRate > 768_000) throw bad(`a sample rate of ${sampleRate} Hz is not supported (1,000 to 768,000 Hz are)`);
  // 20 or 24 bits may lie left-justified in a wider container, which only the block size tells.
  const container = blockAlign % channels === 0 ? blockAlign / channels : 0;
  const needed = Math.ceil(bits / 8);
  const bytes = container >= needed && container <= 8 ? container : needed;
  const encoding: Encoding = code === FLOAT ? 'float' : 'integer';
  const supported = encoding === 'float' ? bytes === 4 || bytes === 8 : bytes >= 1 && bytes <= 4;
  if (!supported) throw bad(`${bits}-bit ${encoding === 'float' ? 'float' : 'integer'} samples are not supported`);
  return { encoding, bytes, channels, sampleRate };
}

/** How many bytes of sound there are: what the header says, where it knows and the file has them. */
function dataBytes(view: DataView, body: number, size: number, size64: number | undefined): number {
  const available = view.byteLength - body;
  if (size === UNKNOWN_SIZE) return Math.min(size64 ?? available, available);
  if (size === 0 && !isChunkList(view, body)) return available;
  return Math.min(size, available);
}

/** Whether the rest of the file is whole chunks: then a data chunk of size 0 before it is truly empty. */
function isChunkList(view: DataView, from: number): boolean {
  let at = from;
  while (at + 8 <= view.byteLength) {
    if (!/^[\x20-\x7e]{4}$/.test(fourCharacters(view, at))) return false;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return at === view.byteLength || at === view.byteLength + 1;
}

function readSamples(view: DataView, body: number, size: number, format: Format): WavSound {
  const { channels, bytes, sampleRate } = format;
  const count = Math.floor(size / (bytes * channels)) * channels;
  if (count > MAXIMUM_SAMPLES) throw bad('it is too long to be read at once');
  const samples = new Float32Array(count);
  const read = sampleReader(view, format);
  for (let index = 0; index < count; index += 1) {
    const value = read(body + index * bytes);
    samples[index] = Number.isFinite(value) ? value : 0;
  }
  return { samples, sampleRate, channels };
}

/** Reads the sample at a byte offset, full scale −1 … 1. */
function sampleReader(view: DataView, { encoding, bytes }: Format): (at: number) => number {
  if (encoding === 'float') return bytes === 8 ? (at) => view.getFloat64(at, true) : (at) => view.getFloat32(at, true);
  switch (bytes) {
    case 1:
      // 8-bit WAV alone is unsigned.
      return (at) => (view.getUint8(at) - 128) / 128;
    case 2:
      return (at) => view.getInt16(at, true) / 32768;
    case 3:
      return (at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 8388608;
    default:
      return (at) => view.getInt32(at, true) / 2147483648;
  }
}
