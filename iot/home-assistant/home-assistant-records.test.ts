import { afterEach, describe, expect, it } from 'vitest';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { setTodoItems } from '../../tests/fakes/home-assistant/devices/todo.ts';
import type { FakeHomeAssistant } from '../../tests/fakes/home-assistant/fake-home-assistant.ts';
import { startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { createHomeAssistantBridge } from './home-assistant-bridge.ts';

const never = new AbortController().signal;
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(furnish: (fake: FakeHomeAssistant) => void, options: { converse?: boolean } = {}) {
  const fake = await startFakeHomeAssistant({ house: 'empty' });
  furnish(fake);
  const ending = new AbortController();
  const bridge = createHomeAssistantBridge({
    url: fake.url,
    token: async () => fake.token,
    clock: systemClock,
    log: silentLog,
    waitMs: { todo: 300 },
    ...options,
  });
  closing.push(async () => {
    ending.abort();
    await fake[Symbol.asyncDispose]();
  });
  await bridge.connect(ending.signal);
  const { records } = bridge;
  if (!records?.history || !records.calendarEvents || !records.forecast || !records.todoItems) throw new Error('no records');
  return {
    fake,
    bridge,
    history: records.history,
    calendarEvents: records.calendarEvents,
    forecast: records.forecast,
    todoItems: records.todoItems,
  };
}

async function complaint(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof JarvisError)) throw new Error(`no complaint for people: ${String(error)}`);
  return `${error.failure.code}: ${sentenceFor(error.failure)}`;
}

describe('what Home Assistant remembers', () => {
  const minute = 60_000;

  it('is told from the beginning of the time asked for', async () => {
    const from = Math.floor(Date.now() / 1000) * 1000 - 60 * minute;
    const { history } = await open((fake) => {
      fake.add('sensor.t', { name: 'T', state: '20' });
      fake.add('sensor.other', { name: 'Other', state: '1' });
      fake.house.states.remember('sensor.t', [
        { state: '18', at: from - 30 * minute },
        { state: '19', at: from + 10 * minute },
        { state: '19.5', at: from + 20 * minute },
        { state: '25', at: from + 50 * minute },
      ]);
    });
    const found = await history(['sensor.t', 'sensor.nowhere', 'sensor.t'], from, from + 40 * minute, never);
    expect([...found]).toEqual([
      [
        'sensor.t',
        [
          { state: '18', at: from },
          { state: '19', at: from + 10 * minute },
          { state: '19.5', at: from + 20 * minute },
        ],
      ],
      ['sensor.nowhere', []],
    ]);
  });

  it('has the attributes of what measures there', async () => {
    const from = Date.now() - minute;
    const { fake, bridge, history } = await open((each) => {
      each.add('climate.hall', { name: 'Hall', state: 'heat', attributes: { current_temperature: 19, temperature: 21 } });
    });
    fake.setState('climate.hall', 'heat', { current_temperature: 19.5 });
    await expect.poll(() => bridge.entity('climate.hall')?.attributes.current_temperature).toBe(19.5);
    const points = (await history(['climate.hall'], from, Date.now(), never)).get('climate.hall');
    expect(points?.map(({ attributes }) => attributes?.current_temperature)).toEqual([19, 19.5]);
  });

  it('is nothing where nothing is asked', async () => {
    const { fake, history } = await open(() => undefined);
    expect(await history([], 0, 1, never)).toEqual(new Map());
    expect(fake.misbehaviour.count('history/history_during_period')).toBe(0);
  });

  it('cannot be asked for while nobody is there', async () => {
    const { fake, bridge, history } = await open(() => undefined);
    fake.loseConnection();
    await expect.poll(() => bridge.status.state).toBe('disconnected');
    expect(await complaint(history(['sensor.t'], 0, 1, never))).toBe('home-unreachable: I cannot reach the home just now.');
  });

  it('is not waited for when the connection is lost', async () => {
    const { fake, history } = await open(() => undefined);
    fake.misbehaviour.loseConnectionOn('history/history_during_period', 'before');
    expect(await complaint(history(['sensor.t'], 0, 1, never))).toMatch(/^home-unreachable/);
  });

  it('is not waited for when the person has had enough', async () => {
    const { fake, history } = await open(() => undefined);
    fake.misbehaviour.slow('history/history_during_period', 60_000);
    const enough = new AbortController();
    const asking = history(['sensor.t'], 0, 1, enough.signal);
    enough.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });
});

