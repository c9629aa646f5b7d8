import { describe, expect, it } from 'vitest';
import { InputQueue } from './input-queue.ts';
import type { ListenerInput } from './listener-input.ts';

const audio = (length: number): ListenerInput => ({ type: 'audio', samples: new Int16Array(length) });
const listen: ListenerInput = { type: 'listen', by: 'push-to-talk' };
const line = (input: ListenerInput) =>
  input.type === 'audio' ? `audio ${input.samples.length}` : input.type === 'gap' ? `gap ${input.samples}` : input.type;

function open(limit = 100) {
  const abort = new AbortController();
  const taken: number[] = [];
  let overflows = 0;
  const queue = new InputQueue({
    limit,
    signal: abort.signal,
    taken: (samples) => taken.push(samples),
    overflowed: () => {
      overflows += 1;
    },
  });
  return { queue, abort, taken, overflows: () => overflows };
}

async function all(queue: InputQueue): Promise<string[]> {
  const lines: string[] = [];
  for await (const input of queue) lines.push(line(input));
  return lines;
}

describe('the queue before a listener', () => {
  it('keeps sound and orders in one order, and is heard to its end', async () => {
    const { queue, taken } = open();
    queue.push(audio(10));
    queue.push(listen);
    queue.push(audio(20));
    queue.end();
    queue.push(audio(30));
    expect(await all(queue)).toEqual(['audio 10', 'listen', 'audio 20']);
    expect(taken).toEqual([10, 20]);
  });

  it('drops the oldest sound beyond its limit, never an order, and leaves a gap of its length', async () => {
    const { queue, overflows } = open(100);
    for (let count = 0; count < 5; count += 1) queue.push(audio(30));
    queue.push(listen);
    queue.push(audio(60));
    queue.end();
    expect(await all(queue)).toEqual(['gap 120', 'audio 30', 'listen', 'audio 60']);
    expect(overflows()).toBe(1);
  });

  it('gives what comes while it is waited for', async () => {
    const { queue } = open();
    const lines = all(queue);
    await Promise.resolve();
    queue.push(audio(10));
    await Promise.resolve();
    queue.end();
    expect(await lines).toEqual(['audio 10']);
  });

  it('ends at once when it is aborted, waiting or not', async () => {
    const { queue, abort } = open();
    const lines = all(queue);
    await Promise.resolve();
    abort.abort();
    expect(await lines).toEqual([]);
    queue.push(audio(10));
    expect(await all(queue)).toEqual([]);
  });
});
