import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { type GuardOptions, guardedFetch } from './guarded-fetch.ts';

const limits = { firstByteMs: 1000, betweenBytesMs: 100, maximumBytes: 1000, maximumLineBytes: 100 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function guard(answer: (init: RequestInit) => Promise<Response>, options: Partial<GuardOptions> = {}) {
  const clock = new FakeClock();
  const fetch = guardedFetch({
    fetch: (_, init) => answer(init ?? {}),
    clock,
    limits,
    key: async () => 'key',
    header: { name: 'x-api-key', prefix: '' },
    name: 'Mine',
    answer: 'events',
    ...options,
  });
  return { clock, fetch };
}

/** A body whose pieces come when they are pushed. */
function slowBody(): { body: ReadableStream<Uint8Array>; push(text: string): void; cancelled(): boolean } {
  let cancelled = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return { body, push: (text) => controller?.enqueue(bytes(text)), cancelled: () => cancelled };
}

describe('a guarded fetch', () => {
  it('takes out whatever keys it was given, and puts its own in', async () => {
    let sent = new Headers();
    const { fetch } = guard(async ({ headers }) => {
      sent = new Headers(headers);
      return new Response('data: x\n\n');
    });
    await fetch('http://x', { headers: { authorization: 'Bearer placeholder', 'x-goog-api-key': 'placeholder', accept: 'a' } });
    expect([...sent]).toEqual([
      ['accept', 'a'],
      ['x-api-key', 'key'],
    ]);
  });

  it('follows nobody', async () => {
    let redirect: RequestInit['redirect'];
    const { fetch } = guard(async (init) => {
      redirect = init.redirect;
      return new Response(null, { status: 302 });
    });
    await expect(fetch('http://x', { redirect: 'follow' })).rejects.toMatchObject({ kind: 'failed', retryable: false });
    expect(redirect).toBe('manual');
  });

  it('counts the time to the first byte, headers or not', async () => {
    const { body } = slowBody();
    const { clock, fetch } = guard(async () => new Response(body));
    const reading = (await fetch('http://x')).text();
    reading.catch(() => undefined);
    await clock.advance(1000);
    await expect(reading).rejects.toMatchObject({ kind: 'timed-out' });
  });

  it('counts the time between pieces anew with each, and not while nobody reads', async () => {
    const { body, push } = slowBody();
    const { clock, fetch } = guard(async () => new Response(body));
    const reader = (await fetch('http://x')).body?.getReader();
    if (reader === undefined) throw new Error('no body');
    push('one\n');
    await reader.read();
    await clock.advance(10_000); // the reader is busy elsewhere
    for (const text of ['two\n', 'three\n']) {
      const next = reader.read();
      await clock.advance(99);
      push(text);
      expect(new TextDecoder().decode((await next).value)).toBe(text);
    }
    const last = reader.read();
    last.catch(() => undefined);
    await clock.advance(100);
    await expect(last).rejects.toMatchObject({ kind: 'timed-out', message: 'Mine fell silent in the middle of its answer.' });
  });

  it('leaves no timer behind', async () => {
    let waiting = 0;
    const clock = new FakeClock();
    const counting = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: async (ms: number, signal?: AbortSignal) => {
        waiting += 1;
        try {
          await clock.sleep(ms, signal);
        } finally {
          waiting -= 1;
        }
      },
    };
    const { fetch } = guard(async () => new Response('data: 1\n\ndata: [DONE]\n\n'), { clock: counting });
    await (await fetch('http://x')).text();
    await clock.advance(0);
    expect(waiting).toBe(0);
  });

  it('ends at [DONE], however it is cut, though the connection stays open', async () => {
    for (const pieces of [['data: 1\n\ndata: [DONE]\n\n'], ['data: 1\n\nda', 'ta: [DO', 'NE]\n', '\n'], ['data:[DONE]\r\n\r\n']]) {
      const { body, push, cancelled } = slowBody();
      const { fetch } = guard(async () => new Response(body));
      const response = await fetch('http://x');
      for (const piece of pieces) push(piece);
      expect(await response.text()).toBe(pieces.join(''));
      expect(cancelled()).toBe(true);
    }
  });

  it('does not end at [DONE] in what somebody says', async () => {
    const text = 'data: {"text":"data: [DONE]"}\n\ndata: {"text":"more"}\n\n';
    const { fetch } = guard(async () => new Response(text));
    expect(await (await fetch('http://x')).text()).toBe(text);
  });

  it('keeps to its sizes', async () => {
    const read = async (text: string, answer: GuardOptions['answer']) =>
      (await guard(async () => new Response(text), { answer }).fetch('http://x')).text();
    const long = 'x'.repeat(101);
    expect(await read(`${'x'.repeat(100)}\n${'x'.repeat(100)}`, 'lines')).toHaveLength(201);
    await expect(read(`\n${long}`, 'lines')).rejects.toMatchObject({ kind: 'broken-answer' });
    expect(await read(long, 'json')).toBe(long);
    await expect(read('x'.repeat(1001), 'json')).rejects.toMatchObject({ kind: 'broken-answer' });
  });

  it('reads an error that comes as a good answer', async () => {
    const json = (body: string) =>
      guard(async () => new Response(body, { headers: { 'content-type': 'application/json' } })).fetch('http://x');
    await expect(json('{"error":{"message":"server busy"}}')).rejects.toMatchObject({ kind: 'overloaded' });
    await expect(json('{"choices":[]}')).rejects.toMatchObject({ kind: 'broken-answer' });
    await expect(guard(async () => new Response(null, { status: 204 })).fetch('http://x')).rejects.toMatchObject({ kind: 'broken-answer' });
  });

  it('does not wait for the end of an error that has none', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(bytes('x'.repeat(4096))) });
    await expect(guard(async () => new Response(endless, { status: 500 })).fetch('http://x')).rejects.toMatchObject({ kind: 'failed' });
    const { body } = slowBody();
    const { clock, fetch } = guard(async () => new Response(body, { status: 500 }));
    const asking = fetch('http://x');
    asking.catch(() => undefined);
    await clock.advance(1000);
    await expect(asking).rejects.toMatchObject({ kind: 'timed-out' });
  });
});
