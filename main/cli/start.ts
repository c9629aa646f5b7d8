import type { Command } from 'commander';
import { runHeadless } from '../headless/run-headless.ts';

export function addStart(program: Command): Command {
  return program
    .command('start')
    .description('Start JARVIS with its page in the browser (npm start also builds the page first).')
    .option('--no-open', 'do not open the page')
    .option('--port <PORT>', 'port of the page', Number)
    .action(async (options: { open: boolean; port?: number }) => {
      await runHeadless({ open: options.open, ...(options.port === undefined ? {} : { port: options.port }) });
    });
}
