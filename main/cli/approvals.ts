import type { Command } from 'commander';
import type { ApprovalsOptions } from './approvals-options.ts';

export function addApprovals(program: Command): Command {
  const approvals = program.command('approvals').description('What waits for your yes in the JARVIS that runs.');
  approvals
    .command('list', { isDefault: true })
    .description('What waits, with the code where one is needed.')
    .option('--json', 'print the questions, one JSON object per line')
    .action(async (options: ApprovalsOptions) => (await import('./approvals-host.ts')).listApprovals(options));
  approvals
    .command('answer <ID> <YES|NO>')
    .description('Approve or refuse one; the beginning of its id will do.')
    .option('--code <CODE>', 'the code that is shown, where a yes alone is not enough')
    .option('--json', 'print one JSON object')
    .action(async (id: string, answer: string, options: ApprovalsOptions) =>
      (await import('./approvals-host.ts')).answerApproval(id, answer, options),
    );
  approvals
    .command('rule <ID>')
    .description('Show the rule that would allow just this from now on; nothing is changed.')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: ApprovalsOptions) => (await import('./approvals-host.ts')).showRule(id, options));
  approvals
    .command('always <ID>')
    .description('Approve it, and add the rule that `jarvis approvals rule` shows.')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: ApprovalsOptions) => (await import('./approvals-host.ts')).acceptRule(id, options));
  approvals
    .command('stats')
    .description('How much was asked and answered, day by day.')
    .option('--json', 'print the days, one JSON object per line')
    .action(async (options: ApprovalsOptions) => (await import('./approvals-host.ts')).showStats(options));
  return approvals;
}
