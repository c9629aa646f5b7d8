import { beforeEach, describe, expect, it } from 'vitest';
import { JarvisError } from '../contract/failure.ts';
import type { HomeSnapshot } from '../contract/home.ts';
import { entityOf, FakeBridge } from '../tests/fakes/fake-bridge.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import type { Tool } from '../tools/tool.ts';
import type { HomeRecords } from './home-bridge.ts';
import { MergedHome } from './merged-home.ts';
import { recordTools } from './record-tools.ts';
import { StateRecorder } from './state-recorder.ts';

const clock = new FakeClock();
const never = new AbortController().signal;
const context = { turnId: 't', source: 'voice', signal: never, clock } as const;
const places: Pick<HomeSnapshot, 'areas' | 'floors'> = {
  floors: [{ id: 'up', name: 'Upstairs', aliases: [] }],
  areas: [{ id: 'bed', name: 'Bedroom', aliases: [], floor: 'up' }],
};

let asked: unknown[][];
let assistant: FakeBridge;
let broker: FakeBridge;
let home: MergedHome;

const records: HomeRecords = {
  history: async (ids, from, to) => {
    asked.push([...ids, from, to]);
    return new Map(ids.map((id) => [id, [{ state: 'on', at: from }]]));
  },
  calendarEvents: async (id, from, to) => [{ summary: id, start: from, end: to, allDay: false }],
  forecast: async (_id, type) => [{ at: 1, condition: type }],
  todoItems: async (id) => [{ uid: '1', summary: id, status: 'needs_action' }],
  converse: async (text, { language, conversationId }) => ({
    speech: `${language} ${text}`,
    type: 'query_answer',
    continues: false,
    ...(conversationId !== undefined && { conversationId }),
  }),
};

beforeEach(() => {
  asked = [];
  assistant = new FakeBridge({ name: 'ha', title: 'Home Assistant at http://x:8123', records, ...places }, [
    entityOf('light.bed', { name: 'Bedside lamp', area: 'bed', identity: 'mqtt light 1' }),
    entityOf('calendar.home', { name: 'Family' }),
    entityOf('weather.home', { name: 'Weather' }),
    entityOf('todo.shop', { name: 'Shopping list' }),
    entityOf('lock.shed', { name: 'Shed', aliases: ['The hut'] }),
  ]);
  broker = new FakeBridge({ name: 'mqtt' }, [
    entityOf('light.z', { name: 'Z', identity: 'mqtt light 1', state: 'on' }),
    entityOf('sensor.warm', { name: 'Warmth', state: '20' }),
  ]);
  const recorder = new StateRecorder({ clock });
  home = new MergedHome([assistant, broker], { recorder });
  for (const entity of home.snapshot().entities) recorder.note(entity);
});

