import { expect, it } from 'vitest';
import { NoModelError } from '../../models/routing/model-router.ts';
import { openConversations } from '../../tests/fakes/open-conversations.ts';
import { Afterthoughts } from './afterthoughts.ts';

it('gives a conversation a title when nobody has talked for a while, and not while somebody does', async () => {
  const opened = openConversations();
  const { clock } = opened;
  const { store } = opened;
  const { id } = store.create();
  for (const text of ['Which tea?', 'Earl Grey.', 'How long?', 'Three minutes.']) {
    store.append({ conversationId: id, role: text.endsWith('?') ? 'person' : 'jarvis', text, turnId: 't', source: 'page' });
  }
  let asked = 0;
  const changed: string[] = [];
  const thoughts = new Afterthoughts({
    store: () => store,
    clock,
    router: {
      available: () => true,
      contextLength: () => 4096,
      async *answer() {
        asked += 1;
        yield { type: 'text-delta', id: '0', delta: '"Brewing Earl Grey".' };
      },
    },
    changed: (conversationId) => changed.push(conversationId),
    failed: (error) => {
      throw error;
    },
  });
  thoughts.answered(id);
  await clock.advance(10_000);
  thoughts.stop();
  await clock.advance(60_000);
  expect(asked).toBe(0);
  thoughts.answered(id);
  await clock.advance(20_000);
  expect(store.conversation(id).title).toBe('Brewing Earl Grey');
  expect(changed).toEqual([id]);
  thoughts.answered(id);
  await clock.advance(20_000);
  expect(asked).toBe(1);
});

it('says nothing of a model that cannot, but to the log', async () => {
  const opened = openConversations();
  const { clock } = opened;
  const { id } = opened.store.create();
  for (let each = 0; each < 4; each += 1)
    opened.store.append({ conversationId: id, role: 'person', text: `Message ${each}`, turnId: 't', source: 'page' });
  const failures: unknown[] = [];
  const thoughts = new Afterthoughts({
    store: () => opened.store,
    clock,
    router: {
      available: () => true,
      contextLength: () => 4096,
      // biome-ignore lint/correctness/useYield: it fails before its first word
      async *answer() {
        throw new NoModelError('all-failed', 'Nobody answers.');
      },
    },
    changed: () => undefined,
    failed: (error) => failures.push(error),
  });
  thoughts.answered(id);
  await clock.advance(20_000);
  expect(failures).toHaveLength(1);
  expect(opened.store.conversation(id).title).toBe('Message 0');
});
