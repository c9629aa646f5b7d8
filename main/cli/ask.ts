import type { Command } from 'commander';
import type { AskOptions } from './ask-host.ts';
import { collect } from './options.ts';
import { CommandError, print, printJson } from './output.ts';

export function addAsk(program: Command): Command {
  return program
    .command('ask <TEXT...>')
    .description('Say something to JARVIS in writing and see what comes of it.')
    .option('--home <demo|FILE>', 'the home to act on (default: the one in the settings)')
    .option('--phrasebook <DIR>', 'a folder of own sentences; may be given several times', collect, [])
    .option('--no-built-in', 'leave the built-in phrasebook out')
    .option('--room <AREA>', 'the room it is said in')
    .option('--dry-run', 'decide everything, do nothing')
    .option('--to <URL>', 'another JARVIS, asked with the key of this device (see: jarvis trust)')
    .option('--host <ID>', 'with --to: its id, as "jarvis trust key" shows it there')
    .option('--stream', 'print the answer while it is being written')
    .option('--json', 'print the turn events, one JSON object per line')
    .option('--verbose', 'which model answers, on what it leans, what it takes; log to stderr')
    .action(async (words: string[], options: AskOptions & { json?: boolean; stream?: boolean; to?: string; host?: string }) => {
      if (options.to !== undefined) return askElsewhere(words.join(' '), { ...options, to: options.to });
      const [{ askHost }, { ShowTurn }] = await Promise.all([import('./ask-host.ts'), import('./chat-show.ts')]);
      const isStyled = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '';
      const show = new ShowTurn({ styled: isStyled, steps: false, verbose: options.verbose === true, streamed: options.stream === true });
      const events = await askHost(words.join(' '), options, (event) => (options.json === true ? printJson(event) : show.tell(event)));
      if (events.some((event) => event.type === 'turn-failed' || (event.type === 'tool-ended' && isBad(event.outcome))))
        throw new CommandError('', 1);
    });
}

async function askElsewhere(
  text: string,
  options: { to: string; host?: string; room?: string; dryRun?: boolean; json?: boolean },
): Promise<void> {
  const { to, host, room, dryRun } = options;
  if (host === undefined) throw new CommandError('Which JARVIS is it? Give --host with the id that "jarvis trust key" shows there.');
  const { askSigned } = await import('./ask-signed.ts');
  const answer = await askSigned(
    { type: 'ask', text, ...(room !== undefined && { room }), ...(dryRun !== undefined && { dryRun }) },
    { to, host },
  );
  if (options.json === true) printJson(answer);
  else print(answer.reply);
  if (!answer.ok) throw new CommandError('', 1);
}

const isBad = (outcome: string): boolean => outcome === 'denied' || outcome === 'failed' || outcome === 'rejected';
