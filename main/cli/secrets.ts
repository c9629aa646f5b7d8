import type { Command } from 'commander';
import type { SecretOptions } from './safety-options.ts';

export function addSecrets(program: Command): Command {
  const secrets = program.command('secrets').description('Tokens and passwords that tools use by name. Values go in and never come out.');
  secrets
    .command('list')
    .description('Names of what is kept.')
    .option('--json', 'one JSON object')
    .action(async (options: SecretOptions) => (await import('./secrets-store.ts')).listSecrets(options));
  secrets
    .command('set <NAME>')
    .description('Keep a secret: asked for without echo, or read from stdin.')
    .option('--stdin', 'read the value from stdin')
    .option('--json', 'one JSON object')
    .action(async (name: string, options: SecretOptions) => (await import('./secrets-store.ts')).setSecret(name, options));
  secrets
    .command('rotate [NAME]')
    .description('Put a new value in the place of one that is there; with --key, seal the whole file of secrets with a new key.')
    .option('--stdin', 'read the new value from stdin')
    .option('--generate', 'make a random value that nobody sees')
    .option('--key', 'the key of the file, not a secret in it')
    .option('--json', 'one JSON object')
    .action(async (name: string | undefined, options: SecretOptions) => (await import('./secrets-store.ts')).rotateSecret(name, options));
  secrets
    .command('delete <NAME>')
    .description('Forget a secret.')
    .option('--json', 'one JSON object')
    .action(async (name: string, options: SecretOptions) => (await import('./secrets-store.ts')).deleteSecret(name, options));
  secrets
    .command('passphrase')
    .description('Close the file of secrets with another passphrase (none: an empty one). JARVIS_PASSPHRASE is the one in force.')
    .option('--stdin', 'read the new passphrase from stdin')
    .option('--json', 'one JSON object')
    .action(async (options: SecretOptions) => (await import('./secrets-store.ts')).changePassphrase(options));
  return secrets;
}
