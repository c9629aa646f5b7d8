import { type Command, InvalidArgumentError } from 'commander';

export function addStart(program: Command): Command {
  return program
    .command('start')
    .description('Start JARVIS with its page in the browser (npm start also builds the page first).')
    .option('--no-open', 'do not open the page')
    .option('--port <PORT>', 'port of the page', portOf)
    .action(async (options: { open: boolean; port?: number }) => {
      const { runHeadless } = await import('../headless/run-headless.ts');
      await runHeadless({ open: options.open, ...(options.port === undefined ? {} : { port: options.port }) });
    });
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535 (0 takes any free one).');
}
