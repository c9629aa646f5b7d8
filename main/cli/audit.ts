import { type Command, InvalidArgumentError } from 'commander';
import type { SearchOptions } from './audit-look.ts';

export function addAudit(program: Command): Command {
  const audit = program
    .command('audit')
    .description('The record of everything that was asked and done. Read from the files; a JARVIS that runs is not disturbed.');
  audit
    .command('tail')
    .description('The last entries, oldest first.')
    .option('-n, --lines <COUNT>', 'how many', countOf, 20)
    .option('-f, --follow', 'go on with every new one, until Ctrl-C')
    .option('--json', 'one JSON object per line')
    .action(async (options: { lines: number; follow?: boolean; json?: boolean }) => (await import('./audit-look.ts')).showTail(options));
  audit
    .command('search [TEXT]')
    .description('Entries that fit, newest first.')
    .option('--tool <NAME>', 'of this tool; * stands for any characters')
    .option('--task <ID>', 'of this turn')
    .option('--outcome <OUTCOME>', 'confirmed, accepted, rejected, denied or failed')
    .option('--since <TIME>', 'from this time on (2026-05-01, 2026-05-01T12:00, or 2h, 3d ago)')
    .option('--until <TIME>', 'up to this time')
    .option('-n, --lines <COUNT>', 'at most so many', countOf, 50)
    .option('--json', 'one JSON object per line')
    .action(async (text: string | undefined, options: SearchOptions) => (await import('./audit-look.ts')).searchRecord(text, options));
  audit
    .command('export')
    .description('Everything about one task as a document that proves itself (check it with: jarvis audit verify FILE).')
    .requiredOption('--task <ID>', 'id of the turn, or of a request in it')
    .option('--output <FILE>', 'where to write it (default: stdout)')
    .option('--json', 'JSON on stdout, which it is anyhow')
    .action(async (options: { task: string; output?: string }) => (await import('./audit-look.ts')).exportTask(options));
  audit
    .command('verify [FILE]')
    .description('Is the record whole and unaltered? With FILE: is this export?')
    .option('--json', 'one JSON object')
    .action(async (file: string | undefined, options: { json?: boolean }) => (await import('./audit-look.ts')).verifyRecord(file, options));
  return audit;
}

/** More is a job for `export`. */
const MOST = 100_000;

function countOf(text: string): number {
  const count = /^\d{1,6}$/u.test(text) ? Number(text) : Number.NaN;
  if (count >= 0 && count <= MOST) return count;
  throw new InvalidArgumentError(`A count is a number from 0 to ${MOST}.`);
}
