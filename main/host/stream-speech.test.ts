import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { Speaker, type Speech } from './speaker.ts';
import { streamSpeech } from './stream-speech.ts';

/** Ends a sentence at every full stop. */
function maker() {
  let rest = '';
  return {
    push(piece: string) {
      const [last = '', ...whole] = (rest + piece).split(/(?<=\.)/u).reverse();
      rest = last.endsWith('.') ? '' : last;
      return last.endsWith('.') ? [...whole.reverse(), last] : whole.reverse();
    },
    end: () => (rest === '' ? [] : [rest]),
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

describe('an answer that is spoken while it is written', () => {
  it('begins with its first sentence and says all of them as one speech', async () => {
    const heard: string[] = [];
    const speech = streamSpeech(maker(), new AbortController(), async (sentences) => {
      for await (const sentence of sentences) heard.push(sentence);
      return false;
    });
    speech.push('It is');
    await settle();
    expect(heard).toEqual([]);
    speech.push(' late. Good');
    await settle();
    expect(heard).toEqual(['It is late.']);
    speech.push(' night');
    await speech.end();
    expect(heard).toEqual(['It is late.', ' Good night']);
  });

  it('stops the writing when somebody speaks over it, but not when everything was written', async () => {
    for (const written of [false, true]) {
      const writing = new AbortController();
      const over = Promise.withResolvers<boolean>();
      const speech = streamSpeech(maker(), writing, () => over.promise);
      speech.push('It is late.');
      const ended = written ? speech.end() : undefined;
      over.resolve(true);
      await settle();
      await ended;
      expect(writing.signal.aborted).toBe(!written);
    }
  });

  it('ends with the turn that is called off, in the middle of a thought', async () => {
    const writing = new AbortController();
    const heard: string[] = [];
    const speech = streamSpeech(maker(), writing, async (sentences) => {
      for await (const sentence of sentences) heard.push(sentence);
      return true;
    });
    speech.push('It is late. And then');
    await settle();
    writing.abort(new Error('cancelled'));
    speech.push(' nobody hears this.');
    await speech.end();
    expect(heard).toEqual(['It is late.']);
  });

  it('tells what was said of it so far, so that JARVIS does not take its own words for a person', async () => {
    const clock = new FakeClock();
    const said: Speech[] = [];
    const speaker = new Speaker(
      {
        present: () => true,
        earcon: () => undefined,
        async say(_turnId, text) {
          if (typeof text === 'string') said.push(text);
          else for await (const sentence of text) said.push(sentence);
          return { heardMs: 1, interrupted: false };
        },
      },
      clock,
    );
    const done = speaker.say(
      'turn',
      (async function* () {
        yield 'One.';
        yield 'Two.';
      })(),
      () => undefined,
      new AbortController().signal,
    );
    expect(speaker.speaking).toBe(true);
    await done;
    expect(speaker.said.text.trim()).toBe('One. Two.');
    expect(said).toEqual(['One.', 'Two.']);
    expect(speaker.speaking).toBe(false);
  });
});
