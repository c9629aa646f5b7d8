import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { phrasebookOf, without, writePhrasebook } from './coffee-phrasebook.ts';

const CONTEXT = `
context:
  expressions:
    orderTea:
      - "[brew, can I get, I'd like] [a, an] $size:size $tea:drink with $milk:milk"
      - "[brew, can I get, I'd like] [a, an] $tea:drink"
  slots:
    size: [small, eight ounce]
    tea: [oolong, iced oolong]
    milk: [milk, a bit of milk]
`;

test('a speech-to-intent context becomes a phrasebook that understands its sentences', async () => {
  const phrasebook = phrasebookOf(CONTEXT);
  expect(phrasebook.intents.orderTea?.sentences[0]).toBe("(brew|can I get|I'd like) (a|an) {size} {drink:tea} with {milk}");
  const folder = await writePhrasebook(phrasebook);
  try {
    const book = compilePhrasebook(await loadPhrasebook({ folders: [folder], builtIn: false }), { areas: [], floors: [], entities: [] });
    expect(book.understand("i'd like an eight ounce iced oolong with a bit of milk")).toMatchObject({
      matches: [{ intent: 'orderTea', slots: { size: 'eight ounce', drink: 'iced oolong', milk: 'a bit of milk' } }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a value can be taken out of its list', () => {
  const phrasebook = phrasebookOf(CONTEXT);
  expect(without(phrasebook, 'tea', 'oolong').lists.tea).toEqual(['iced oolong']);
  expect(phrasebook.lists.tea).toEqual(['oolong', 'iced oolong']);
});

test('something else than a context is refused', () => {
  expect(() => phrasebookOf('context: 3')).toThrow();
});
