import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { SequencePool } from './sequence-pool.ts';

const tokens = (text: string): Token[] => [...text].map((letter) => letter.charCodeAt(0) as Token);
/** All that the pool looks at. */
const holding = (text: string) => ({ contextTokens: tokens(text) }) as LlamaContextSequence;
const never = new AbortController().signal;

describe('a pool of sequences', () => {
  it('gives the one that holds most of the same prompt', async () => {
    const [system, other, empty] = [holding('system: tea'), holding('else'), holding('')];
    const pool = new SequencePool([empty, other, system]);
    expect((await pool.acquire(tokens('system: milk'), never)).sequence).toBe(system);
    expect((await pool.acquire(tokens('elsewhere'), never)).sequence).toBe(other);
    expect((await pool.acquire(tokens('system: milk'), never)).sequence).toBe(empty);
  });

  it('gives a new conversation the one that was used longest ago', async () => {
    const [old, fresh] = [holding('a'), holding('b')];
    const pool = new SequencePool([old, fresh]);
    (await pool.acquire(tokens('a'), never)).release();
    expect((await pool.acquire(tokens('c'), never)).sequence).toBe(fresh);
  });

  it('serves those who wait in their order, once for each release', async () => {
    const pool = new SequencePool([holding('')]);
    const first = await pool.acquire([], never);
    const order: number[] = [];
    const waiting = [1, 2].map(async (number) => {
      const lease = await pool.acquire([], never);
      order.push(number);
      return lease;
    });
    first.release();
    first.release();
    const second = await waiting[0]!;
    expect(order).toEqual([1]);
    second.release();
    await waiting[1];
    expect(order).toEqual([1, 2]);
  });

  it('lets one leave the queue without holding up the others', async () => {
    const pool = new SequencePool([holding('')]);
    const first = await pool.acquire([], never);
    const leaver = new AbortController();
    const left = pool.acquire([], leaver.signal);
    const stayed = pool.acquire([], never);
    leaver.abort(new Error('no longer wanted'));
    await expect(left).rejects.toThrow('no longer wanted');
    first.release();
    await stayed;
    await expect(pool.acquire([], leaver.signal)).rejects.toThrow('no longer wanted');
  });
});
