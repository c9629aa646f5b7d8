import { describe, expect, it } from 'vitest';
import { promptToGoOn, seam } from './seam.ts';

/** What comes out in all, with the new text in pieces of each size. */
function joined(said: string, next: string): string {
  const results = [1, 3, 1000].map((size) => {
    const edge = seam(said);
    let text = '';
    for (let index = 0; index < next.length; index += size) text += edge.add(next.slice(index, index + size));
    return said + text + edge.end();
  });
  expect(new Set(results).size).toBe(1);
  return results[0] ?? '';
}

const LONG = 'The kitchen light is on, the bedroom light is off, and the front door is locked';

describe('the seam between two models', () => {
  it.each([
    ['goes on exactly', 'The light is', ' on.', 'The light is on.'],
    ['repeats a word', 'The light is', 'is on.', 'The light is on.'],
    ['repeats a word with its blank', 'The light is', ' is on.', 'The light is on.'],
    ['repeats after a blank that was said', 'The light ', 'light is on.', 'The light is on.'],
    ['repeats a line', `Yes.\n${LONG}`, `${LONG}, sir.`, `Yes.\n${LONG}, sir.`],
    ['begins anew', LONG, `${LONG}, sir.`, `${LONG}, sir.`],
    ['begins the sentence anew', `Of course. ${LONG}`, `${LONG}. Anything else?`, `Of course. ${LONG}. Anything else?`],
    ['begins the broken word anew', 'It is in the bed', 'bedroom.', 'It is in the bedroom.'],
    ['finishes the broken word', 'hel', 'lo world', 'hello world'],
    ['finishes with a letter that is there', 'It is a bal', 'loon.', 'It is a balloon.'],
    ['leads in with dots', 'The light is on', '... is on and bright.', 'The light is on and bright.'],
    ['ends the sentence', 'The light is on', '. The light is bright.', 'The light is on. The light is bright.'],
    ['leads in with a line end', 'The light is on', '\n\nlight is on and bright.', 'The light is on and bright.'],
    ['says a doubled word once', 'I know that', ' that is so.', 'I know that is so.'],
    ['is only what was said', LONG, 'the front door is locked', LONG],
    ['is nothing', 'The light is', '', 'The light is'],
    ['is other words', 'The light is', ' surely on, the light is.', 'The light is surely on, the light is.'],
    ['is another script', '東京は晴れ', '晴れです', '東京は晴れ晴れです'],
  ])('%s', (_name, said, next, whole) => expect(joined(said, next)).toBe(whole));

  it('holds nothing back once it is joined', () => {
    const edge = seam('The light is');
    expect(edge.add(' on')).toBe(' on');
    expect(edge.add(' The light is')).toBe(' The light is');
  });

  it('holds nothing back where nothing was said', () => {
    expect(seam('').add('The')).toBe('The');
  });

  it('asks in a way that every provider takes: the last turn is the person’s', () => {
    const prompt = promptToGoOn([{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }], 'Good eve');
    expect(prompt.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(prompt[1]).toMatchObject({ content: [{ text: 'Good eve' }] });
  });
});
