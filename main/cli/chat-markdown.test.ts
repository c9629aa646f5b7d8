import { describe, expect, test } from 'vitest';
import { ChatMarkdown } from './chat-markdown.ts';

const styled = (pieces: readonly string[]): string => {
  const markdown = new ChatMarkdown();
  return pieces.map((piece) => markdown.push(piece)).join('') + markdown.end();
};
const bare = (text: string): string =>
  text
    .split('\u001B[')
    .map((part, at) => (at === 0 ? part : part.replace(/^[\d;]*m/u, '')))
    .join('');

const TEXT =
  '# Title\nSome **bold** and `a * b` text.\n\n- one\n- two\n> said\n```js\nconst x = "**not bold**";\n# no heading\n```\n5 * 3 = 15\n';

describe('Markdown at a terminal', () => {
  test('keeps every word, takes away the marks that a style replaces', () => {
    expect(bare(styled([TEXT]))).toBe(
      'Title\nSome bold and a * b text.\n\n• one\n• two\n│ said\n```js\nconst x = "**not bold**";\n# no heading\n```\n5 * 3 = 15\n',
    );
  });

  test.each([1, 2, 3, 5, 8])('is the same however it comes in pieces, of %i signs', (size) => {
    const pieces = Array.from({ length: Math.ceil(TEXT.length / size) }, (_, at) => TEXT.slice(at * size, (at + 1) * size));
    expect(styled(pieces)).toBe(styled([TEXT]));
  });

  test('what is not closed is closed at the end', () => {
    expect(styled(['a **bold word'])).toBe('a \u001B[1mbold word\u001B[22m');
    expect(bare(styled(['```\nopen']))).toBe('```\nopen');
    expect(bare(styled(['*']))).toBe('*');
    expect(bare(styled(['#']))).toBe('#');
  });

  test('plain words are written at once', () => {
    const markdown = new ChatMarkdown();
    expect(markdown.push('Hel')).toBe('Hel');
    expect(markdown.push('lo ')).toBe('lo ');
  });
});
