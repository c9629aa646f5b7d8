import type { Command } from 'commander';
import type { ChatOptions } from './chat-options.ts';
import { collect } from './options.ts';
import { CommandError } from './output.ts';

export function addChat(program: Command): Command {
  return program
    .command('chat')
    .description('Talk with JARVIS at the terminal; what is piped in is asked line by line.')
    .option('--new', 'begin a new conversation (default: go on with the last one)')
    .option('--conversation <ID>', 'go on with this one')
    .option('--plain', 'answers as they are written, without colours')
    .option('--home <demo|FILE>', 'the home to act on (default: the one in the settings)')
    .option('--phrasebook <DIR>', 'a folder of own sentences; may be given several times', collect, [])
    .option('--no-built-in', 'leave the built-in phrasebook out')
    .option('--room <AREA>', 'the room it is said in')
    .option('--json', 'print the turn events, one JSON object per line')
    .option('--verbose', 'which model answers and what it takes; log to stderr')
    .action(async (options: ChatOptions) => {
      const { chat } = await import('./chat-host.ts');
      if (!(await chat(options))) throw new CommandError('', 1);
    });
}
