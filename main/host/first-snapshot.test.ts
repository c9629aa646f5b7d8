import { describe, expect, it } from 'vitest';
import { firstSnapshot } from './first-snapshot.ts';

const home = {
  type: 'snapshot',
  floors: [],
  areas: [],
  entities: [{ id: 'light.hall', name: 'a\u2028b\u2029c', domain: 'light', state: 'on' }],
};
const stream = (...parts: string[]): Uint8Array[] => parts.map((part) => Buffer.from(part));

describe('the first snapshot of a stream of events', () => {
  it('is read whatever the names in it', async () => {
    const text = `: hello\n\nevent: message\ndata: ${JSON.stringify(home)}\n\n`;
    expect((await firstSnapshot(stream(text)))?.entities).toMatchObject([{ name: 'a\u2028b\u2029c' }]);
    expect((await firstSnapshot([...Buffer.from(text)].map((byte) => Uint8Array.of(byte))))?.entities).toHaveLength(1);
  });

  it('is not there when the stream ends before it', async () => {
    expect(await firstSnapshot([])).toBeUndefined();
    expect(await firstSnapshot(stream('event: message\n', 'data: {"half'))).toBeUndefined();
  });
});