describe('calendars', () => {
  it('give their events in order, whole days from midnight to midnight', async () => {
    const { calendarEvents } = await open((fake) => {
      const events = [
        { summary: 'Holiday', start: '2026-07-04', end: '2026-07-06' },
        {
          summary: 'Dentist',
          start: '2026-07-03T09:00:00+02:00',
          end: '2026-07-03T10:00:00+02:00',
          location: 'High Street',
          description: 'Teeth',
        },
        { summary: 'Later', start: '2026-09-01', end: '2026-09-02' },
      ];
      fake.add('calendar.family', { name: 'Family', state: 'off', memory: { events } });
    });
    expect(await calendarEvents('calendar.family', Date.UTC(2026, 6, 1), Date.UTC(2026, 6, 31), never)).toEqual([
      {
        summary: 'Dentist',
        start: Date.UTC(2026, 6, 3, 7),
        end: Date.UTC(2026, 6, 3, 8),
        allDay: false,
        location: 'High Street',
        description: 'Teeth',
      },
      { summary: 'Holiday', start: new Date(2026, 6, 4).getTime(), end: new Date(2026, 6, 6).getTime(), allDay: true },
    ]);
  });

  it('say when there is no such calendar', async () => {
    const { calendarEvents } = await open(() => undefined);
    expect(await complaint(calendarEvents('calendar.none', 0, 1, never))).toMatch(/^tool-failed: That did not work: Home Assistant says:/);
  });
});

describe('forecasts', () => {
  const rows = [
    { datetime: '2026-11-21T06:00:00+00:00', condition: 'rainy', temperature: 12, precipitation: 2.4, is_daytime: true, wind_bearing: 270 },
    { datetime: '2026-11-21T18:00:00+00:00', condition: 'cloudy', temperature: 4, is_daytime: false },
    { datetime: '2026-11-22T06:00:00+00:00', condition: 'sunny', temperature: 14, is_daytime: true },
  ];

  it('are read with what they tell', async () => {
    const daily = [{ ...rows[0], templow: 3, precipitation_probability: 80, wind_speed: null }];
    const { forecast } = await open((fake) =>
      fake.add('weather.home', { name: 'Weather', state: 'sunny', features: 1, memory: { daily } }),
    );
    expect(await forecast('weather.home', 'daily', never)).toEqual([
      { at: Date.UTC(2026, 10, 21, 6), condition: 'rainy', temperature: 12, templow: 3, precipitation: 2.4, precipitation_probability: 80 },
    ]);
  });

  it('join days and nights that are told apart', async () => {
    const { forecast } = await open((fake) =>
      fake.add('weather.home', { name: 'Weather', state: 'sunny', features: 4, memory: { twice_daily: rows } }),
    );
    expect(await forecast('weather.home', 'daily', never)).toEqual([
      { at: Date.UTC(2026, 10, 21, 6), condition: 'rainy', temperature: 12, templow: 4, precipitation: 2.4 },
      { at: Date.UTC(2026, 10, 22, 6), condition: 'sunny', temperature: 14 },
    ]);
  });

  it('say when there is none of that kind', async () => {
    const { fake, forecast } = await open((each) => each.add('weather.home', { name: 'Weather', state: 'sunny', features: 1 }));
    expect(await complaint(forecast('weather.home', 'hourly', never))).toBe(
      'tool-failed: That did not work: The weather has no hourly forecast.',
    );
    expect(fake.misbehaviour.count('call_service')).toBe(0);
  });
});

