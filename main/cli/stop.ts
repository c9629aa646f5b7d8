import type { Command } from 'commander';

export function addStop(program: Command): Command {
  return program
    .command('stop')
    .description('Emergency stop: ends everything that JARVIS does; nothing starts until "jarvis resume".')
    .option('--json', 'one JSON object')
    .action(async (options: { json?: boolean }) => (await import('./stop-host.ts')).stopEverything(options));
}

export function addResume(program: Command): Command {
  return program
    .command('resume')
    .description('Release the emergency stop.')
    .option('--yes', 'do not ask whether things may start again')
    .option('--json', 'one JSON object')
    .action(async (options: { yes?: boolean; json?: boolean }) => (await import('./stop-host.ts')).releaseStop(options));
}
