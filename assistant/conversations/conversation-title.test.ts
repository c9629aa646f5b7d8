import { describe, expect, it } from 'vitest';
import { titleFromModel, titleFromWords } from './conversation-title.ts';

describe('a title', () => {
  it.each([
    ['Hey Jarvis, could you please turn on the light?', 'Turn on the light'],
    ['good morning', 'Good morning'],
    ['Please', 'Please'],
    ['what is the 3.5 mm plug for. I never knew', 'What is the 3.5 mm plug for'],
    ['## A *heading*\nand more', 'A heading and more'],
    ['   ', 'New conversation'],
    [
      'Explain the difference between a very long sentence and an even longer one that goes on',
      'Explain the difference between a very long sentence and an…',
    ],
    ['x'.repeat(100), `X${'x'.repeat(58)}…`],
  ])('of %j is %j', (words, title) => {
    expect(titleFromWords(words)).toBe(title);
  });

  it('of a model is cleaned, or refused when it is none', () => {
    expect(titleFromModel('**Title:** “Lamps in the hall.”\nHope that helps')).toBe('Lamps in the hall');
    expect(titleFromModel(' \n')).toBeUndefined();
    expect(
      titleFromModel('Here is a title for the conversation you gave me, which is about lamps and a good many other things'),
    ).toBeDefined();
    expect(titleFromModel('x'.repeat(200))).toBeUndefined();
  });
});
