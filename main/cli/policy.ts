import type { Command } from 'commander';
import { collect } from './options.ts';
import type { PolicyCommandOptions, PolicyTestOptions } from './policy-options.ts';

export function addPolicy(program: Command): Command {
  const policy = program.command('policy').description('What JARVIS may do without asking, with asking, and not at all.');
  policy
    .command('show')
    .description('Print the rules, and what is wrong with them.')
    .option('--json', 'print one JSON object')
    .action(async (options: PolicyCommandOptions) => (await import('./policy-host.ts')).showPolicy(options));
  policy
    .command('test <TOOL>')
    .description('Say what would become of a call, and which rules say so. Nothing is done.')
    .option('--input <JSON>', 'what the tool would be given', '{}')
    .option('--source <SOURCE>', 'voice, page, cli, api, timer, agent, routine, plugin or mcp', 'cli')
    .option('--person <NAME[:ROLE]>', 'who asks; roles are admin, user, guest and agent')
    .option('--speaker <NAME>', 'the voice that was recognised')
    .option('--room <AREA>', 'the id of the room it is said in')
    .option('--at <TIME>', 'another time than now: 2026-11-21T23:30')
    .option('--taint <ORIGIN[:NAME]>', 'outside text that the turn has read: web:example.org; may be given several times', collect, [])
    .option('--file <FILE>', 'rules to be tried instead of those in force')
    .option('--json', 'print one JSON object')
    .action(async (tool: string, options: PolicyTestOptions) => (await import('./policy-host.ts')).testPolicy(tool, options));
  policy
    .command('edit-path')
    .description('Print the path of the file that holds the rules; edited, it is in force a second later.')
    .option('--json', 'print one JSON object')
    .action(async (options: PolicyCommandOptions) => (await import('./policy-host.ts')).showPolicyPath(options));
  return policy;
}
