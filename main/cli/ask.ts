import type { Command } from 'commander';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { roomIn } from './home-of.ts';
import { collect } from './options.ts';
import { CommandError, print, printJson } from './output.ts';
import { askInTerminal, isTerminal, withHost } from './run-host.ts';

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
      const text = words.join(' ');
      const own = options.home !== undefined || options.phrasebook.length > 0 || !options.builtIn;
      const running = own ? undefined : await findRunningHost();
      const events = running === undefined ? await askOwnHost(text, options) : await askRunningHost(running, text, options);
      if (options.json === true) for (const event of events) printJson(event);
      else for (const event of events) if (event.type === 'reply-ended' && event.text !== '') print(event.text);
      if (events.some((event) => event.type === 'turn-failed' || (event.type === 'tool-ended' && isBad(event.outcome))))
        throw new CommandError('', 1);
    });
}

/** A host for this one question. */
function askOwnHost(text: string, options: AskOptions): Promise<TurnEvent[]> {
  return withHost({ ...options, voice: false }, async (host, signal) => {
    const room = options.room === undefined ? host.settings.room : roomIn(host.home.snapshot(), options.room);
    signal.addEventListener('abort', () => host.conversation.cancel());
    const turnId = host.conversation.ask(text, { source: 'cli', dryRun: options.dryRun ?? false, ...(room === undefined ? {} : { room }) });
    await host.conversation.settled();
    return host.journal.recent().find((turn) => turn.turnId === turnId)?.events ?? [];
  });
}

/** The JARVIS that runs already: its home, its page, its timers. */
async function askRunningHost(running: RunningHost, text: string, options: AskOptions): Promise<TurnEvent[]> {
  const stopping = new AbortController();
  const interrupt = (): void => stopping.abort(new Error('interrupted'));
  process.on('SIGINT', interrupt);
  try {
    return await running.ask(
      { text, dryRun: options.dryRun ?? false, ...(options.room === undefined ? {} : { room: options.room }) },
      // Without a terminal the page may still answer.
      async (approval) => (isTerminal() ? askInTerminal(approval, stopping.signal) : undefined),
      stopping.signal,
    );
  } finally {
    process.off('SIGINT', interrupt);
  }
}

const isBad = (outcome: string): boolean => outcome === 'denied' || outcome === 'failed' || outcome === 'rejected';
