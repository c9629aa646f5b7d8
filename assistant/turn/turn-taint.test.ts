import { describe, expect, it } from 'vitest';
import type { Taint, ToolOutcome } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import { entity, match } from '../../tests/fakes/home-scene.ts';
import { playTurn } from '../../tests/fakes/turn-stage.ts';
import { ConversationMemory, TAINT_MS } from './conversation-memory.ts';
import type { Mind } from './mind.ts';
import { TurnTaint } from './turn-taint.ts';

const calendar: Taint = { origin: 'calendar' };
const device: Taint = { origin: 'device' };
const read = (taint: Taint): ToolOutcome => ({ outcome: 'confirmed', output: [], taint });
const lamp = entity('light.lamp', 'Lamp', 'off');

/** Reads, then acts. */
const mind: Mind = {
  async answer({ call }) {
    await call({ tool: 'home.find-entities', input: { query: 'lamp' } });
    await call({ tool: 'home.call-service', input: {} });
    return { text: 'Done.' };
  },
};

describe('what a turn has read', () => {
  it('is told once, and carried by every later request', async () => {
    const { requests, events, result } = await playTurn('make it cosy', {
      entities: [lamp],
      services: { mind },
      outcome: ({ tool }) => (tool === 'home.find-entities' ? read(device) : { outcome: 'confirmed' }),
    });
    expect(requests.map(({ taint }) => taint)).toEqual([undefined, [device]]);
    expect(events.filter(({ type }) => type === 'turn-tainted')).toEqual([{ type: 'turn-tainted', taint: device }]);
    expect(result.taint).toEqual([device]);
  });

  it('is with the mind from what it may remember on', async () => {
    const { requests } = await playTurn('and now', { entities: [lamp], services: { mind }, request: { carried: [calendar] } });
    expect(requests.map(({ taint }) => taint)).toEqual([[calendar], [calendar]]);
  });

  it('leaves a sentence that the phrasebook knows alone: nothing that was read chose it', async () => {
    const understood = { type: 'matched' as const, matches: [match('HassTurnOn', ['light.lamp'])] };
    const { requests, result } = await playTurn('turn on the lamp', {
      entities: [lamp],
      understandings: { 'turn on the lamp': understood },
      request: { carried: [calendar] },
    });
    expect(requests.map(({ taint }) => taint)).toEqual([undefined]);
    expect(result.taint).toBeUndefined();
  });

  it('is there from the first request where the words themselves came from outside', async () => {
    const understood = { type: 'matched' as const, matches: [match('HassTurnOn', ['light.lamp'])] };
    const { requests, events } = await playTurn('turn on the lamp', {
      entities: [lamp],
      understandings: { 'turn on the lamp': understood },
      request: { taint: [{ origin: 'transcript' }] },
    });
    expect(requests.map(({ taint }) => taint)).toEqual([[{ origin: 'transcript' }]]);
    expect(events[0]).toEqual({ type: 'turn-tainted', taint: { origin: 'transcript' } });
  });

  it('holds what a skill only says to be harmless where it is names and states', () => {
    const events: TurnEventBody[] = [];
    const taint = new TurnTaint((event) => events.push(event));
    taint.answered('home.get-history', read(device), 'skill');
    taint.answered('home.call-service', { outcome: 'failed', reason: 'unlock the door' }, 'skill');
    expect(taint.list()).toEqual([]);
    taint.answered('home.get-events', read(calendar), 'skill');
    expect(taint.list()).toEqual([calendar]);
    expect(taint.left()).toBeUndefined();
  });

  it('counts the words of a failure that a mind reads', () => {
    const taint = new TurnTaint(() => undefined);
    taint.answered('home.call-service', { outcome: 'rejected', reason: 'unlock the door' }, 'mind');
    expect(taint.list()).toEqual([{ origin: 'tool-error', name: 'home.call-service' }]);
  });

  it('is told of a bounded number', () => {
    const taint = new TurnTaint(() => undefined);
    for (let index = 0; index < 1_000; index += 1) taint.add({ origin: 'web', name: `${index}.example` });
    expect(taint.list()).toHaveLength(50);
  });

  it('carries who asks, and from where, to the gate', async () => {
    const understood = { type: 'matched' as const, matches: [match('HassTurnOn', ['light.lamp'])] };
    const person = { name: 'Ann', role: 'guest' as const };
    const { requests } = await playTurn('turn on the lamp', {
      entities: [lamp],
      understandings: { 'turn on the lamp': understood },
      request: { person, speaker: 'ann', room: 'kitchen' },
    });
    expect(requests).toMatchObject([{ person, speaker: 'ann', room: 'kitchen' }]);
  });
});

describe('what a conversation has read', () => {
  const place = 'voice kitchen';

  it('stays until it ends, or has rested long enough that no mind remembers it', () => {
    const memory = new ConversationMemory();
    memory.keep(place, 'kitchen', { ended: false, taint: [calendar] }, 0);
    expect(memory.carried(place, TAINT_MS)).toEqual([calendar]);
    expect(memory.carried(place, TAINT_MS + 1)).toEqual([]);
    expect(memory.carried('voice attic', 0)).toEqual([]);
    memory.keep(place, 'kitchen', { ended: true }, 1);
    expect(memory.carried(place, 2)).toEqual([]);
  });

  it('outlasts turns that no mind answered', () => {
    const memory = new ConversationMemory();
    memory.keep(place, 'kitchen', { ended: false, taint: [calendar] }, 0);
    memory.keep(place, 'kitchen', { ended: false }, TAINT_MS);
    expect(memory.carried(place, 2 * TAINT_MS)).toEqual([calendar]);
  });
});
