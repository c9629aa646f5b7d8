import { describe, expect, it } from 'vitest';
import { repetitionWatch } from './repetition.ts';

/** True when a watch that gets the text in small pieces calls it a loop. */
const isLoop = (text: string, piece = 7): boolean => {
  const watch = repetitionWatch();
  for (let index = 0; index < text.length; index += piece) if (watch.add(text.slice(index, index + piece))) return true;
  return false;
};

const PROSE = Array.from(
  { length: 120 },
  (_, index) => `Sentence ${index} says what number ${index * 7} has to do with ${index % 13}.`,
).join(' ');

describe('repetition', () => {
  it.each([
    ['a word', `Well then: ${'very '.repeat(200)}`],
    ['a letter', `Well: ${'a'.repeat(700)}`],
    ['a sentence', `Here it is. ${'I am not able to tell you that. '.repeat(30)}`],
    ['a paragraph', 'x '.repeat(30) + `${PROSE.slice(0, 600)}\n`.repeat(8)],
    [
      'with something in between',
      Array.from({ length: 40 }, (_, n) => `${n}: as I have said before the light in the kitchen is on and the door shut`).join(' '),
    ],
    ['another script', '東京は晴れです。'.repeat(90)],
    ['line ends', `end${'\n'.repeat(2500)}`],
  ])('of %s is a loop', (_name, text) => expect(isLoop(text)).toBe(true));

  it.each([
    ['prose', PROSE],
    ['laughter', `${PROSE} ha ha ha ha ha ha ha`],
    ['a ruler', `${'-'.repeat(300)}\n${PROSE}\n${'='.repeat(500)}`],
    ['a table', Array.from({ length: 40 }, (_, n) => `| Room ${n} | ${20 + (n % 5)} °C | ${n * 3} % | on |`).join('\n')],
    ['counting', Array.from({ length: 400 }, (_, n) => n + 1).join(', ')],
    ['a chorus', `${PROSE.slice(0, 300)}\n${'We all live in a house of light.\n'.repeat(3)}${PROSE.slice(300)}`],
    ['rooms', Array.from({ length: 30 }, (_, n) => `The temperature in the ${n}th room is 21 degrees.`).join(' ')],
    ['code', Array.from({ length: 60 }, (_, n) => `  if (value === ${n}) {\n    return names[${n}];\n  }\n`).join('')],
  ])('is not seen in %s', (_name, text) => expect(isLoop(text)).toBe(false));

  it('is seen soon: within a thousand characters of its beginning', () => {
    const watch = repetitionWatch();
    watch.add(PROSE);
    let told = 0;
    while (!watch.add('and so on and so forth ')) told += 23;
    expect(told).toBeLessThan(1000);
  });
});
