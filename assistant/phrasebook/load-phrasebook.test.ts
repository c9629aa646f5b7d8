import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compilePhrasebook } from './compile-phrasebook.ts';
import { loadPhrasebook } from './load-phrasebook.ts';
import { PhrasebookError } from './phrasebook-error.ts';
import { sampleHome } from './sample-home.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phrasebook-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const loadWith = async (text: string | Uint8Array, builtIn = false) => {
  await writeFile(join(folder, 'own.yaml'), text);
  return loadPhrasebook({ folders: [folder], builtIn });
};

describe('a folder of the person', () => {
  it.each([
    ['an unknown key', 'intents:\n  A:\n    sentence: [x]\n', 3, 'did you mean "sentences"?'],
    ['an unknown key at the top', 'intent:\n  A: {}\n', 1, 'did you mean "intents"?'],
    [
      'an unknown key in one of several entries',
      'intents:\n  A:\n    - sentences: [x]\n    - sentences: [y]\n      repply: z\n',
      5,
      'did you mean "reply"?',
    ],
    ['a broken template', 'intents:\n  A:\n    sentences:\n      - fine\n      - turn (on|off\n', 5, 'add ")"'],
    ['an unknown list', 'lists:\n  sizes: [small]\nintents:\n  A:\n    sentences:\n      - a {size:size}\n', 6, 'did you mean "sizes"?'],
    [
      'an unknown rule',
      'rules:\n  please: (please|pretty please)\nintents:\n  A:\n    sentences:\n      - <pleas> go\n',
      6,
      'did you mean "please"?',
    ],
    ['a rule that contains itself', 'rules:\n  a: x <b>\n  b: y <a>\nintents:\n  A:\n    sentences: [<a>]\n', 2, 'without the circle'],
    ['a sentence that stands twice', 'intents:\n  A:\n    sentences: [go there]\n  B:\n    sentences: [Go  there]\n', 5, 'keep one'],
    ['a key that stands twice', 'intents:\n  A:\n    sentences: [x]\n  A:\n    sentences: [y]\n', 4, 'join both'],
    ['no YAML', 'intents: [unclosed\n', 2, 'check indentation'],
    ['a slot in a list', 'lists:\n  a:\n    - { in: "x {b:1-2}", out: 1 }\nintents:\n  A:\n    sentences: ["{a}"]\n', 2, 'words only'],
    ['a list of the wrong kind', 'lists:\n  a: 5\n', 2, 'see the phrasebook format'],
  ])('is refused for %s, with file, line and fix', async (_what, text, line, fix) => {
    const failure: unknown = await loadWith(text).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PhrasebookError);
    expect(failure).toMatchObject({ line, file: join(folder, 'own.yaml') });
    expect(String(failure)).toContain(fix);
  });

  it('is refused when it is absent, empty, a file, not text, empty text or huge', async () => {
    await expect(loadPhrasebook({ folders: [join(folder, 'nowhere')] })).rejects.toThrow('cannot be read');
    await expect(loadPhrasebook({ folders: [folder] })).rejects.toThrow('no phrasebook file');
    await expect(loadWith(new Uint8Array([0xff, 0xfe, 0x00, 0x80]))).rejects.toThrow('UTF-8');
    await expect(loadPhrasebook({ folders: [join(folder, 'own.yaml')] })).rejects.toThrow('not a folder');
    await expect(loadWith('# nothing\n')).rejects.toThrow('empty');
    await expect(loadWith('lists:\n  a: [b]\n')).rejects.toThrow('no sentence');
    await expect(loadWith('#'.repeat(3_000_000))).rejects.toThrow('too many');
  });

  it('wins over a built-in sentence that fits as well', async () => {
    const loaded = await loadWith(
      'intents:\n  MyLight:\n    sentences: ["turn on the {name:light}"]\n    reply: [Yes.]\n    tool: my.tool\n',
      true,
    );
    const book = compilePhrasebook(loaded, sampleHome);
    const understood = book.understand('turn on the desk lamp');
    expect(understood).toMatchObject({
      type: 'matched',
      matches: [{ intent: 'MyLight', slots: { name: 'Desk Lamp' }, targets: ['light.desk'] }],
    });
    expect(understood.type === 'matched' && book.entryOf(understood.matches[0]!)).toEqual({ reply: ['Yes.'], tool: 'my.tool' });
    expect(book.understand('turn off the desk lamp')).toMatchObject({ matches: [{ intent: 'HassTurnOff' }] });
  });

  const drinks = `
intents:
  order:
    sentences:
      - (get|make) me [a] [{size}] [{roast}] {drink} [with {milk}]
lists:
  size: [small, eight ounce]
  roast: [dark roast, light roast]
  drink: [coffee, iced coffee, house coffee, latte]
  milk: [milk, skim milk, a little bit of milk, a little bit of skim milk]
`;

  it('knows its own intents and takes the longest list value, with and without the built-in sentences', async () => {
    for (const builtIn of [true, false]) {
      const book = compilePhrasebook(await loadWith(drinks, builtIn), sampleHome);
      expect(book.understand('get me an eight ounce dark roast iced coffee with a little bit of skim milk')).toEqual({
        type: 'matched',
        matches: [
          {
            intent: 'order',
            slots: { size: 'eight ounce', roast: 'dark roast', drink: 'iced coffee', milk: 'a little bit of skim milk' },
            targets: [],
            confidence: 1,
          },
        ],
      });
    }
  });

  it('says how finished an order is', async () => {
    const book = compilePhrasebook(await loadWith(drinks), sampleHome);
    expect(
      ['', 'get me', 'get me a latte', 'get me a latte with', 'get me a latte with milk', 'nonsense'].map((text) =>
        book.completeness(text),
      ),
    ).toEqual(['incomplete', 'incomplete', 'complete', 'incomplete', 'closed', 'incomplete']);
  });
});

describe('the built-in phrasebook', () => {
  it('loads, and every example of the help is understood as what it stands for', async () => {
    const book = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome);
    const wrong: string[] = [];
    for (const { intent, examples } of book.help()) {
      for (const example of examples) {
        const understood = book.understand(example, { room: 'living_room' });
        const found =
          understood.type === 'matched'
            ? understood.matches.map((match) => match.intent).join()
            : understood.type === 'ambiguous'
              ? understood.match.intent
              : '';
        if (found !== intent) wrong.push(`${intent}: "${example}" → ${found}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
