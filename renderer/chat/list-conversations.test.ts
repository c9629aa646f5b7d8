import { describe, expect, it } from 'vitest';
import type { ChatConversation } from '../../contract/chat.ts';
import { groupByDay, listConversations, snippetParts } from './list-conversations.ts';

const conversation = (id: string, updatedAt: number, title = id): ChatConversation => ({
  id,
  title,
  named: false,
  createdAt: 0,
  updatedAt,
  messages: 1,
  head: null,
  preview: '',
});
const DAY = 86_400_000;

describe('the list of conversations', () => {
  it('takes the newer of what was fetched and what changed, the last one first', () => {
    const list = listConversations([conversation('a', 5), conversation('b', 9), conversation('c', 1)], {
      a: conversation('a', 20, 'A anew'),
      b: conversation('b', 3, 'old news'),
      c: null,
      d: conversation('d', 7),
    });
    expect(list.map(({ title }) => title)).toEqual(['A anew', 'b', 'd']);
  });

  it('is put under days as a person names them', () => {
    const now = new Date(2026, 10, 21, 0, 30).getTime();
    const groups = groupByDay(
      [
        conversation('a', now - 60_000),
        conversation('b', now - 3_600_000),
        conversation('c', now - 3 * DAY),
        conversation('d', now - 40 * DAY),
        conversation('e', now - 400 * DAY),
      ],
      now,
    );
    expect(groups.map(({ label, conversations }) => [label, conversations.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 1],
      ['This week', 1],
      [new Date(2026, 9, 12).toLocaleDateString(undefined, { month: 'long' }), 1],
      [new Date(2025, 9, 17).toLocaleDateString(undefined, { month: 'long', year: 'numeric' }), 1],
    ]);
  });
});

it('cuts a snippet at its marks, also where one is torn', () => {
  expect(snippetParts('the [[gain]] is [[high')).toEqual([
    { text: 'the ', hit: false },
    { text: 'gain', hit: true },
    { text: ' is ', hit: false },
    { text: 'high', hit: true },
  ]);
  expect(snippetParts('')).toEqual([]);
});
