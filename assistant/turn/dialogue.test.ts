import { describe, expect, it } from 'vitest';
import { EVENING, entity, match, viewOf } from '../../tests/fakes/home-scene.ts';
import type { OpenQuestion } from './dialogue.ts';
import { answersTo, readAnswer } from './dialogue.ts';

const view = viewOf({
  entities: [
    entity('light.a', 'Night Light', 'off', { area: "ben's_room" }),
    entity('light.b', 'Night Light', 'off', { area: "olivia's_room" }),
    entity('light.c', 'Lamp', 'off', { area: "olivia's_room", aliases: ['moon'] }),
  ],
});
const which: OpenQuestion = {
  kind: 'choice',
  match: match('HassTurnOn', []),
  which: ['light.a', 'light.b'],
  asked: 'Which one?',
  until: EVENING,
};
const confirm: OpenQuestion = { kind: 'confirm', matches: [match('HassTurnOff', ['light.a'])], asked: 'Shall I?', until: EVENING };

const chosen = (text: string, question: OpenQuestion = which) => {
  const answer = readAnswer(text, question, view);
  return answer.type === 'chosen' ? answer.matches.flatMap(({ targets }) => targets) : answer.type;
};

describe('the answer to "which one?"', () => {
  it.each([
    ["ben's", ['light.a']],
    ['bens', ['light.a']],
    ["the one in Olivia's room", ['light.b']],
    ['the second one', ['light.b']],
    ['the last', ['light.b']],
    ['both', ['light.a', 'light.b']],
    ["no, Ben's", ['light.a']],
    ['neither', 'declined'],
    ['none of them', 'declined'],
    ['never mind', 'declined'],
    ['the purple one', 'unclear'],
    ['third', 'unclear'],
    ['', 'unclear'],
    ['night light', 'unclear'],
  ])('%s', (text, expected) => {
    expect(chosen(text)).toEqual(expected);
  });

  it('may be another name of the thing', () => {
    expect(chosen('the moon', { ...which, which: ['light.b', 'light.c'] })).toEqual(['light.c']);
  });
});

describe('the answer to "shall I?"', () => {
  it.each(['yes', 'Yes, please!', 'do it', 'go ahead', 'sure, do that', 'okay'])('%s is a yes', (text) => {
    expect(chosen(text, confirm)).toEqual(['light.a']);
  });
  it.each(['no', 'No, thank you.', 'don’t', "please don't", 'stop', 'cancel'])('%s is no yes', (text) => {
    expect(chosen(text, confirm)).not.toEqual(['light.a']);
  });
  it.each(['yesterday', 'is it okay for the cat', 'yes but only the hall', ''])('"%s" is neither', (text) => {
    expect(chosen(text, confirm)).toBe('unclear');
  });
});

it('the recogniser expects every way to answer', () => {
  expect(answersTo(confirm, view)).toEqual(expect.arrayContaining(['yes please', 'go ahead', "don't", 'cancel']));
  expect(answersTo(which, view)).toEqual(expect.arrayContaining(['the second one', 'both', 'neither', "ben's room"]));
  for (const words of [...answersTo(confirm, view), ...answersTo(which, view)]) expect(words).toMatch(/^[a-z][a-z' ]*$/u);
});