describe('to-do lists', () => {
  const items = [
    { uid: 'a', summary: 'Milk', status: 'needs_action' },
    { uid: 'b', summary: 'Soap', status: 'completed', due: '2026-12-01' },
  ];
  const list = (features = 15) =>
    open((fake) => fake.add('todo.shopping', { name: 'Shopping list', state: '1', features, memory: { items } }));

  it('are read', async () => {
    const { todoItems } = await list();
    expect(await todoItems('todo.shopping', never)).toEqual(items);
  });

  it('take, tick off, rename and lose items, seen in the list', async () => {
    const { bridge, todoItems } = await list();
    const act = (service: string, data: Record<string, unknown>) => bridge.act({ service, entityIds: ['todo.shopping'], data }, never);
    expect(await act('todo.add_item', { item: 'Bread' })).toEqual([{ entityId: 'todo.shopping', outcome: 'confirmed', state: '2' }]);
    expect(await act('todo.add_item', { item: 'Milk' })).toMatchObject([{ outcome: 'confirmed', state: '3' }]);
    expect(await act('todo.update_item', { item: 'bread', status: 'completed' })).toMatchObject([{ outcome: 'confirmed', state: '2' }]);
    expect(await act('todo.update_item', { item: 'b', rename: 'Green soap', status: 'needs_action' })).toMatchObject([
      { outcome: 'confirmed' },
    ]);
    expect(await act('todo.remove_item', { item: ['cake'] })).toMatchObject([
      { outcome: 'rejected', reason: 'The shopping list has no cake.' },
    ]);
    expect(await act('todo.remove_item', { item: ['a'] })).toMatchObject([{ outcome: 'confirmed' }]);
    expect((await todoItems('todo.shopping', never)).map(({ summary, status }) => [summary, status])).toEqual([
      ['Green soap', 'needs_action'],
      ['Bread', 'completed'],
      ['Milk', 'needs_action'],
    ]);
  });

  it('refuse what cannot be, before anything is sent', async () => {
    const { fake, bridge } = await list(1);
    const act = async (service: string, data: Record<string, unknown>) =>
      (await bridge.act({ service, entityIds: ['todo.shopping'], data }, never))[0];
    expect(await act('todo.update_item', { item: 'Milk', status: 'completed' })).toMatchObject({
      outcome: 'rejected',
      reason: 'The shopping list does not allow that.',
    });
    expect(await act('todo.add_item', { item: '  ' })).toMatchObject({ outcome: 'rejected', reason: 'Please say what the item is.' });
    expect(await act('todo.add_item', { item: 'Milk', price: 3 })).toMatchObject({ outcome: 'rejected' });
    fake.add('todo.other', { name: 'Other list', state: '0', features: 15 });
    await expect.poll(() => bridge.entity('todo.other')).toBeDefined();
    expect((await bridge.act({ service: 'todo.remove_item', entityIds: ['todo.other'], data: { item: 'Cake' } }, never))[0]).toMatchObject({
      outcome: 'rejected',
      reason: 'The other list has no Cake.',
    });
    expect(fake.misbehaviour.log.filter(({ type, service }) => type === 'call_service' && service !== 'get_items')).toEqual([]);
  });

  it('lose what is ticked off', async () => {
    const { bridge, todoItems } = await list();
    expect(await bridge.act({ service: 'todo.remove_completed_items', entityIds: ['todo.shopping'], data: {} }, never)).toMatchObject([
      { outcome: 'confirmed', state: '1' },
    ]);
    expect((await todoItems('todo.shopping', never)).map(({ summary }) => summary)).toEqual(['Milk']);
  });

  it('are not believed when they do not show it', async () => {
    const { fake, bridge } = await list();
    fake.setQuirks('todo.shopping', { deaf: true });
    expect(await bridge.act({ service: 'todo.add_item', entityIds: ['todo.shopping'], data: { item: 'Bread' } }, never)).toEqual([
      { entityId: 'todo.shopping', outcome: 'accepted', reason: 'The shopping list does not show it yet.', state: '1' },
    ]);
  });

  it('say when the connection was lost before an answer', async () => {
    const { fake, bridge } = await list();
    fake.misbehaviour.loseConnectionOn('todo.add_item', 'before');
    expect(await bridge.act({ service: 'todo.add_item', entityIds: ['todo.shopping'], data: { item: 'Bread' } }, never)).toMatchObject([
      { outcome: 'accepted', reason: 'The connection to Home Assistant was lost before it answered.' },
    ]);
  });

  it('may be changed by somebody else meanwhile', async () => {
    const { fake, bridge } = await list();
    setTodoItems(fake.entity('todo.shopping'), []);
    fake.house.write(fake.entity('todo.shopping'));
    await expect.poll(() => bridge.entity('todo.shopping')?.state).toBe('0');
  });
});

describe('the conversation agent of Home Assistant', () => {
  it('is there only when wished', async () => {
    const { bridge } = await open(() => undefined);
    expect(bridge.records?.converse).toBeUndefined();
  });

  it('answers, acts, and says what it does not understand', async () => {
    const { fake, bridge } = await open((each) => each.add('switch.tv', { name: 'TV', state: 'off' }), { converse: true });
    const converse = bridge.records?.converse;
    if (!converse) throw new Error('no conversation');
    const first = await converse('turn on the tv', { language: 'en' }, never);
    expect(first).toMatchObject({ type: 'action_done', speech: expect.stringMatching(/^Turned on/), continues: false });
    expect(fake.entity('switch.tv').state).toBe('on');
    if (first.conversationId === undefined) throw new Error('no conversation id');
    const next = await converse("what's the tv", { language: 'en', conversationId: first.conversationId }, never);
    expect(next).toMatchObject({ type: 'query_answer', speech: 'TV is on', conversationId: first.conversationId });
    expect(await converse('sing a song', { language: 'en' }, never)).toMatchObject({ type: 'error' });
    expect(await converse('never mind', { language: 'en' }, never)).toMatchObject({ type: 'action_done', speech: '' });
  });
});
