import { expect, it } from 'vitest';
import { createModelActions } from './model-actions.ts';

it('does one thing at a time with a model, and says what came of it', async () => {
  const actions = createModelActions();
  let finish: (text: string) => void = () => undefined;
  const first = actions.run('llama', 'Loading…', () => new Promise((resolve) => (finish = resolve)));
  expect(actions.busy.get('llama')).toBe('Loading…');
  expect(await actions.run('llama', 'Deleting…', async () => 'gone')).toBe(false);
  expect(await actions.run('qwen', 'Loading…', async () => '')).toBe(true);
  finish('It is loaded.');
  expect(await first).toBe(true);
  expect(actions.busy.size).toBe(0);
  expect(actions.news.value).toEqual({ tone: 'good', text: 'It is loaded.' });
  expect(await actions.run('llama', 'Loading…', () => Promise.reject(new Error('The card is full.')))).toBe(false);
  expect(actions.failures.get('llama')).toBe('The card is full.');
  expect(actions.busy.size).toBe(0);
  await actions.run('llama', 'Loading…', async () => '');
  expect(actions.failures.size).toBe(0);
});
