import { type ProviderModel, type ProviderSettings, ProviderSettingsSchema } from '../../contract/models.ts';
import type { ProviderForm, ProviderModelForm } from './mind-drafts.ts';
import { numberIn } from './number-in.ts';
import { PROVIDER_TYPES, titleOf } from './provider-words.ts';

export const emptyForm = (): ProviderForm => ({
  id: '',
  type: 'ollama',
  title: '',
  url: '',
  leavesHouse: 'auto',
  secret: '',
  models: [],
});

const priceText = (price: number | undefined): string => (price === undefined ? '' : String(price));

function modelForm(model: ProviderModel, chosen: boolean): ProviderModelForm {
  const { id, tools, vision, contextLength, quality, price } = model;
  return {
    id,
    chosen,
    tools,
    vision,
    contextLength,
    quality,
    priceInput: priceText(price?.input),
    priceOutput: priceText(price?.output),
    cachedInput: price?.cachedInput,
  };
}

/** A provider as its form shows it. */
export function formOf(settings: ProviderSettings): ProviderForm {
  const { id, type, title = '', url = '', secret = '', leavesHouse, models } = settings;
  return {
    ...emptyForm(),
    id,
    type: type === 'local' ? 'ollama' : type,
    title,
    url,
    secret,
    leavesHouse: leavesHouse === undefined ? 'auto' : leavesHouse ? 'yes' : 'no',
    models: models.map((model) => modelForm(model, true)),
  };
}

/** The models that were there with what was chosen and written about them, and what the provider has besides. */
export function withFound(form: ProviderForm, found: readonly ProviderModel[]): ProviderModelForm[] {
  const known = new Set(form.models.map(({ id }) => id));
  return [...form.models, ...found.filter(({ id }) => !known.has(id)).map((model) => modelForm(model, false))];
}

/** A short name that no other provider has. */
export function freeId(wanted: string, taken: readonly string[]): string {
  const base =
    wanted
      .toLowerCase()
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .replaceAll(/^[^a-z]+|-+$/gu, '')
      .slice(0, 34) || 'provider';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(id)) return id;
  }
}

/** Name under which the key of a provider is kept. */
export const secretName = (id: string): string => `provider-${id}`;

/**
 * The settings that the form comes to, or what is wrong with it, in words. `before`: those that are changed. Without chosen models the provider offers whatever
 * it has, which only those at home are asked for.
 */
export function providerSettings(
  form: ProviderForm,
  taken: readonly string[],
  before: ProviderSettings | undefined,
  hasNewKey: boolean,
): { settings: ProviderSettings } | { problem: string } {
  const type = PROVIDER_TYPES.find(({ id }) => id === form.type);
  if (type === undefined) return { problem: 'Choose what kind of provider it is.' };
  const url = form.url.trim();
  if (type.needsUrl && url === '') return { problem: 'Write the address of the server.' };
  if (url !== '' && !/^https?:\/\/\S+$/iu.test(url)) return { problem: 'The address has to begin with http:// or https://.' };
  const models: unknown[] = [];
  for (const model of form.models.filter(({ chosen }) => chosen)) {
    const input = numberIn(model.priceInput);
    const output = numberIn(model.priceOutput);
    if (input === 'wrong' || output === 'wrong') return { problem: `The price of ${model.id} is no number.` };
    const { id, tools, vision, quality, contextLength, cachedInput } = model;
    models.push({
      id,
      tools,
      vision,
      quality,
      ...(contextLength !== undefined && { contextLength }),
      ...((input !== undefined || output !== undefined) && {
        price: { input: input ?? 0, output: output ?? 0, ...(cachedInput !== undefined && { cachedInput }) },
      }),
    });
  }
  const title = form.title.trim();
  const id = form.id === '' ? freeId(title || form.type, taken) : form.id;
  const secret = hasNewKey ? form.secret || secretName(id) : form.secret;
  const parsed = ProviderSettingsSchema.safeParse({
    id,
    type: form.type,
    enabled: before?.enabled ?? true,
    models,
    ...(title !== '' && { title }),
    ...(url !== '' && { url }),
    ...(secret !== '' && { secret }),
    ...(form.leavesHouse !== 'auto' && { leavesHouse: form.leavesHouse === 'yes' }),
  });
  if (parsed.success) return { settings: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: issue?.path[0] === 'url' ? 'That is no address.' : `It cannot be used: ${issue?.message ?? 'something is missing'}.` };
}

/** All providers with one put in its place, or at the end. */
export function withProvider(providers: readonly ProviderSettings[], settings: ProviderSettings): ProviderSettings[] {
  const index = providers.findIndex(({ id }) => id === settings.id);
  return index < 0 ? [...providers, settings] : providers.toSpliced(index, 1, settings);
}

/** `provider/model` of everything that may be put in an order, as it is known here. */
export function routeChoices(
  providers: readonly ProviderSettings[],
  local: readonly { id: string; title: string }[],
): { id: string; label: string }[] {
  return [
    ...local.map(({ id, title }) => ({ id: `local/${id}`, label: `This machine: ${title}` })),
    ...providers
      .filter(({ type }) => type !== 'local')
      .flatMap((provider) => provider.models.map(({ id }) => ({ id: `${provider.id}/${id}`, label: `${titleOf(provider)}: ${id}` }))),
  ];
}
