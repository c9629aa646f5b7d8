/** What a WAV header says; `code` 1 is PCM, 3 float, 6 A-law. */
export interface WavFormat {
  code: number;
  channels: number;
  /** Hz */
  sampleRate: number;
  bits: number;
}

/** A WAV file of any format around bytes that are in it already. */
export function wavOf({ code, channels, sampleRate, bits }: WavFormat, data: Buffer): Buffer {
  const header = Buffer.alloc(44);
  const frame = (channels * bits) / 8;
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(code, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * frame, 28);
  header.writeUInt16LE(frame, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** Floats (full scale −1 … 1) as 24-bit, the same on two channels. */
export function stereo24(samples: Float32Array, sampleRate: number): Buffer {
  const data = Buffer.alloc(samples.length * 6);
  samples.forEach((sample, index) => {
    const value = Math.round(Math.max(-1, Math.min(1, sample)) * 8_388_607);
    data.writeIntLE(value, index * 6, 3);
    data.writeIntLE(value, index * 6 + 3, 3);
  });
  return wavOf({ code: 1, channels: 2, sampleRate, bits: 24 }, data);
}

/** Floats as 8-bit unsigned mono. */
export function mono8(samples: Float32Array, sampleRate: number): Buffer {
  const data = Buffer.from(Uint8Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 127) + 128));
  return wavOf({ code: 1, channels: 1, sampleRate, bits: 8 }, data);
}
