import { describe, expect, test } from 'vitest';
import type { KeywordSpotter } from './keyword-spotter.ts';
import { plainCopy } from './listening-copy.ts';
import { createWakeEnsemble, type EnsembleOptions } from './wake-ensemble.ts';

/** Hears the word in any frame whose first sample is `mark`. */
function spotter(mark: number, log: number[] = []): KeywordSpotter {
  return {
    frameLength: 512,
    heard: (frame) => {
      log.push(frame[0] ?? 0);
      return frame[0] === mark;
    },
    [Symbol.dispose]: () => log.push(-1),
  };
}

function ensemble(options: Partial<EnsembleOptions> = {}) {
  const listeners = [
    { copy: plainCopy(), spotter: spotter(1_000), quietOnly: false },
    { copy: { ...plainCopy(), delay: 200 }, spotter: spotter(2_000), quietOnly: false },
  ];
  return createWakeEnsemble({ name: 'fake', word: 'jarvis', listeners, lag: 2_000, ...options });
}

const frame = (value: number) => new Int16Array(512).fill(value);

describe('createWakeEnsemble', () => {
  test('hits when any listener hears the word, and says when the word ended', () => {
    expect(ensemble().process(frame(1_000))).toEqual({ word: 'jarvis', endedSamplesAgo: 2_000 });
    expect(ensemble().process(frame(2_000))).toEqual({ word: 'jarvis', endedSamplesAgo: 2_200 });
    expect(ensemble().process(frame(3_000))).toBeUndefined();
  });

  test('takes what several listeners hear within a second for one word', () => {
    const detector = ensemble();
    const hits = Array.from({ length: 40 }, (_, index) => detector.process(frame(index % 2 === 0 ? 1_000 : 2_000)) !== undefined);
    expect(hits.flatMap((hit, index) => (hit ? [index] : []))).toEqual([0, 32]);
  });

  test('lets every listener hear every frame', () => {
    const heard: number[] = [];
    const listeners = [1_000, 2_000].map((mark) => ({ copy: plainCopy(), spotter: spotter(mark, heard), quietOnly: false }));
    const detector = ensemble({ listeners });
    detector.process(frame(1_000));
    detector.process(frame(5));
    expect(heard).toEqual([1_000, 1_000, 5, 5]);
  });

  test('does not believe in words that nobody could have said so softly', () => {
    const listeners = [{ copy: plainCopy(), spotter: spotter(2), quietOnly: false }];
    expect(ensemble({ listeners }).process(frame(2))).toBeUndefined();
  });

  test('counts a listener for quiet rooms only where the voice stands out', () => {
    const heardAfter = (background: number) => {
      const detector = ensemble({ listeners: [{ copy: plainCopy(), spotter: spotter(3_000), quietOnly: true }] });
      for (let index = 0; index < 40; index += 1) detector.process(frame(background));
      return detector.process(frame(3_000)) !== undefined;
    };
    expect(heardAfter(10)).toBe(true);
    expect(heardAfter(1_000)).toBe(false);
  });

  test('asks for a second look at the sound before the hit, the last sample last', () => {
    let reviewed: Int16Array | undefined;
    const detector = ensemble({
      verify: (samples) => {
        reviewed = samples;
        return false;
      },
    });
    for (let index = 0; index < 50; index += 1) detector.process(frame(7));
    expect(detector.process(frame(1_000))).toBeUndefined();
    expect(reviewed?.length).toBe(19_200);
    expect(reviewed?.at(-1)).toBe(1_000);
    expect(reviewed?.at(-513)).toBe(7);
  });

  test('forgets on reset', () => {
    const detector = ensemble();
    detector.process(frame(1_000));
    detector.reset();
    expect(detector.process(frame(1_000))).toBeDefined();
  });

  test('closes its engines', () => {
    const log: number[] = [];
    ensemble({ listeners: [{ copy: plainCopy(), spotter: spotter(1, log), quietOnly: false }] })[Symbol.dispose]();
    expect(log).toEqual([-1]);
  });
});
