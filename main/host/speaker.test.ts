import { expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { MessageQueue } from '../supervisor/message-queue.ts';
import { type Mouth, Speaker } from './speaker.ts';

/** Says sentence by sentence, and asks for the next as soon as one is said. */
function mouthThatTells(said: (sentence: string) => void): Mouth {
  return {
    present: () => true,
    earcon: () => undefined,
    async say(_turnId, text, started, signal) {
      started();
      for await (const sentence of typeof text === 'string' ? [text] : text) said(sentence);
      return { heardMs: 1, interrupted: signal.aborted };
    },
  };
}

it('is silent at once when somebody speaks over it, also while the next sentence is still being written', async () => {
  const sentences = new MessageQueue<string>();
  const heard = Promise.withResolvers<void>();
  const speaker = new Speaker(
    mouthThatTells(() => heard.resolve()),
    new FakeClock(),
  );
  const ended = speaker.say('turn', sentences, () => undefined, new AbortController().signal);
  sentences.push('The fox sleeps.');
  await heard.promise;
  speaker.interrupt();
  expect(await ended).toEqual({ heardMs: 1, interrupted: true });
  expect(speaker.said.text).toBe(' The fox sleeps.');
});

it('says nothing of what comes too late to be said', async () => {
  const sentences = new MessageQueue<string>();
  const said: string[] = [];
  const speaker = new Speaker(
    mouthThatTells((sentence) => said.push(sentence)),
    new FakeClock(),
  );
  const stopped = AbortSignal.abort(new Error('stopped'));
  sentences.push('The fox sleeps.');
  expect(await speaker.say('turn', sentences, () => undefined, stopped)).toMatchObject({ interrupted: true });
  expect(said).toEqual([]);
});
