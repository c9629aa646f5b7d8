import type { Command } from 'commander';
import type { ListenOptions } from './listen-host.ts';
import { collect } from './options.ts';
import { CommandError } from './output.ts';

export function addListen(program: Command): Command {
  return program
    .command('listen [FILE...]')
    .description('Hear commands: from WAV files (any PCM), from raw 16 kHz s16le on stdin (-), or from the microphone.')
    .option('--wake <none|auto>', 'auto waits for "Jarvis"; none takes the whole sound as one command', 'auto')
    .option('--home <demo|FILE>', 'the home to act on (default: the one in the settings)')
    .option('--phrasebook <DIR>', 'a folder of own sentences; may be given several times', collect, [])
    .option('--no-built-in', 'leave the built-in phrasebook out')
    .option('--room <AREA>', 'the room that hears it')
    .option('--dry-run', 'decide everything, do nothing')
    .option('--json', 'print the turn events, one JSON object per line')
    .option('--verbose', 'log to stderr')
    .action(async (files: string[], options: ListenOptions) => {
      if (options.wake !== 'auto' && options.wake !== 'none') throw new CommandError(`--wake is auto or none, not ${options.wake}`);
      const { listen } = await import('./listen-host.ts');
      const bad = await listen(files, options);
      if (bad > 0) throw new CommandError('', 1);
    });
}
