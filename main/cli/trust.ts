import { type Command, InvalidArgumentError } from 'commander';
import { type Role, RoleSchema } from '../../contract/tool.ts';
import type { TrustOptions } from './safety-options.ts';

export function addTrust(program: Command): Command {
  const trust = program.command('trust').description('Devices whose signed commands this JARVIS takes. None, until you add one.');
  trust
    .command('list')
    .description('Whom this JARVIS trusts.')
    .option('--json', 'one JSON object per line')
    .action(async (options: { json?: boolean }) => (await import('./trust-keys.ts')).listTrusted(options));
  trust
    .command('add <KEY>')
    .description('Trust a device by its public key: what "jarvis trust key" shows there.')
    .requiredOption('--name <NAME>', 'what you call the device')
    .requiredOption('--person <NAME>', 'for whom it speaks')
    .option('--role <ROLE>', 'admin, user, guest or agent', roleOf, 'user')
    .option('--json', 'one JSON object')
    .action(async (key: string, options: TrustOptions) => (await import('./trust-keys.ts')).addTrusted(key, options));
  trust
    .command('remove <WHICH>')
    .description('Trust a device no more: its name, id or key.')
    .option('--json', 'one JSON object')
    .action(async (which: string, options: { json?: boolean }) => (await import('./trust-keys.ts')).removeTrusted(which, options));
  trust
    .command('key')
    .description('The public key of this device, to be trusted elsewhere, and the id of this host, which others must know to speak to it.')
    .option('--json', 'one JSON object')
    .action(async (options: { json?: boolean }) => (await import('./trust-keys.ts')).showOwnKey(options));
  return trust;
}

function roleOf(text: string): Role {
  const role = RoleSchema.safeParse(text).data;
  if (role === undefined) throw new InvalidArgumentError(`A role is one of ${RoleSchema.options.join(', ')}.`);
  return role;
}
