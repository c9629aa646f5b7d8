import { describe, expect, it } from 'vitest';
import { hasMosquitto } from '../fakes/start-mosquitto.ts';
import { floodBroker } from './flood.ts';

describe.skipIf(!hasMosquitto)('a broker that floods', () => {
  it('costs no last state and leaves the event loop free, at 5,000 messages a second', { timeout: 40_000 }, async () => {
    const { sent, right, entities, ticks, memoryGrown } = await floodBroker({ seconds: 5, rate: 5000 });
    expect(sent).toBeGreaterThan(20_000);
    expect(right).toBe(entities);
    // of 500 that an idle machine shows; a loop that is kept busy shows a handful
    expect(ticks).toBeGreaterThan(100);
    expect(memoryGrown).toBeLessThan(300);
  });

  it('costs states in between only, however fast it is', { timeout: 40_000 }, async () => {
    const { right, entities, ticks } = await floodBroker({ seconds: 2, rate: 40_000 });
    expect(right).toBe(entities);
    expect(ticks).toBeGreaterThan(10);
  });
});

if (!hasMosquitto) it.skip('mosquitto is not installed: no flood was tried', () => undefined);
