import { describe, expect, it } from 'vitest';
import { openConversations } from '../../tests/fakes/open-conversations.ts';
import { exportConversation, importConversation } from './export-conversation.ts';

function talkedIn() {
  const open = openConversations();
  const { store, say } = open;
  const { id } = store.create();
  const file = store.addFile({ name: 'a.txt', mediaType: 'text/plain', text: 'the text' });
  const first = store.append({
    conversationId: id,
    role: 'person',
    text: 'What is in it?',
    turnId: 't',
    source: 'page',
    attachments: [file.id],
  }).id;
  const hidden = say(id, 'Hidden answer', { role: 'jarvis' });
  const shown = store.append({
    conversationId: id,
    role: 'jarvis',
    text: 'The **text**.',
    heard: 'The',
    parentId: first,
    turnId: 't',
    source: 'page',
  }).id;
  return { ...open, id, first, hidden, shown };
}

describe('an exported conversation', () => {
  it('comes back whole, with its branches and files, as one that comes from outside', () => {
    const { store, id } = talkedIn();
    const { name, text } = exportConversation(store, id, 'json');
    expect(name).toBe('what-is-in-it.json');
    const other = openConversations();
    const back = importConversation(other.store, text);
    expect(back).toMatchObject({ title: 'What is in it', messages: 3 });
    const { messages } = other.store.thread(back.id);
    expect(messages.map((each) => [each.text, each.heard, each.siblings.length])).toEqual([
      ['What is in it?', undefined, 1],
      ['The **text**.', 'The', 2],
    ]);
    expect(other.store.files(messages[0]?.attachments.map((each) => each.id) ?? [])).toMatchObject([{ name: 'a.txt', text: 'the text' }]);
    expect(messages.every(({ taint }) => taint?.some(({ origin }) => origin === 'file'))).toBe(true);
    // Twice is two conversations.
    expect(importConversation(other.store, text).id).not.toBe(back.id);
  });

  it('is to be read as Markdown: what is shown, and what was heard', () => {
    const { store, id } = talkedIn();
    const { name, text } = exportConversation(store, id, 'markdown');
    expect(name).toBe('what-is-in-it.md');
    expect(text).toMatch(
      /^# What is in it\n\n## You, .*\n\n\*File: a.txt\*\n\nWhat is in it\?\n\n## JARVIS, .*\n\nThe \*\*text\*\*\.\n\n\*Broken off after: “The”\*\n$/u,
    );
  });

  it.each([
    ['garbage', 'x'],
    ['nothing', ''],
    ['something else', '{"format":"other"}'],
    ['a cut file', (whole: string) => whole.slice(0, -100)],
    [
      'a child before its parent',
      (whole: string) => JSON.stringify({ ...JSON.parse(whole), messages: JSON.parse(whole).messages.toReversed() }),
    ],
    [
      'a message twice',
      (whole: string) => JSON.stringify({ ...JSON.parse(whole), messages: [...JSON.parse(whole).messages, JSON.parse(whole).messages[0]] }),
    ],
    ['a message without a role', (whole: string) => whole.replace('"role": "person"', '"role": "system"')],
  ])('is refused in words and leaves nothing behind when it is %s', (_what, damage) => {
    const { store, id } = talkedIn();
    const text = exportConversation(store, id, 'json').text;
    expect(() => importConversation(store, typeof damage === 'string' ? damage : damage(text))).toThrow(
      /This file is no conversation|do not fit together/u,
    );
    expect(store.list()).toHaveLength(1);
  });
});
