import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpokenAnswer } from './spoken-answer.ts';

function spoken(...pieces: string[]): string[] {
  const answer = new SpokenAnswer();
  return [...pieces.flatMap((piece) => answer.push(piece)), ...answer.end()];
}

describe('an answer as it is said', () => {
  it.each<[string, string, string[]]>([
    ['plain sentences', 'It is late. Shall I lock up? Good night!', ['It is late.', 'Shall I lock up?', 'Good night!']],
    ['marks', 'It is **21.5 °C** in the *garden*, ~~not~~ `here`.', ['It is 21.5 °C in the garden, not here.']],
    ['bold over two sentences', '**Well done. Go on.** Then rest.', ['Well done.', 'Go on.', 'Then rest.']],
    [
      'abbreviations',
      'Ask Dr. Watson, e.g. at 3 p.m. today. It is no. 5. He met J. R. Smith.',
      ['Ask Dr. Watson, e.g. at 3 p.m. today.', 'It is no. 5.', 'He met J. R. Smith.'],
    ],
    ['an answer that is "No."', 'No. That is wrong.', ['No.', 'That is wrong.']],
    ['decimals and versions', 'Version 1.2.3 is 4.5 times as big. 10 fit.', ['Version 1.2.3 is 4.5 times as big.', '10 fit.']],
    ['speech', '"Really?" he said. “No!” Then he left.', ['"Really?" he said.', '“No!”', 'Then he left.']],
    ['dots', 'Well... perhaps. Wait… Yes.', ['Well... perhaps.', 'Wait…', 'Yes.']],
    [
      'links',
      'See [the *forecast*](https://example.org/a_(b)) or https://www.bbc.co.uk/weather/1?x=2. Or <https://a.de/b>!',
      ['See the forecast or bbc.co.uk.', 'Or a.de!'],
    ],
    [
      'pictures and footnotes',
      'A ![black cat](cat.png) sits [1]. So[^2] it is.\n\n[1]: https://example.org',
      ['A black cat sits.', 'So it is.'],
    ],
    ['a heading', '## Weather\nIt rains.', ['Weather.', 'It rains.']],
    ['a list', 'You need:\n- milk\n* **eggs**\n- [x] bread\n', ['You need:', 'milk.', 'eggs.', 'Done: bread.']],
    ['steps', '1. Check the fuse.\n2. Call me\n11. Rest', ['First: Check the fuse.', 'Second: Call me.', 'Number 11: Rest.']],
    ['a year at the beginning', '1984. A good book.', ['1984.', 'A good book.']],
    ['a minus', '-5 degrees.\n\n+3 tomorrow.', ['-5 degrees.', '+3 tomorrow.']],
    [
      'code',
      'Try this:\n```ts\nconst a = 1. So\n``` \nThen this:\n~~~\n```\n~~~\nDone.',
      ['Try this:', 'I have put the code on the screen.', 'Then this:', 'There is more code on the screen.', 'Done.'],
    ],
    ['code that never ends', 'Look:\n```\nx', ['Look:', 'I have put the code on the screen.']],
    [
      'code in a line',
      'Run `npm start. Now` and ```x``` here. Or `a very long line of code that nobody wants to hear`.',
      ['Run npm start. Now and x here.', 'Or the code on the screen.'],
    ],
    [
      'formulas',
      'So $E = mc^2$. Then\n$$\n\\int x\n$$\nwith \\(x\\) and $n$.',
      ['So the formula on the screen.', 'Then', 'I have put the formula on the screen.', 'with x and n.'],
    ],
    ['money', 'It is $5. Then $10 and $20 more.', ['It is $5.', 'Then $10 and $20 more.']],
    [
      'a table',
      '| Day | High | Low |\n|:--|--:|---|\n| Monday | 21 | 9 |\n| Tuesday | 19 | |\nThat is all.',
      ['Monday: High 21, Low 9.', 'Tuesday: High 19.', 'That is all.'],
    ],
    ['a table of two columns', '| Room | Warmth |\n|---|---|\n| Attic | 21 °C |', ['Attic: 21 °C.']],
    [
      'a long table',
      `| a | b |\n|-|-|\n${'| x | y |\n'.repeat(9)}`,
      [...Array.from({ length: 6 }, () => 'x: y.'), 'There are 3 more rows on the screen.'],
    ],
    ['a quote', '> Be brief.\n> Be *kind*.', ['Be brief.', 'Be kind.']],
    ['lines of one paragraph', 'One\ntwo  \nthree.\n\nFour\n---\nfive', ['One two three.', 'Four', 'five']],
    [
      'times and powers',
      '3 * 4 = 12, 2**3 = 8, snake_case and __init__ stay.',
      ['3 times 4 = 12, 2 to the power of 3 = 8, snake_case and init stay.'],
    ],
    ['escapes and entities', 'A \\*star\\*, Q&amp;A, a<br>b.', ['A *star*, Q&A, a b.']],
    ['nothing to say', '🎉\n\n---\n\n***\n\n…', []],
    ['nothing', '', []],
  ])('%s', (_what, markdown, sentences) => {
    expect(spoken(markdown)).toEqual(sentences);
  });

  it('begins with the first sentence, while the second is still being written', () => {
    const answer = new SpokenAnswer();
    expect(answer.push('It is late. ')).toEqual([]);
    expect(answer.push('S')).toEqual(['It is late.']);
    expect(answer.push('hall I lock up?\n')).toEqual([]);
    expect(answer.push('\n')).toEqual(['Shall I lock up?']);
    expect(answer.push('```')).toEqual([]);
    expect(answer.push('\n')).toEqual(['I have put the code on the screen.']);
  });

  it('cuts what never ends, at a comma', () => {
    const sentences = spoken(`${'word '.repeat(70)}, then ${'more '.repeat(60)}`);
    expect(sentences.length).toBeGreaterThan(1);
    expect(Math.max(...sentences.map(({ length }) => length))).toBeLessThanOrEqual(400);
    expect(sentences.join(' ').match(/word|then|more/gu)).toHaveLength(131);
  });

  const bit = fc.constantFrom(
    ...[
      'Hello there. ',
      'And so on',
      '**bold** ',
      '*',
      '_',
      '`',
      '```',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '# ',
      '| a | b |\n',
      '|---|---|\n',
      '[link](https://a.b/c) ',
      '[',
      ']',
      '(',
      ')',
    ],
    ...[
      '$',
      '$$',
      '\\(',
      '\\[',
      '\\]',
      '\\',
      '> ',
      '---\n',
      'e.g. ',
      'Dr. No. ',
      '3.5 ',
      '5. ',
      '! ',
      '? ',
      '…',
      '"Yes." ',
      '~~~\n',
      '=',
      '+ ',
      '[x] ',
      '[1]: ',
      '<br>',
      'https://x.y/z. ',
      '\r\n',
      '  ',
      '\u{1F600}',
      '日本。',
    ],
  );

  it('does not depend on where the pieces were cut', () => {
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 30 }), fc.array(fc.nat(200), { maxLength: 8 }), (bits, cuts) => {
        const text = bits.join('');
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((one, other) => one - other), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(spoken(...pieces)).toEqual(spoken(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('never says anything before it is certain', () => {
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 25 }), fc.nat(100), (bits, cut) => {
        const text = bits.join('');
        const early = new SpokenAnswer().push(text.slice(0, cut % (text.length + 1)));
        expect(spoken(text).slice(0, early.length)).toEqual(early);
      }),
      { numRuns: 1000 },
    );
  });

  it('loses no word', () => {
    const word = fc.stringMatching(/^[a-z]{3,9}$/u);
    const words = fc.array(word, { minLength: 1, maxLength: 8 }).map((each) => each.join(' '));
    const block = fc.oneof(
      words.map((text) => `${text}.`),
      words.map((text) => `**${text}**! And *so*?`),
      words.map((text) => `## ${text}`),
      words.map((text) => `- ${text}\n- _${text}_`),
      words.map((text) => `> ${text}\n> ${text}`),
      fc.tuple(words, words).map(([one, two]) => `| ${one} | ${two} |\n|---|---|\n| ${two} | ${one} |`),
      words.map((text) => `See [${text}](https://example.org/${'x'.repeat(5)}) e.g. ${text}`),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const markdown = blocks.join('\n\n');
        const heard = new Set(
          spoken(markdown)
            .join(' ')
            .match(/[a-z]+/gu) ?? [],
        );
        const written =
          markdown
            .replaceAll(/\(https[^)]*\)/gu, '')
            .replaceAll(/^\|.*\|\n(?=\|-)/gmu, '')
            .match(/[a-z]+/gu) ?? [];
        expect(written.filter((each) => !heard.has(each))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is quick with what never ends', () => {
    const endless = ['a'.repeat(20_000), ` ${'[('.repeat(5000)}`, '`$'.repeat(5000), '*'.repeat(20_000), '. '.repeat(5000)];
    expect(spoken(...endless).join('').length).toBeGreaterThan(20_000);
  });
});