function tool(name: string, of: MergedHome = home): Tool {
  const found = recordTools(of).find(({ manifest }) => manifest.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
const run = (name: string, input: unknown, of?: MergedHome) => {
  const one = tool(name, of);
  return one.run(one.manifest.input.parse(input), context);
};

describe('what the home remembers', () => {
  it('is asked of the bridge that has the entity, under its own id, and answered under the one that was asked', async () => {
    expect(await run('home.get-history', { entityIds: ['light.z'], from: 1, to: 2 })).toEqual({
      outcome: 'confirmed',
      output: { 'light.z': [{ state: 'on', at: 1 }] },
    });
    expect(asked).toEqual([['light.bed', 1, 2]]);
  });

  it('comes from what JARVIS recorded where no bridge has it or the bridge is away', async () => {
    const now = clock.now();
    const input = { entityIds: ['sensor.warm'], from: now - 1000, to: now };
    expect(await run('home.get-history', input)).toMatchObject({ output: { 'sensor.warm': [{ state: '20', at: now }] } });
    assistant.state = 'disconnected';
    expect(await run('home.get-history', { ...input, entityIds: ['light.bed'] })).toMatchObject({
      outcome: 'confirmed',
      output: { 'light.bed': [{ state: 'off', at: now }] },
    });
  });

  it('comes from the recording also when the bridge fails, and fails as the bridge does without one', async () => {
    const failing = new FakeBridge({ name: 'ha', records: { history: () => Promise.reject(new JarvisError('timed-out')) } }, [
      entityOf('light.a', { state: 'on' }),
    ]);
    const recorder = new StateRecorder({ clock });
    const remembering = new MergedHome([failing], { recorder });
    const input = { entityIds: ['light.a'], from: clock.now() - 1000, to: clock.now() };
    expect(await run('home.get-history', input, remembering)).toEqual({
      outcome: 'failed',
      reason: 'That took too long, so I stopped.',
    });
    recorder.note(entityOf('light.a', { state: 'on' }));
    expect(await run('home.get-history', input, remembering)).toMatchObject({
      outcome: 'confirmed',
      output: { 'light.a': [{ state: 'on' }] },
    });
  });

  it.each([
    [{ entityIds: ['light.nowhere'], from: 0, to: 1 }, /no such device: light.nowhere/],
    [{ entityIds: ['light.bed'], from: 2, to: 1 }, /ends before it begins/],
    [{ entityIds: ['light.bed'], from: 0, to: 1e12 }, /longer than a year/],
  ])('refuses %o in words', async (input, reason) => {
    expect(await run('home.get-history', input)).toMatchObject({ outcome: 'rejected', reason: expect.stringMatching(reason) });
  });

  it.each([
    [{}],
    [{ entityIds: [], from: 0, to: 1 }],
    [{ entityIds: ['a.b'], from: 'x', to: 1 }],
    [{ entityIds: ['a.b'], from: 0, to: 1, more: 1 }],
  ])('takes no %o', (input) => {
    expect(tool('home.get-history').manifest.input.safeParse(input).success).toBe(false);
  });
});

describe('calendar, weather and lists', () => {
  it('are looked up', async () => {
    expect(await run('home.get-events', { entityId: 'calendar.home', from: 1, to: 2 })).toMatchObject({
      output: [{ summary: 'calendar.home' }],
    });
    expect(await run('home.get-forecast', { entityId: 'weather.home', type: 'daily' })).toMatchObject({ output: [{ condition: 'daily' }] });
    expect(await run('home.get-items', { entityId: 'todo.shop' })).toMatchObject({ output: [{ summary: 'todo.shop' }] });
  });

  it('say why not when they cannot be', async () => {
    expect(await run('home.get-events', { entityId: 'light.bed', from: 1, to: 2 })).toMatchObject({
      outcome: 'rejected',
      reason: 'Bedside lamp is no calendar.',
    });
    assistant.state = 'disconnected';
    expect(await run('home.get-items', { entityId: 'todo.shop' })).toMatchObject({
      outcome: 'failed',
      reason: 'That did not work: Home Assistant is not connected, so I cannot reach the shopping list.',
    });
    expect(await run('home.get-items', { entityId: 'todo.x' }, new MergedHome([broker]))).toMatchObject({ outcome: 'rejected' });
  });

  it('are absent where no bridge has them', () => {
    expect(Object.keys(new MergedHome([broker]).records)).toEqual([]);
    expect(Object.keys(home.records).sort()).toEqual(['calendarEvents', 'converse', 'forecast', 'history', 'todoItems']);
  });
});

describe('finding entities', () => {
  it('gives what a model needs to go on, and no more than it asked for', async () => {
    expect(await run('home.find-entities', { query: 'bedroom lamp' })).toEqual({
      outcome: 'confirmed',
      output: [{ entityId: 'light.bed', name: 'Bedside lamp', area: 'Bedroom', floor: 'Upstairs', domain: 'light', state: 'off' }],
    });
    expect(tool('home.find-entities').manifest.input.safeParse({ query: 'x', limit: 21 }).success).toBe(false);
  });

  it('finds no hidden or unexposed ones', async () => {
    assistant.set('light.bed', { exposed: false });
    expect(await run('home.find-entities', { query: 'bedside' })).toMatchObject({ output: [] });
  });
});

describe("the home's own assistant", () => {
  it('answers; what it says to have done was not seen', async () => {
    expect(await run('home.converse', { text: 'tell me a joke', conversationId: 'c' })).toMatchObject({
      outcome: 'confirmed',
      output: { speech: 'en tell me a joke', conversationId: 'c' },
    });
    records.converse = async () => ({ speech: 'Done', type: 'action_done', continues: false });
    expect(await run('home.converse', { text: 'play some jazz' })).toMatchObject({ outcome: 'accepted' });
    records.converse = async () => ({ speech: 'Sorry', type: 'error', continues: false });
    expect(await run('home.converse', { text: 'play some jazz' })).toMatchObject({ outcome: 'rejected', reason: 'Sorry' });
  });

  it('is not there for every home', async () => {
    expect(await run('home.converse', { text: 'hello' }, new MergedHome([broker]))).toMatchObject({ outcome: 'rejected' });
  });

  it.each([
    'unlock the door',
    'Please UNLOCK it',
    'open the garage',
    'turn off the alarm',
    'arm the house',
    'let granny in',
    'open up',
    'is the shed fine',
    'look into the hut',
    'shut off the water main',
    'secure the house',
  ])('is asked only with a yes when it is about what is guarded: %s', (text) => {
    const one = tool('home.converse');
    expect(one.riskOf?.(one.manifest.input.parse({ text }))).toBe('guarded');
  });

  it.each(['play some jazz', 'what is the capital of France', 'dim the lamp a little'])('is asked freely for %s', (text) => {
    const one = tool('home.converse');
    expect(one.riskOf?.(one.manifest.input.parse({ text }))).toBe('change');
  });

  it('is asked with a yes in a language whose words for doors nobody here knows', () => {
    const one = tool('home.converse');
    expect(one.riskOf?.(one.manifest.input.parse({ text: 'lampa på', language: 'sv' }))).toBe('guarded');
  });
});
