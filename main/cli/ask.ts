import type { Command } from 'commander';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { roomIn } from './home-of.ts';
import { collect } from './options.ts';
import { CommandError, print, printJson } from './output.ts';
import { withHost } from './run-host.ts';

interface AskOptions {
  home?: string;
  phrasebook: string[];
  builtIn: boolean;
  room?: string;
  dryRun?: boolean;
  json?: boolean;
  verbose?: boolean;
}

export function addAsk(program: Command): Command {
  return program
    .command('ask <TEXT...>')
    .description('Say something to JARVIS in writing and see what comes of it.')
    .option('--home <demo|FILE>', 'the home to act on (default: the one in the settings)')
    .option('--phrasebook <DIR>', 'a folder of own sentences; may be given several times', collect, [])
    .option('--no-built-in', 'leave the built-in phrasebook out')
    .option('--room <AREA>', 'the room it is said in')
    .option('--dry-run', 'decide everything, do nothing')
    .option('--json', 'print the turn events, one JSON object per line')
    .option('--verbose', 'log to stderr')
    .action(async (words: string[], options: AskOptions) => {
      const succeeded = await withHost({ ...options, voice: false }, async (host, signal) => {
        const events: TurnEvent[] = [];
        const room = options.room === undefined ? host.settings.room : roomIn(host.home.snapshot(), options.room);
        signal.addEventListener('abort', () => host.conversation.cancel());
        const turnId = host.conversation.ask(words.join(' '), {
          source: 'cli',
          dryRun: options.dryRun ?? false,
          ...(room === undefined ? {} : { room }),
        });
        await host.conversation.settled();
        events.push(...(host.journal.recent().find((turn) => turn.turnId === turnId)?.events ?? []));
        if (options.json === true) for (const event of events) printJson(event);
        else for (const event of events) if (event.type === 'reply-ended' && event.text !== '') print(event.text);
        return events.every((event) => event.type !== 'turn-failed' && !(event.type === 'tool-ended' && isBad(event.outcome)));
      });
      if (!succeeded) throw new CommandError('', 1);
    });
}

const isBad = (outcome: string): boolean => outcome === 'denied' || outcome === 'failed' || outcome === 'rejected';
