import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type MindSettings, MindSettingsSchema } from '../../contract/models.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';

/** Settings that cannot be taken; `message` says in words what is wrong, a line for each. */
export class MindSettingsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MindSettingsError';
  }
}

/** `mind.json` in the data folder: what a person sets about the mind. */
export interface MindSettingsFile {
  now(): MindSettings;
  /** Why the file cannot be used, in words. The mind is off meanwhile, and the file is left as it is. */
  problem(): string | undefined;
  /**
   * Sets what `edit` makes of the settings as they are on disk. One change at a time; whoever listens is told before it resolves.
   * @throws MindSettingsError in words; then nothing has changed
   */
  change(edit: (settings: MindSettings) => unknown): Promise<MindSettings>;
  /** @returns ends it */
  onChange(listen: (settings: MindSettings, before: MindSettings) => void): () => void;
}

export const mindSettingsPath = (dataFolder: string): string => join(dataFolder, 'mind.json');

/** The provider that JARVIS brings itself; it need not be in the settings to be named in the order. */
const OWN_PROVIDER = 'local';

/** Never rejects: a JARVIS whose mind is set up wrongly still switches lights. */
export async function openMindSettings(dataFolder: string): Promise<MindSettingsFile> {
  const path = mindSettingsPath(dataFolder);
  const listeners = new Set<(settings: MindSettings, before: MindSettings) => void>();
  let settings = MindSettingsSchema.parse({ enabled: false });
  let problem: string | undefined;
  try {
    settings = await read(path);
  } catch (error) {
    problem = wordsOf(error);
  }

  let last: Promise<unknown> = Promise.resolve();
  async function changeNow(edit: (settings: MindSettings) => unknown): Promise<MindSettings> {
    // A person may have written into it since.
    const before = await read(path);
    const changed = parseMindSettings(edit(structuredClone(before)));
    try {
      await writeFileAtomic(path, `${JSON.stringify(changed, undefined, 2)}\n`);
    } catch (error) {
      throw new MindSettingsError(`${path} cannot be written: ${wordsOf(error)}`, { cause: error });
    }
    const told = settings;
    settings = changed;
    problem = undefined;
    for (const listen of listeners) listen(changed, told);
    return changed;
  }

  return {
    now: () => settings,
    problem: () => problem,
    change(edit) {
      const changing = last.then(() => changeNow(edit));
      last = changing.catch(() => undefined);
      return changing;
    },
    onChange(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
  };
}

async function read(path: string): Promise<MindSettings> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return MindSettingsSchema.parse({});
    throw new MindSettingsError(`${path} cannot be read: ${wordsOf(error)}`, { cause: error });
  }
  try {
    return parseMindSettings(JSON.parse(text));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is no JSON' : wordsOf(error);
    throw new MindSettingsError(`${path} cannot be used: ${why}. Put it right, or move it away.`, { cause: error });
  }
}

/** @throws MindSettingsError naming each key that is wrong */
export function parseMindSettings(value: unknown): MindSettings {
  const parsed = CheckedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  throw new MindSettingsError(problems.join('\n'), { cause: parsed.error });
}

const CheckedSchema = MindSettingsSchema.superRefine(({ providers, order, pinned }, context) => {
  const problem = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
  const ids = new Set<string>([OWN_PROVIDER]);
  for (const [index, { id, type, models }] of providers.entries()) {
    if (ids.has(id) && !(id === OWN_PROVIDER && type === 'local'))
      problem(['providers', index, 'id'], id === OWN_PROVIDER ? `"${id}" is JARVIS's own` : `there are two providers called "${id}"`);
    ids.add(id);
    for (const twice of doubled(models.map((model) => model.id)))
      problem(['providers', index, 'models'], `"${id}" has two models called "${twice}"`);
  }
  for (const twice of doubled(providers.filter(({ id }) => id === OWN_PROVIDER).map(({ id }) => id)))
    problem(['providers'], `there are two providers called "${twice}"`);
  for (const [index, name] of order.entries()) {
    const [provider, model] = [name.slice(0, Math.max(0, name.indexOf('/'))), name.slice(name.indexOf('/') + 1)];
    if (provider === '' || model === '') problem(['order', index], `"${name}" is not written as provider/model`);
    else if (!ids.has(provider)) problem(['order', index], `there is no provider called "${provider}"`);
  }
  for (const twice of doubled(order)) problem(['order'], `"${twice}" is in it twice`);
  for (const twice of doubled(pinned)) problem(['pinned'], `"${twice}" is in it twice`);
});

const doubled = (list: readonly string[]): string[] => [...new Set(list.filter((each, index) => list.indexOf(each) !== index))];

const wordsOf = (error: unknown): string =>
  error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
