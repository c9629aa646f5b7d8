import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Phrasebook } from '../phrasebook.ts';
import { compilePhrasebook } from './compile-phrasebook.ts';
import { loadPhrasebook } from './load-phrasebook.ts';
import { entity, sampleHome } from './sample-home.ts';

let book: Phrasebook;
let examples: string[];
beforeAll(async () => {
  book = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome);
  examples = book.help().flatMap((one) => one.examples);
});

const commandWords =
  'turn on off the light kitchen lamp and set to fifty percent in open close all except not timer for five minutes play is are'.split(' ');

describe('whatever is said', () => {
  it('nothing throws, and targets are things of this home', () => {
    const known = new Set(sampleHome.entities.map(({ id }) => id));
    const text = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.array(fc.constantFrom(...commandWords), { maxLength: 25 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(undefined, 'kitchen', 'nowhere'), (said, room) => {
        const understood = book.understand(said, room === undefined ? {} : { room });
        if (understood.type === 'matched')
          for (const { targets } of understood.matches) for (const id of targets) expect(known.has(id)).toBe(true);
        expect(['incomplete', 'complete', 'closed']).toContain(book.completeness(said));
      }),
      { numRuns: 300 },
    );
  });

  it('case, punctuation and spacing change nothing', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.infiniteStream(fc.boolean()),
        fc.constantFrom(' ', '  ', '\t', ' \n '),
        fc.constantFrom('', '.', '!', '?', ' …'),
        (pick, upper, gap, end) => {
          const example = examples[pick % examples.length]!;
          const changed = [...example]
            .map((letter) => (letter === ' ' ? gap : upper.next().value === true ? letter.toUpperCase() : letter))
            .join('');
          const meaning = (text: string): string =>
            JSON.stringify(book.understand(text, { room: 'office' }))
              .toLowerCase()
              .replace(/\\[nt]|\s+/gu, '');
          expect(meaning(`  ${changed}${end}`)).toBe(meaning(example));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('random words are never a command', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'bcdfghjklmnpqrstvwxz'), minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 6 }), (words) => {
        expect(book.understand(words.join(' ')).type).toBe('none');
      }),
      { numRuns: 300 },
    );
  });

  it('a home with any names can be compiled and spoken', async () => {
    const loaded = await loadPhrasebook({ folders: [] });
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), { maxLength: 8 }), (names) => {
        const odd = compilePhrasebook(loaded, {
          floors: [],
          areas: [],
          entities: names.map((name, index) => entity(`light.n${index}`, name)),
        });
        odd.understand(`turn on ${names.join(' and ')}`);
        expect(odd.grammar()).toContain('public <command>');
        expect(odd.help().length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  }, 30_000);
});
