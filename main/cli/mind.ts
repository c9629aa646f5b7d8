import { type Command, InvalidArgumentError, Option } from 'commander';
import { ProviderTypeSchema } from '../../contract/models.ts';
import type { BudgetOptions, MindOptions, ProviderOptions } from './mind-options.ts';
import { collect } from './options.ts';

export function addMind(program: Command): Command {
  const mind = program.command('mind').description('What answers what the phrasebook does not know: settings, providers, budget, persona.');
  mind
    .command('show', { isDefault: true })
    .description('Settings, providers with their states, and what was spent.')
    .option('--json', 'one JSON object')
    .action(async (options: MindOptions) => (await import('./mind-look.ts')).showMind(options));
  mind
    .command('set <KEY=VALUE...>')
    .description('Change settings: privacy=may-leave, prefer=fast, persona.humour=60 … ("jarvis mind" shows their names).')
    .option('--json', 'the settings, as one JSON object')
    .action(async (pairs: string[], options: MindOptions) => (await import('./mind-set.ts')).setMind(pairs, options));
  const provider = mind
    .command('provider')
    .description('Who else may be asked: Ollama, OpenAI, Anthropic, Google, anything that speaks as OpenAI does.');
  provider
    .command('add <ID>')
    .description('Set a provider up, or anew. Its key is asked for without echo, or read from stdin; it lies with the secrets.')
    .addOption(new Option('--type <TYPE>', 'what it speaks (default: openai-compatible)').choices(ProviderTypeSchema.options))
    .option('--url <URL>', 'where it answers; absent: the address of its publisher, for Ollama this machine')
    .option('--title <TITLE>', 'how it is shown')
    .option('--model <NAME>', 'a model it may use; may be given several times', collect, [])
    .option('--secret <NAME>', 'its key is kept already, under this name')
    .option('--key-stdin', 'read its key from stdin')
    .option('--no-key', 'it needs none')
    .option('--no-check', 'keep it without asking whether it answers')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: ProviderOptions) => (await import('./mind-provider.ts')).addProvider(id, options));
  provider
    .command('rm <ID>')
    .description('Ask it no more. Its key stays with the secrets.')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: MindOptions) => (await import('./mind-provider.ts')).removeProvider(id, options));
  provider
    .command('check [ID]')
    .description('Do they answer, and which models have they?')
    .option('--json', 'one JSON object per line')
    .action(async (id: string | undefined, options: MindOptions) => (await import('./mind-provider.ts')).checkProviders(id, options));
  mind
    .command('budget')
    .description('What may be spent, and what was.')
    .option('--per-day <MONEY>', 'for all providers together', moneyOf)
    .option('--per-month <MONEY>', 'for all providers together', moneyOf)
    .option('--tokens-per-day <TOKENS>', 'tokens that may leave the house a day', tokensOf)
    .option('--currency <CODE>', 'three letters: EUR, GBP, USD')
    .option('--off', 'no limits')
    .option('--json', 'one JSON object')
    .action(async (options: BudgetOptions) => (await import('./mind-set.ts')).setBudget(options));
  return mind;
}

function moneyOf(text: string): number {
  if (/^\d{1,9}(\.\d{1,6})?$/u.test(text)) return Number(text);
  throw new InvalidArgumentError('That is no amount of money (5, 0.50).');
}

function tokensOf(text: string): number {
  if (/^\d{1,12}$/u.test(text)) return Number(text);
  throw new InvalidArgumentError('Tokens are a whole number.');
}
