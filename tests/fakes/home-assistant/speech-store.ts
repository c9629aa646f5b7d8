/** What has been spoken, by token, for `/api/tts_proxy/<token>`. The sound is a tone as long as the words would take. */
export class SpeechStore {
  readonly #spoken = new Map<string, string>();
  #count = 0;

  reserve(): string {
    this.#count += 1;
    const token = `fake${this.#count}.wav`;
    this.#spoken.set(token, '');
    return token;
  }

  fill(token: string, words: string): void {
    this.#spoken.set(token, words);
  }

  words(token: string): string | undefined {
    return this.#spoken.get(token);
  }

  wav(token: string): Buffer | undefined {
    const words = this.#spoken.get(token);
    return words === undefined ? undefined : tone(Math.max(1, words.length) * 60);
  }
}

const sampleRate = 16_000;

/** 440 Hz, 16 bit mono, with the header of a WAV file. */
function tone(ms: number): Buffer {
  const samples = Math.round((sampleRate * ms) / 1000);
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    wav.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / sampleRate)), 44 + index * 2);
  }
  return wav;
}
