import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CommandError, complain, printJson } from './output.ts';

export function addSay(program: Command): Command {
  return program
    .command('say <TEXT...>')
    .description("Say a text in JARVIS's voice, through the speakers or into a WAV file.")
    .option('--out <FILE.wav>', 'write a WAV file instead of playing it')
    .option('--json', 'print one JSON object about the sound')
    .action(async (words: string[], options: { out?: string; json?: boolean }) => {
      const text = words.join(' ').trim();
      if (text === '') throw new CommandError('There is nothing to say: the text is empty.');
      const [{ openDataFolder }, { readSettings }, { createSynthesizer }, { writeWav }] = await Promise.all([
        import('../../store/data-folder.ts'),
        import('../host/settings-file.ts'),
        import('../../voice/tts/create-synthesizer.ts'),
        import('../../voice/audio/wav.ts'),
      ]);
      const settings = (await readSettings(await openDataFolder())).voice.tts;
      const { synthesizer, report } = await createSynthesizer(settings);
      try {
        const chunks: Int16Array[] = [];
        let sampleRate = 0;
        for await (const frame of synthesizer.speak(text, settings, new AbortController().signal)) {
          sampleRate = frame.sampleRate;
          chunks.push(frame.samples);
        }
        const samples = joined(chunks);
        if (samples.length === 0) throw new CommandError(`${report.engine} gave no sound for this text.`);
        const wav = writeWav(samples, sampleRate);
        if (options.out === undefined) await (await import('../microphone/play-wav.ts')).playWav(wav);
        else await write(options.out, wav);
        if (options.json === true)
          printJson({ engine: report.engine, sampleRate, ms: Math.round((samples.length / sampleRate) * 1000), out: options.out });
        else if (options.out !== undefined) complain(`Written to ${options.out}`);
      } finally {
        synthesizer[Symbol.dispose]();
      }
    });
}

async function write(path: string, wav: Uint8Array): Promise<void> {
  try {
    await writeFile(path, wav);
  } catch (error) {
    throw new CommandError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, 1, { cause: error });
  }
}

function joined(chunks: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
