import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { Inbox, type Incoming } from './inbox.ts';

const message = (topic: string, text: string): Incoming => ({ topic, bytes: new TextEncoder().encode(text), retained: false });
const said = ({ topic, bytes }: Incoming): string => `${topic} ${new TextDecoder().decode(bytes)}`;
const comeRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function inboxOf(hurry = false, awaited: readonly string[] = []) {
  const clock = new FakeClock();
  const handled: string[] = [];
  let overflows = 0;
  const ending = new AbortController();
  const inbox = new Inbox({
    clock,
    awaited: (topic) => awaited.includes(topic),
    hurry: () => hurry,
    overflowed: () => {
      overflows += 1;
    },
    handle: (each) => handled.push(said(each)),
  });
  inbox.endsWith(ending.signal);
  return { inbox, clock, handled, ending, overflows: () => overflows };
}

describe('the inbox', () => {
  it('hands a message on at once while there are few', () => {
    const { inbox, handled } = inboxOf();
    inbox.take(message('a', '1'));
    inbox.take(message('a', '2'));
    expect(handled).toEqual(['a 1', 'a 2']);
  });

  it('keeps only the last of each topic when there are too many at once, and rests between the parts', async () => {
    const { inbox, clock, handled } = inboxOf();
    for (let count = 0; count < 10_000; count += 1) inbox.take(message(`topic${count % 5}`, String(count)));
    expect(handled).toHaveLength(400);
    expect(inbox.waiting).toBe(5);
    await comeRound();
    await comeRound();
    expect(handled).toHaveLength(400);
    await clock.advance(20);
    await comeRound();
    expect(handled.slice(400)).toEqual([0, 1, 2, 3, 4].map((topic) => `topic${topic} ${9995 + topic}`));
    expect(inbox.waiting).toBe(0);
  });

  it('never lets a later message overtake an earlier one of the same topic', async () => {
    const { inbox, clock, handled } = inboxOf();
    for (let count = 0; count < 401; count += 1) inbox.take(message(`t${count}`, 'x'));
    inbox.take(message('t400', 'late'));
    inbox.take(message('other', 'last'));
    for (let round = 0; round < 5; round += 1) {
      await comeRound();
      await clock.advance(20);
    }
    expect(handled.slice(400)).toEqual(['t400 late', 'other last']);
    inbox.take(message('t400', 'again'));
    expect(handled.at(-1)).toBe('t400 again');
  });

  it('hands on what somebody waits for before the flood that it came in, and nothing older after it', async () => {
    const { inbox, clock, handled } = inboxOf(false, ['lamp']);
    for (let count = 0; count < 3000; count += 1) inbox.take(message(`t${count}`, 'x'));
    inbox.take(message('lamp', 'off'));
    for (let count = 0; count < 3000; count += 1) inbox.take(message(`u${count}`, 'x'));
    inbox.take(message('lamp', 'on'));
    await comeRound();
    await comeRound();
    await clock.advance(20);
    expect(handled[400]).toBe('lamp on');
    while (inbox.waiting > 0) {
      await comeRound();
      await clock.advance(20);
    }
    expect(handled.filter((each) => each.startsWith('lamp'))).toEqual(['lamp on']);
    expect(handled).toHaveLength(6001);
  });

  it('takes what somebody waits for when it is full', async () => {
    const { inbox, handled } = inboxOf(true, ['lamp']);
    for (let count = 0; count < 60_000; count += 1) inbox.take(message(`t${count}`, 'x'));
    inbox.take(message('lamp', 'on'));
    while (inbox.waiting > 0) await comeRound();
    expect(handled).toContain('lamp on');
  });

  it('lets the event loop come round between the parts even without rests', async () => {
    const { inbox, handled } = inboxOf(true);
    for (let count = 0; count < 3000; count += 1) inbox.take(message(`t${count}`, 'x'));
    const seen: number[] = [];
    while (inbox.waiting > 0) {
      await comeRound();
      seen.push(handled.length);
    }
    expect(handled).toHaveLength(3000);
    for (const [index, count] of seen.entries()) expect(count - (seen[index - 1] ?? 400)).toBeLessThanOrEqual(400);
  });

  it('drops what no memory is left for, says so once, and goes on', async () => {
    const { inbox, handled, overflows } = inboxOf(true);
    const big = new Uint8Array(250_000);
    for (let count = 0; count < 400; count += 1) inbox.take(message('small', 'x'));
    for (let count = 0; count < 400; count += 1) inbox.take({ topic: `big${count}`, bytes: big, retained: false });
    expect(inbox.waiting).toBeLessThan(270);
    expect(overflows()).toBe(1);
    while (inbox.waiting > 0) await comeRound();
    inbox.take(message('after', 'x'));
    while (inbox.waiting > 0) await comeRound();
    expect(handled.at(-1)).toBe('after x');
  });

  it('empties itself when the home ends', async () => {
    const { inbox, handled, ending } = inboxOf();
    for (let count = 0; count < 1000; count += 1) inbox.take(message(`t${count}`, 'x'));
    ending.abort();
    for (let round = 0; round < 10; round += 1) await comeRound();
    expect(handled).toHaveLength(1000);
  });
});
