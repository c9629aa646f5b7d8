import { expect, it } from 'vitest';
import { plainWords } from './plain-words.ts';

it('leaves the words of an answer, without its marks', () => {
  expect(plainWords('## Heat\n\nA **pump** moves [heat](https://a.b):\n\n- *out*\n- `in`')).toBe('Heat\n\nA pump moves heat:\n\nout\nin');
  expect(plainWords('before\n```js\nconst a = 1;\n```\nafter')).toBe('before\n(code)\nafter');
  expect(plainWords('before\n```js\nconst a')).toBe('before\n(code)');
});

it('leaves alone what only looks like a mark', () => {
  expect(plainWords('2 * 3 * 4 in snake_case_name')).toBe('2 * 3 * 4 in snake_case_name');
});
