import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { EngineBuildSchema, ModelKindSchema } from '../../contract/models.ts';
import type { EngineWish, ImportOptions, ListOptions, LoadOptions, ModelsOptions, PullOptions, RemoveOptions } from './models-options.ts';

export function addModels(program: Command): Command {
  const models = program
    .command('models')
    .description('Models that run on this machine: what fits, what is here, what is fetched and loaded.');
  models
    .command('list', { isDefault: true })
    .description('What there is, and what it would take on this machine.')
    .addOption(new Option('--kind <KIND>', 'of this kind only').choices(ModelKindSchema.options))
    .option('--fits', 'leave out what does not fit')
    .option('--installed', 'what is on this machine only')
    .option('--context <TOKENS>', 'reckon with a context of so many tokens', contextOf)
    .option('--json', 'one JSON object')
    .action(async (options: ListOptions) => (await import('./models-list.ts')).listModels(options));
  models
    .command('show <ID>')
    .description('All about one model: what it is good for, its licence, its files, how it fits.')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: ModelsOptions) => (await import('./models-list.ts')).showModel(id, options));
  models
    .command('pull <ID>')
    .description('Fetch a model: an ID of the list, ID:QUANTISATION, or the address of any GGUF. Ctrl-C pauses it.')
    .option('--accept-licence', 'I have read its licence and accept it')
    .option('--json', 'the model that came, as one JSON object')
    .action(async (id: string, options: PullOptions) => (await import('./models-pull.ts')).pullModel(id, options));
  for (const [word, description] of [
    ['pause', 'Let a download rest; what came of it stays.'],
    ['resume', 'Go on with a download that rests or failed, and wait for it.'],
    ['cancel', 'Give a download up; what came of it is deleted.'],
  ] as const) {
    models
      .command(`${word} <ID>`)
      .description(description)
      .option('--json', 'one JSON object')
      .action(async (id: string, options: ModelsOptions) => (await import('./models-pull.ts')).steerDownload(word, id, options));
  }
  models
    .command('import [PATH]')
    .description('Use a GGUF file where it lies; nothing is copied.')
    .option('--title <TITLE>', 'what it shall be called')
    .option('--found', 'show what LM Studio and Ollama have here')
    .option('--json', 'JSON, one object per line')
    .action(async (path: string | undefined, options: ImportOptions) => (await import('./models-use.ts')).importModel(path, options));
  models
    .command('rm <ID>')
    .description('Delete a model that was fetched; of an imported one only the reference.')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: RemoveOptions) => (await import('./models-use.ts')).removeModel(id, options));
  models
    .command('load <ID>')
    .description('Load a model now; without a running JARVIS, see whether it can be loaded.')
    .option('--keep', 'it stays loaded')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: LoadOptions) => (await import('./models-use.ts')).loadModel(id, options));
  models
    .command('unload <ID>')
    .description('Give back the memory of a model.')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: ModelsOptions) => (await import('./models-use.ts')).unloadModel(id, options));
  models
    .command('bench <ID>')
    .description('How fast a model is here: loading, first token, tokens a second.')
    .option('--json', 'one JSON object')
    .action(async (id: string, options: ModelsOptions) => (await import('./models-use.ts')).benchModel(id, options));
  models
    .command('engine')
    .description('The native engine for local models: which build this machine wants and why; fetch or delete one.')
    .addArgument(new Argument('[ACT]', 'absent: show').choices(['fetch', 'rm']))
    .addArgument(new Argument('[BUILD]', 'absent: the one for this machine').choices(EngineBuildSchema.options))
    .option('--json', 'one JSON object')
    .action(async (act: EngineWish['act'], build: EngineWish['build'], options: ModelsOptions) => {
      const { useEngine } = await import('./models-use.ts');
      await useEngine({ ...(act === undefined ? {} : { act }), ...(build === undefined ? {} : { build }) }, options);
    });
  return models;
}

function contextOf(text: string): number {
  const tokens = /^\d{1,7}$/u.test(text) ? Number(text) : Number.NaN;
  if (tokens >= 512 && tokens <= 1_048_576) return tokens;
  throw new InvalidArgumentError('A context is a number of tokens from 512 to 1048576.');
}
