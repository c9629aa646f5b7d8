import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { openDataFolder } from '../../store/data-folder.ts';
import { writeWav } from '../../voice/audio/wav.ts';
import { createSynthesizer } from '../../voice/tts/create-synthesizer.ts';
import { readSettings } from '../host/settings-file.ts';
import { playWav } from '../microphone/play-wav.ts';
import { CommandError, complain, printJson } from './output.ts';

export function addSay(program: Command): Command {
  return program
    .command('say <TEXT...>')
    .description("Say a text in JARVIS's voice, through the speakers or into a WAV file.")
    .option('--out <FILE.wav>', 'write a WAV file instead of playing it')
    .option('--json', 'print one JSON object about the sound')
    .action(async (words: string[], options: { out?: string; json?: boolean }) => {
      const settings = (await readSettings(await openDataFolder())).voice.tts;
      const { synthesizer, report } = await createSynthesizer(settings);
      try {
        const chunks: Int16Array[] = [];
        let sampleRate = 0;
        for await (const frame of synthesizer.speak(words.join(' '), settings, new AbortController().signal)) {
          sampleRate = frame.sampleRate;
          chunks.push(frame.samples);
        }
        const samples = joined(chunks);
        if (samples.length === 0) throw new CommandError(`Nothing was said: ${report.detail}`);
        const wav = writeWav(samples, sampleRate);
        if (options.out !== undefined) await writeFile(options.out, wav);
        else await playWav(wav);
        if (options.json === true)
          printJson({ engine: report.engine, sampleRate, ms: Math.round((samples.length / sampleRate) * 1000), out: options.out });
        else if (options.out !== undefined) complain(`Written to ${options.out}`);
      } finally {
        synthesizer[Symbol.dispose]();
      }
    });
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
