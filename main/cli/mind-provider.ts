import { type MindSettings, type ProviderSettings, ProviderSettingsSchema } from '../../contract/models.ts';
import { type MindDoor, openMindDoor } from './mind-door.ts';
import type { MindOptions, ProviderOptions } from './mind-options.ts';
import { problemsOf } from './mind-set.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { secretFromStdin, secretFromTerminal } from './read-secret.ts';

/** Looks whether it answers, keeps its key with the secrets, and puts it into the settings. Exit code 1 when it does not answer: then nothing is kept. */
export async function addProvider(id: string, options: ProviderOptions): Promise<void> {
  const { type = 'openai-compatible', url, title, model, secret } = options;
  const wantsKey = type !== 'local' && type !== 'ollama' && options.key !== false && secret === undefined;
  const parsed = ProviderSettingsSchema.safeParse({
    id,
    type,
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    models: model.map((each) => ({ id: each })),
  });
  if (!parsed.success) throw new CommandError(problemsOf(parsed.error), 2);
  if (type === 'openai-compatible' && url === undefined) throw new CommandError('Where does it answer? Give its address with --url.', 2);
  const key = options.keyStdin === true ? await secretFromStdin('key') : wantsKey ? await askKey(id, type) : undefined;
  const name = secret ?? (key === undefined ? undefined : `mind.${id}`);
  const settings: ProviderSettings = { ...parsed.data, ...(name === undefined ? {} : { secret: name }) };
  await using door = await openMindDoor();
  const before = await settingsOf(door);
  if (options.check !== false) await mustAnswer(door, settings, key, options.json === true);
  if (key !== undefined && name !== undefined) await door.keepKey(name, key);
  const { providers } = await door.save({ providers: [...before.providers.filter((each) => each.id !== id), settings] });
  const status = providers.find((each) => each.settings.id === id);
  if (options.json === true) printJson(status ?? settings);
  else {
    print(`${title ?? id} is set up${before.providers.some((each) => each.id === id) ? ' anew' : ''}.`);
    if (status?.leavesHouse === true && before.privacy === 'local-only')
      complain('It is not asked while privacy is local-only. Let questions leave the house: jarvis mind set privacy=may-leave');
    if (status?.leavesHouse === true && settings.models.length === 0)
      complain('Name the models it may use: jarvis mind provider add … --model NAME');
  }
}

async function askKey(id: string, type: string): Promise<string | undefined> {
  const key = await secretFromTerminal(`Key of ${id} (it is not shown; empty: it needs none): `);
  if (key !== undefined) return key === '' ? undefined : key;
  // A server of one's own mostly wants none.
  if (type === 'openai-compatible') return undefined;
  throw new CommandError('Nobody is here to ask for its key. Give it with --key-stdin, name a secret with --secret, or say --no-key.');
}

async function mustAnswer(door: MindDoor, settings: ProviderSettings, key: string | undefined, isQuiet: boolean): Promise<void> {
  const { ok, sentence, models } = await door.check(settings, key);
  if (!ok) throw new CommandError(`${sentence} Nothing was kept (--no-check keeps it all the same).`, 1);
  const known = new Set(models.map((each) => each.id));
  const missing = settings.models.filter((each) => models.length > 0 && !known.has(each.id));
  if (missing.length > 0 && !isQuiet) complain(`It does not list ${missing.map((each) => each.id).join(', ')}.`);
}

export async function removeProvider(id: string, { json }: MindOptions): Promise<void> {
  await using door = await openMindDoor();
  const { providers, order } = await settingsOf(door);
  const gone = providers.find((each) => each.id === id);
  if (gone === undefined) throw noProvider(id, providers);
  await door.save({ providers: providers.filter((each) => each !== gone), order: order.filter((each) => !each.startsWith(`${id}/`)) });
  if (json === true) printJson({ id, removed: true });
  else print(`${id} is gone.${gone.secret === undefined ? '' : ` Its key stays with the secrets: jarvis secrets delete ${gone.secret}`}`);
}

/** Exit code 1 when one of them does not answer. */
export async function checkProviders(id: string | undefined, { json }: MindOptions): Promise<void> {
  await using door = await openMindDoor();
  const { providers } = await settingsOf(door);
  const asked = id === undefined ? providers : providers.filter((each) => each.id === id);
  if (asked.length === 0)
    throw id === undefined
      ? new CommandError('No provider is set up: jarvis mind provider add ID --type TYPE', 1)
      : noProvider(id, providers);
  let bad = 0;
  for (const settings of asked) {
    const { ok, sentence, models } = await door.check(settings, undefined);
    if (!ok) bad += 1;
    if (json === true) printJson({ id: settings.id, ok, sentence, models });
    else {
      print(`${ok ? 'ok   ' : 'BAD  '} ${settings.id}: ${sentence}`);
      if (models.length > 0) print(`      ${models.map((each) => each.id).join(', ')}`);
    }
  }
  if (bad > 0) throw new CommandError('', 1);
}

async function settingsOf(door: MindDoor): Promise<MindSettings> {
  const { settings, problem } = await door.report();
  if (problem !== undefined) throw new CommandError(problem);
  return settings;
}

const noProvider = (id: string, providers: readonly ProviderSettings[]): CommandError =>
  new CommandError(
    `There is no provider "${id}"; there is: ${providers.length === 0 ? 'none' : providers.map((each) => each.id).join(', ')}.`,
    1,
  );
