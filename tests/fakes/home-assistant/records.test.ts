import { type Connection, callService, createConnection, createLongLivedTokenAuth } from 'home-assistant-js-websocket';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeHomeAssistant } from './fake-home-assistant.ts';
import { openRawSocket } from './raw-socket.ts';
import { startFakeHomeAssistant } from './start-fake-home-assistant.ts';

const hour = 3_600_000;
const now = Date.parse('2026-05-20T12:30:00Z');

let fake: FakeHomeAssistant;
let connection: Connection;

beforeEach(async () => {
  fake = await startFakeHomeAssistant({
    now: () => now,
    transcribe: (audio) => (audio.length > 100 ? 'turn on the hall light' : undefined),
  });
  connection = await createConnection({ auth: createLongLivedTokenAuth(fake.url, fake.token) });
});

afterEach(async () => {
  connection.close();
  await fake[Symbol.asyncDispose]();
});

const ask = async (message: { type: string; [key: string]: unknown }) => await connection.sendMessagePromise<unknown>(message);
const rest = async (path: string, body?: unknown) =>
  await fetch(`${fake.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${fake.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const iso = (at: number) => new Date(at).toISOString();

describe('history', () => {
  it('gives the state at the start as if written then, and every change after it', async () => {
    const from = now - 26 * hour;
    const answer = await ask({
      type: 'history/history_during_period',
      start_time: iso(from),
      end_time: iso(now),
      entity_ids: ['cover.garage_door', 'sun.none'],
    });
    const opened = Date.parse('2026-05-19T12:00:00Z') / 1000;
    expect(answer).toEqual({
      'cover.garage_door': [
        { s: 'closed', a: expect.any(Object), lu: from / 1000 },
        { s: 'open', a: expect.any(Object), lu: opened },
        { s: 'closed', a: expect.any(Object), lu: opened + 3600 },
      ],
    });
  });

  it('is short when asked to be, and refuses what is no time', async () => {
    const entityIds = ['sensor.bedroom_temperature'];
    const answer = await ask({
      type: 'history/history_during_period',
      start_time: iso(now - 3 * hour),
      entity_ids: entityIds,
      minimal_response: true,
      no_attributes: true,
    });
    expect(answer).toEqual({
      'sensor.bedroom_temperature': [
        { s: expect.any(String), a: {}, lu: expect.any(Number) },
        ...Array(3).fill({ s: expect.any(String), lu: expect.any(Number) }),
      ],
    });
    const refused = ask({ type: 'history/history_during_period', start_time: 'yesterday', entity_ids: entityIds });
    await expect(refused).rejects.toEqual({ code: 'invalid_start_time', message: 'Invalid start_time' });
    expect(await ask({ type: 'history/history_during_period', start_time: iso(now + hour), entity_ids: entityIds })).toEqual({});
  });
});

describe('calendar, weather and lists', () => {
  it('gives a calendar’s events by service and by REST, each in its own shape', async () => {
    const data = { start_date_time: iso(now), end_date_time: iso(now + 6 * 24 * hour) };
    const { response } = await callService(connection, 'calendar', 'get_events', data, { entity_id: 'calendar.family' }, true).then(
      asRecord,
    );
    expect(response).toMatchObject({
      'calendar.family': {
        events: [
          { summary: 'Dentist', start: '2026-05-21T09:00:00+00:00', end: '2026-05-21T10:00:00+00:00', location: 'High Street' },
          { summary: 'Swimming' },
          { summary: 'Holiday', start: '2026-05-25', end: '2026-05-28' },
        ],
      },
    });
    const events = await rest(`/api/calendars/calendar.family?start=${iso(now)}&end=${iso(now + 48 * hour)}`);
    expect(await events.json()).toEqual([
      {
        summary: 'Dentist',
        start: { dateTime: '2026-05-21T09:00:00+00:00' },
        end: { dateTime: '2026-05-21T10:00:00+00:00' },
        description: null,
        location: 'High Street',
        uid: null,
        recurrence_id: null,
        rrule: null,
      },
    ]);
    expect(await (await rest('/api/calendars')).json()).toContainEqual({ name: 'Bins', entity_id: 'calendar.bins' });
    expect((await rest('/api/calendars/calendar.family')).status).toBe(400);
  });

  it('must be asked for an answer where there is nothing else to a service', async () => {
    const silent = callService(connection, 'weather', 'get_forecasts', { type: 'daily' }, { entity_id: 'weather.home' });
    await expect(silent).rejects.toMatchObject({ code: 'service_validation_error', translation_key: 'service_lacks_response_request' });
    const talkative = callService(connection, 'light', 'turn_on', {}, { entity_id: 'light.hall' }, true);
    await expect(talkative).rejects.toMatchObject({ translation_key: 'service_does_not_support_response' });
    const nowhere = callService(connection, 'weather', 'get_forecasts', { type: 'daily' }, { entity_id: 'weather.none' }, true);
    await expect(nowhere).rejects.toEqual({
      code: 'home_assistant_error',
      message: 'Service call requested response data but did not match any entities',
    });
  });

  it('forecasts by service and by subscription', async () => {
    const { response } = await callService(
      connection,
      'weather',
      'get_forecasts',
      { type: 'hourly' },
      { entity_id: 'weather.home' },
      true,
    ).then(asRecord);
    expect(response).toMatchObject({
      'weather.home': { forecast: expect.arrayContaining([expect.objectContaining({ datetime: '2026-05-20T12:00:00.000000+00:00' })]) },
    });
    const events: unknown[] = [];
    const subscribe = { type: 'weather/subscribe_forecast', entity_id: 'weather.home', forecast_type: 'daily' };
    await connection.subscribeMessage((event) => events.push(event), subscribe);
    await connection.ping();
    expect(events).toEqual([{ type: 'daily', forecast: expect.any(Array) }]);
    await expect(ask({ ...subscribe, forecast_type: 'twice_daily' })).rejects.toMatchObject({ code: 'forecast_not_supported' });
  });

  it('adds, ticks off, renames and removes items of a list, and counts what is left', async () => {
    const list = { entity_id: 'todo.shopping_list' };
    await callService(connection, 'todo', 'add_item', { item: 'Eggs' }, list);
    await callService(connection, 'todo', 'update_item', { item: 'Milk', status: 'completed' }, list);
    await callService(connection, 'todo', 'remove_item', { item: ['s2'] }, list);
    expect(await ask({ type: 'todo/item/list', ...list })).toEqual({
      items: [
        { uid: 's1', summary: 'Milk', status: 'completed' },
        { uid: 's3', summary: 'Soap', status: 'completed' },
        { uid: 'item-1', summary: 'Eggs', status: 'needs_action' },
      ],
    });
    expect(fake.house.states.get('todo.shopping_list')?.state).toBe('1');
    await expect(callService(connection, 'todo', 'remove_item', { item: 'Caviar' }, list)).rejects.toMatchObject({
      message: 'Validation error: Unable to find to-do list item: Caviar',
    });
    await expect(callService(connection, 'todo', 'add_item', { item: 'Ham', due_date: '2026-06-01' }, list)).rejects.toMatchObject({
      translation_key: 'update_field_not_supported',
    });
    await expect(ask({ type: 'todo/item/list', entity_id: 'todo.none' })).rejects.toEqual({
      code: 'not_found',
      message: 'Entity not found',
    });
  });
});

describe('conversation', () => {
  it('does what it understands and says so', async () => {
    const answer = await ask({ type: 'conversation/process', text: 'Turn on the hall light.', conversation_id: 'abc' });
    expect(answer).toEqual({
      conversation_id: 'abc',
      continue_conversation: false,
      response: {
        speech: { plain: { speech: 'Turned on the light', extra_data: null } },
        card: {},
        language: 'en',
        response_type: 'action_done',
        data: { targets: [], success: [{ name: 'Hall light', type: 'entity', id: 'light.hall' }], failed: [] },
      },
    });
    expect(fake.house.states.get('light.hall')?.state).toBe('on');
  });

  it('says what it does not understand, does not know, or may not see', async () => {
    const data = async (text: string) => {
      const response = await rest('/api/conversation/process', { text });
      return JSON.parse(await response.text()).response;
    };
    expect(await data('dance with me')).toMatchObject({ response_type: 'error', data: { code: 'no_intent_match' } });
    expect(await data('turn on the disco ball')).toMatchObject({ response_type: 'error', data: { code: 'no_valid_targets' } });
    fake.expose('light.hall', false);
    expect(await data('turn on the hall light')).toMatchObject({ data: { code: 'no_valid_targets' } });
    expect((await rest('/api/conversation/process', { words: 1 })).status).toBe(400);
  });
});

describe('the pipeline', () => {
  it('hears binary audio, acts, and speaks by a URL', async () => {
    using raw = await openRawSocket(fake);
    raw.send({ id: 1, type: 'assist_pipeline/run', start_stage: 'stt', end_stage: 'tts', input: { sample_rate: 16_000 } });
    const begun = asRecord((await raw.find((message) => asRecord(message.event ?? {}).type === 'run-start')).event);
    const { runner_data: runner, tts_output: output } = asRecord(begun.data);
    const handler = asRecord(runner).stt_binary_handler_id;
    expect(handler).toBe(1);
    raw.send(Buffer.concat([Buffer.from([1]), Buffer.alloc(640)]), Buffer.from([1]));
    await raw.find((message) => asRecord(message.event ?? {}).type === 'run-end');
    const events = raw.frames.map((frame) => asRecord(asRecord(frame).event ?? {})).filter((event) => event.type !== undefined);
    expect(events.map((event) => event.type)).toEqual([
      'run-start',
      'stt-start',
      'stt-vad-start',
      'stt-vad-end',
      'stt-end',
      'intent-start',
      'intent-end',
      'tts-start',
      'tts-end',
      'run-end',
    ]);
    expect(events[4]?.data).toEqual({ stt_output: { text: 'turn on the hall light' } });
    expect(fake.house.states.get('light.hall')?.state).toBe('on');
    const sound = await fetch(`${fake.url}${String(asRecord(output).url)}`);
    expect([
      sound.headers.get('content-type'),
      Buffer.from(await sound.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ]).toEqual(['audio/x-wav', 'RIFF']);
  });

  it('runs text, reports silence, and has no wake word', async () => {
    using raw = await openRawSocket(fake);
    const text = { type: 'assist_pipeline/run', start_stage: 'intent', end_stage: 'intent', input: { text: 'dance' } };
    raw.send(
      { id: 1, ...text },
      { id: 2, type: 'assist_pipeline/run', start_stage: 'stt', end_stage: 'stt', input: { sample_rate: 16_000 } },
    );
    raw.send(
      { id: 3, ...text, start_stage: 'wake_word' },
      { id: 4, ...text, pipeline: 'none' },
      { id: 5, type: 'assist_pipeline/pipeline/list' },
    );
    await raw.find((message) => message.id === 2 && asRecord(message.event ?? {}).type === 'run-start');
    raw.send(Buffer.from([1]));
    const intent = await raw.find((message) => asRecord(message.event ?? {}).type === 'intent-end');
    expect(intent).toMatchObject({ id: 1, event: { data: { intent_output: { response: { data: { code: 'no_intent_match' } } } } } });
    const failed = await raw.find((message) => asRecord(message.event ?? {}).type === 'error');
    expect(failed).toMatchObject({ id: 2, event: { data: { code: 'stt-no-text-recognized' } } });
    expect((await raw.result(3)).error).toMatchObject({ code: 'wake-engine-missing' });
    expect((await raw.result(4)).error).toMatchObject({ code: 'pipeline-not-found' });
    expect((await raw.result(5)).result).toMatchObject({ pipelines: [{ name: 'Home Assistant', stt_engine: 'stt.fake' }] });
  });
});

function asRecord(value: unknown): Record<string, unknown> {
  return Object.fromEntries(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
