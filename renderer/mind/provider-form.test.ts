import { expect, it } from 'vitest';
import type { ProviderSettings } from '../../contract/models.ts';
import type { ProviderForm } from './mind-drafts.ts';
import { emptyForm, formOf, freeId, providerSettings, routeChoices, withFound, withProvider } from './provider-form.ts';

const form = (more: Partial<ProviderForm>): ProviderForm => ({ ...emptyForm(), ...more });
const made = (more: Partial<ProviderForm>, hasKey = false) => providerSettings(form(more), ['ollama', 'openai'], undefined, hasKey);
const model = {
  id: 'gpt',
  tools: true,
  vision: false,
  quality: 70,
  contextLength: 128_000,
  price: { input: 2, output: 8, cachedInput: 1 },
};

it('makes settings of what was written, with a name that is free', () => {
  expect(made({ type: 'openai' }, true)).toEqual({
    settings: { id: 'openai-2', type: 'openai', enabled: true, models: [], secret: 'provider-openai-2' },
  });
  expect(made({ type: 'openai-compatible', title: 'Über the garage!', url: ' http://10.0.0.2:8080/v1 ', leavesHouse: 'no' })).toEqual({
    settings: {
      id: 'uber-the-garage',
      type: 'openai-compatible',
      title: 'Über the garage!',
      url: 'http://10.0.0.2:8080/v1',
      leavesHouse: false,
      enabled: true,
      models: [],
    },
  });
});

it('says what is wrong instead of saving it', () => {
  expect(made({ type: 'openai-compatible' })).toEqual({ problem: 'Write the address of the server.' });
  expect(made({ url: 'file:///etc/passwd' })).toEqual({ problem: 'The address has to begin with http:// or https://.' });
  expect(made({ url: 'http://' })).toMatchObject({ problem: expect.any(String) });
  const priced = withFound(form({}), [model]).map((each) => ({ ...each, chosen: true, priceInput: 'two' }));
  expect(made({ models: priced })).toEqual({ problem: 'The price of gpt is no number.' });
});

it('changes one without losing what the form does not show', () => {
  const before: ProviderSettings = { id: 'cloud', type: 'openai', enabled: false, secret: 'my-key', leavesHouse: true, models: [model] };
  const again = providerSettings(formOf(before), ['cloud'], before, false);
  expect(again).toEqual({ settings: before });
  const replaced = providerSettings(formOf(before), ['cloud'], before, true);
  expect(replaced).toEqual({ settings: before });
});

it('adds what a provider has to what was chosen, unchosen', () => {
  const known = form({ models: withFound(form({}), [model]).map((each) => ({ ...each, chosen: true, priceInput: '5' })) });
  const found = withFound(known, [model, { ...model, id: 'new' }]);
  expect(found.map(({ id, chosen, priceInput }) => [id, chosen, priceInput])).toEqual([
    ['gpt', true, '5'],
    ['new', false, '2'],
  ]);
});

it('finds a name for anything', () => {
  expect(freeId('', [])).toBe('provider');
  expect(freeId('中文', ['provider'])).toBe('provider-2');
  expect(freeId(`x${'-y'.repeat(80)}`, []).length).toBeLessThan(40);
  expect(freeId('4 GPUs', [])).toBe('gpus');
});

it('puts a changed one where it was, and a new one last', () => {
  const one: ProviderSettings = { id: 'a', type: 'ollama', enabled: true, models: [] };
  const two: ProviderSettings = { ...one, id: 'b' };
  expect(withProvider([one, two], { ...one, enabled: false }).map(({ id, enabled }) => [id, enabled])).toEqual([
    ['a', false],
    ['b', true],
  ]);
  expect(withProvider([one], two)).toEqual([one, two]);
  expect(routeChoices([{ ...one, models: [model] }], [{ id: 'llama', title: 'Llama' }])).toEqual([
    { id: 'local/llama', label: 'This machine: Llama' },
    { id: 'a/gpt', label: 'Ollama: gpt' },
  ]);
});
