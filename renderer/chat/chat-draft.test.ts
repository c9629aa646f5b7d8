import { expect, it } from 'vitest';
import { readDraft, writeDraft } from './chat-draft.ts';

function storage(full = false): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => {
      if (full) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
  };
}
const file = { id: 'f', name: 'a.txt', mediaType: 'text/plain', bytes: 1 };

it('keeps what is written in each conversation apart', () => {
  const place = storage();
  writeDraft(place, 'a', { text: 'for a', attachments: [file] });
  writeDraft(place, undefined, { text: 'for a new one', attachments: [] });
  expect(readDraft(place, 'a')).toEqual({ text: 'for a', attachments: [file] });
  expect(readDraft(place, undefined).text).toBe('for a new one');
  expect(readDraft(place, 'b')).toEqual({ text: '', attachments: [] });
  writeDraft(place, 'a', { text: '', attachments: [] });
  expect(place.length).toBe(1);
});

it('takes nothing from what somebody else has put there', () => {
  const place = storage();
  for (const bad of ['{', 'null', '{"text":1}', '[]']) {
    place.setItem('jarvis-draft:a', bad);
    expect(readDraft(place, 'a')).toEqual({ text: '', attachments: [] });
  }
});

it('does without a storage that is full', () => {
  expect(() => writeDraft(storage(true), 'a', { text: 'x', attachments: [] })).not.toThrow();
});
