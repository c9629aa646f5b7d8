import { describe, expect, it } from 'vitest';
import { HomeFileSchema } from '../contract/home-file.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { createFileHome } from './file-home.ts';
import { parseHomeFile } from './load-home-file.ts';
import { MergedHome } from './merged-home.ts';

const never = new AbortController().signal;
async function open() {
  const home = new MergedHome([
    createFileHome(
      HomeFileSchema.parse({
        entities: [{ id: 'todo.shop', name: 'Shopping list', attributes: { items: ['milk', { summary: 'eggs', status: 'completed' }] } }],
      }),
      { clock: new FakeClock() },
    ),
  ]);
  await home.connect(never);
  const call = (name: string, data: Record<string, unknown>) =>
    home.act({ service: `todo.${name}`, entityIds: ['todo.shop'], data }, never);
  const items = async () => (await home.records.todoItems?.('todo.shop', never))?.map(({ summary, status }) => `${summary} ${status}`);
  return { home, call, items };
}

describe('a list in a home file', () => {
  it('has its items, and its state is what is left', async () => {
    const { home, items } = await open();
    expect(home.entity('todo.shop')?.state).toBe('1');
    expect(await items()).toEqual(['milk needs_action', 'eggs completed']);
  });

  it('grows, is ticked off, renamed and cleared', async () => {
    const { home, call, items } = await open();
    expect(await call('add_item', { item: 'bread' })).toMatchObject([{ outcome: 'confirmed', state: '2' }]);
    expect(await call('update_item', { item: 'Milk', status: 'completed' })).toMatchObject([{ outcome: 'confirmed', state: '1' }]);
    await call('update_item', { item: 'bread', rename: 'rye bread' });
    await call('remove_completed_items', {});
    expect(await items()).toEqual(['rye bread needs_action']);
    await call('remove_item', { item: ['rye bread'] });
    expect(home.entity('todo.shop')?.state).toBe('0');
  });

  it('does not pretend to have what it has not', async () => {
    const { call, items } = await open();
    expect(await call('remove_item', { item: 'caviar' })).toMatchObject([
      { outcome: 'rejected', reason: 'The shopping list has no caviar.' },
    ]);
    expect(await items()).toHaveLength(2);
  });

  it('is refused with its line when its items are none', () => {
    expect(() => parseHomeFile('entities:\n  - id: todo.shop\n    name: Shop\n    attributes:\n      items: milk\n', 'home.yaml')).toThrow(
      /home.yaml:5: These are not items of a list/,
    );
  });
});
