import { describe, expect, it } from 'vitest';
import { type Mood, moodOf } from './mood.ts';

describe('the mood of words', () => {
  it.each<[Mood, string, string[]]>([
    ['frustrated', 'I said the kitchen, not the bathroom', []],
    ['frustrated', 'TURN OFF THE BLOODY LIGHT', []],
    ['frustrated', 'how many times do I have to say it', []],
    ['frustrated', 'No, not again!!', []],
    ['frustrated', 'turn on the kitchen light again!', ['turn on the kitchen light']],
    ['frustrated', 'Turn on the kitchen light', ['turn the kitchen light on', 'please turn on the kitchen light']],
    ['frustrated', 'this is useless', []],
    ['frustrated', "that's not what I asked for", []],
    ['hurried', "quick, where are my keys, I'm late", []],
    ['hurried', 'just the number, I am... no time', []],
    ['cheerful', 'Thank you so much, you are brilliant', []],
    ['cheerful', 'hahaha, very good', []],
    ['sad', 'I feel really lonely today', []],
    ['sad', 'my grandmother died last night', []],
    ['neutral', 'turn on the light', []],
    ['neutral', '', []],
  ])('is %s in %j', (mood, words, before) => {
    expect(moodOf(words, before)).toBe(mood);
  });

  it.each([
    ['play the film "Shut Up and Sing"', []],
    ['put on I Said Never Again', []],
    ['That was damn good coffee', []],
    ['who sang Sad Lisa', []],
    ['play Another One Bites the Dust again', ['play some jazz']],
    ['finally home', []],
    ['What does NASA do?', []],
    ['Is BBC ONE on?', []],
    ['turn it up a bit', ['turn it up a bit', 'turn it up a bit']],
    ['next song please', ['next song please', 'next song']],
    ['make it a bit warmer', ['make it a bit warmer', 'make it a bit warmer']],
    ["I'm not sad at all", []],
    ['is the useless box a thing you can buy', []],
    ['remind me that I said to him that I would call', []],
    ['how do I kill a process on Linux', []],
    ['set an alarm, quickly', []],
    ['write down: the meeting was a disaster, he said shut up', []],
  ])('is not mistaken in %j', (words, before) => {
    expect(moodOf(words, before)).toBe('neutral');
  });
});
