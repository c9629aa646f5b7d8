import { describe, expect, it } from 'vitest';
import { closeOpenMarks } from './close-open-marks.ts';
import { parseMarkdown, safeAddress } from './parse-markdown.ts';

const types = (text: string) => parseMarkdown(text).map(({ tokens }) => tokens[0]?.type);
const inline = (text: string) =>
  parseMarkdown(text)[0]?.tokens[1]?.children?.map(({ type, content }) => (content === '' ? type : `${type} ${content}`)) ?? [];

describe('Markdown of an answer', () => {
  it('falls into blocks that stand by themselves', () => {
    expect(types('# A\n\nwords\n\n- a\n- b\n\n```js\n1\n```\n\n| a |\n|---|\n| b |')).toEqual([
      'heading_open',
      'paragraph_open',
      'bullet_list_open',
      'fence',
      'table_open',
    ]);
  });

  it('keeps what has not changed while it grows', () => {
    const before = parseMarkdown('one\n\ntwo');
    const after = parseMarkdown('one\n\ntwo and', before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('reads a block anew when an address for it comes later', () => {
    const before = parseMarkdown('see [a]');
    const after = parseMarkdown('see [a]\n\n[a]: https://example.org', before);
    expect(after[0]).not.toBe(before[0]);
  });

  it('never takes HTML as HTML', () => {
    expect(types('<script>alert(1)</script>')).toEqual(['paragraph_open']);
    expect(inline('<img src=x onerror=alert(1)>')).toEqual(['text <img src=x onerror=alert(1)>']);
  });

  it('finds formulas, and leaves prices alone', () => {
    expect(inline('so $x^2$ it is')).toEqual(['text so ', 'math_inline x^2', 'text  it is']);
    expect(inline('so \\(x\\) it is')).toEqual(['text so ', 'math_inline x', 'text  it is']);
    expect(inline('from $5 to $10, or US$ 3')).toEqual(['text from $5 to $10, or US$ 3']);
    expect(inline('`$x$`')).toEqual(['code_inline $x$']);
    expect(types('$$\na\n\nb\n$$')).toEqual(['math_block']);
    expect(types('\\[ a + b \\]\nwords')).toEqual(['math_block', 'paragraph_open']);
    expect(types('$$ never closed')).toEqual(['paragraph_open']);
  });

  it('leads nowhere but to addresses', () => {
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '/here', '', null])
      expect(safeAddress(bad)).toBeUndefined();
    expect(safeAddress('https://example.org/a?b=c')).toBe('https://example.org/a?b=c');
  });

  it('survives what nobody would write', () => {
    const deep = `${'> '.repeat(300)}x`;
    const stars = '*'.repeat(5000);
    const brackets = '['.repeat(5000);
    for (const text of ['', '\n\n\n', '\0\u{10ffff}', deep, stars, brackets, '$'.repeat(3000), '```'.repeat(50)])
      expect(() => parseMarkdown(text)).not.toThrow();
  });
});

describe('Markdown that is still being written', () => {
  it('closes what its last paragraph has opened', () => {
    expect(closeOpenMarks('it is **very')).toBe('it is **very**');
    expect(closeOpenMarks('it is **')).toBe('it is ');
    expect(closeOpenMarks('run `npm')).toBe('run `npm`');
    expect(closeOpenMarks('see [the page](https://exa')).toBe('see the page');
    expect(closeOpenMarks('see [the pa')).toBe('see the pa');
  });

  it('leaves alone what is whole, and code that is open', () => {
    for (const text of ['**a** and `b`', '[a](https://b.org) c', '```js\nconst a = `x', 'a\n\n~~~\n**b', '`**`'])
      expect(closeOpenMarks(text)).toBe(text);
  });

  it('looks at the last paragraph alone', () => {
    expect(closeOpenMarks('odd ** star\n\nwords')).toBe('odd ** star\n\nwords');
  });
});
