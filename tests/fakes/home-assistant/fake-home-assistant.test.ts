import {
  type Connection,
  createConnection,
  createLongLivedTokenAuth,
  ERR_INVALID_AUTH,
  getAuth,
  type HassEntities,
  subscribeEntities,
} from 'home-assistant-js-websocket';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { FakeHomeAssistant } from './fake-home-assistant.ts';
import { openRawSocket } from './raw-socket.ts';
import { type FakeHomeAssistantOptions, startFakeHomeAssistant } from './start-fake-home-assistant.ts';

const open: { close(): void }[] = [];
const running: FakeHomeAssistant[] = [];

afterEach(async () => {
  for (const connection of open.splice(0)) connection.close();
  for (const fake of running.splice(0)) await fake[Symbol.asyncDispose]();
});

async function start(options: FakeHomeAssistantOptions = {}): Promise<FakeHomeAssistant> {
  const fake = await startFakeHomeAssistant(options);
  running.push(fake);
  return fake;
}

async function connect(fake: FakeHomeAssistant, token = fake.token): Promise<Connection> {
  const connection = await createConnection({ auth: createLongLivedTokenAuth(fake.url, token) });
  open.push(connection);
  return connection;
}

/** The picture the client library keeps, by its own handling of the messages. */
async function watch(connection: Connection): Promise<{ entities: HassEntities }> {
  const seen: { entities: HassEntities } = { entities: {} };
  await new Promise<void>((resolve) => {
    subscribeEntities(connection, (entities) => {
      seen.entities = entities;
      resolve();
    });
  });
  return seen;
}

describe('logging in', () => {
  it('takes the long-lived token, and tells its version', async () => {
    const fake = await start({ version: '2025.6.3' });
    const connection = await connect(fake);
    expect(connection.haVersion).toBe('2025.6.3');
    expect(fake.connectionCount).toBe(1);
  });

  it('refuses another token so that the client library gives up', async () => {
    const fake = await start();
    await expect(connect(fake, 'wrong')).rejects.toBe(ERR_INVALID_AUTH);
  });

  it('says auth_invalid in its own words and closes', async () => {
    const fake = await start();
    using raw = await openRawSocket(fake, '');
    const closed = new Promise((resolve) => raw.socket.once('close', resolve));
    raw.send({ type: 'auth', access_token: 'wrong' });
    await closed;
    expect(raw.frames).toEqual([
      { type: 'auth_required', ha_version: '2026.2.1' },
      { type: 'auth_invalid', message: 'Invalid access token or password' },
    ]);
  });

  it('goes the way of the browser: authorize, code, tokens, refresh, revoke', async () => {
    const fake = await start();
    const clientId = 'http://127.0.0.1:7777/';
    const query = new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri: `${clientId}callback`, state: 'abc' });
    const page = await fetch(`${fake.url}/auth/authorize?${query}`);
    expect(await page.text()).toContain('<form method="post"');
    const sent = await fetch(`${fake.url}/auth/authorize?${query}`, { method: 'POST', redirect: 'manual' });
    const back = new URL(sent.headers.get('location') ?? '');
    expect([sent.status, back.searchParams.get('state')]).toEqual([302, 'abc']);
    const authCode = back.searchParams.get('code') ?? '';
    const auth = await getAuth({ hassUrl: fake.url, clientId, authCode });
    const connection = await createConnection({ auth });
    open.push(connection);
    await expect(connection.ping()).resolves.toBeUndefined();
    await expect(getAuth({ hassUrl: fake.url, clientId, authCode })).rejects.toBe(ERR_INVALID_AUTH);
    const before = auth.accessToken;
    await auth.refreshAccessToken();
    expect(auth.accessToken).not.toBe(before);
    await auth.revoke();
    await vi.waitFor(() => expect(fake.connectionCount).toBe(0));
    await expect(auth.refreshAccessToken()).rejects.toBe(ERR_INVALID_AUTH);
  });

  it('ends access tokens after their half hour, and gives a token that stays', async () => {
    const fake = await start();
    const clientId = 'http://127.0.0.1:7777/';
    const auth = await getAuth({ hassUrl: fake.url, clientId, authCode: fake.authentication.issueCode(clientId) });
    const connection = await createConnection({ auth });
    open.push(connection);
    const lasting = await connection.sendMessagePromise<string>({
      type: 'auth/long_lived_access_token',
      client_name: 'Test',
      lifespan: 365,
    });
    fake.authentication.expireAccessTokens();
    const status = async (token: string) => (await fetch(`${fake.url}/api/`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await status(auth.accessToken), await status(lasting)]).toEqual([401, 200]);
    await auth.refreshAccessToken();
    expect(await status(auth.accessToken)).toBe(200);
  });

  it('does not send a code to another host than the client’s', async () => {
    const fake = await start();
    const query = new URLSearchParams({ client_id: 'http://127.0.0.1:7777/', redirect_uri: 'http://evil.example/' });
    expect((await fetch(`${fake.url}/auth/authorize?${query}`, { method: 'POST', redirect: 'manual' })).status).toBe(400);
  });

  it('speaks TLS with a certificate nobody signed', async (context) => {
    const fake = await start({ tls: true }).catch((error: Error) => error.message);
    if (typeof fake === 'string') return context.skip(fake);
    using raw = await openRawSocket(fake);
    raw.send({ id: 1, type: 'ping' });
    await raw.find((message) => message.type === 'pong');
    const strict = new WebSocket(`${fake.url.replace('https', 'wss')}/api/websocket`);
    const error = await new Promise<Error>((resolve) => strict.once('error', resolve));
    expect(error.message).toMatch(/self-signed/);
  });
});

describe('the wire', () => {
  it('wants ids that rise, known commands and sound fields', async () => {
    using raw = await openRawSocket(await start());
    raw.send({ id: 5, type: 'ping' }, { id: 5, type: 'ping' }, { id: 4, type: 'get_states' });
    raw.send(
      { id: 6, type: 'does_not_exist' },
      { id: 7, type: 'ping', extra: 1 },
      { type: 'ping' },
      { id: 8, type: 'get_states', more: true },
    );
    const error = async (id: number) => (await raw.result(id)).error;
    expect(await error(5)).toEqual({ code: 'id_reuse', message: 'Identifier values have to increase.' });
    expect(await error(4)).toMatchObject({ code: 'id_reuse' });
    expect(await error(6)).toEqual({ code: 'unknown_command', message: 'Unknown command.' });
    expect(await error(7)).toEqual({ code: 'invalid_format', message: "extra keys not allowed @ data['extra']. Got 1" });
    expect(await error(0)).toEqual({ code: 'invalid_format', message: 'Message incorrectly formatted.' });
  });

  it('closes on what is not JSON', async () => {
    using raw = await openRawSocket(await start());
    const closed = new Promise((resolve) => raw.socket.once('close', resolve));
    raw.send('{"id": 1, "type":');
    await closed;
  });

  it('packs messages into one frame only for a client that asked', async () => {
    const fake = await start();
    using plain = await openRawSocket(fake);
    using packed = await openRawSocket(fake);
    packed.send({ id: 1, type: 'supported_features', features: { coalesce_messages: 1 } });
    await packed.result(1);
    for (const raw of [plain, packed])
      raw.send([
        { id: 2, type: 'get_config' },
        { id: 3, type: 'ping' },
      ]);
    await Promise.all([plain, packed].map((raw) => raw.find((message) => message.type === 'pong')));
    expect(plain.frames.filter(Array.isArray)).toEqual([]);
    expect(packed.frames.filter(Array.isArray)).toHaveLength(1);
  });

  it('subscribe_entities: first everything, then only what differs', async () => {
    const fake = await start({ house: 'empty', now: clock(1_000_000) });
    fake.add('sensor.one', { name: 'One', state: '1', attributes: { unit: 'a', gone: true } });
    using raw = await openRawSocket(fake);
    raw.send({ id: 1, type: 'subscribe_entities' });
    const first = await raw.find((message) => message.type === 'event');
    expect(first.event).toEqual({
      a: {
        'sensor.one': {
          s: '1',
          a: { unit: 'a', gone: true, friendly_name: 'One' },
          c: expect.stringMatching(/^01J/),
          lc: expect.any(Number),
        },
      },
    });
    const entity = fake.entity('sensor.one');
    const { gone: _gone, ...rest } = entity.attributes;
    entity.state = '2';
    entity.attributes = { ...rest, unit: 'b' };
    fake.house.write(entity);
    const changed = await raw.find((message) => JSON.stringify(message.event)?.includes('"c":{"sensor.one"') === true);
    expect(changed.event).toEqual({
      c: { 'sensor.one': { '+': { s: '2', a: { unit: 'b' }, c: expect.any(String), lc: expect.any(Number) }, '-': { a: ['gone'] } } },
    });
    fake.remove('sensor.one');
    const removed = await raw.find((message) => JSON.stringify(message.event)?.includes('"r"') === true);
    expect(removed.event).toEqual({ r: ['sensor.one'] });
  });

  it('tells lu instead of lc when only an attribute changes', async () => {
    const fake = await start({ now: clock(0) });
    using raw = await openRawSocket(fake);
    raw.send({ id: 1, type: 'subscribe_entities', entity_ids: ['media_player.living_room'] });
    await raw.result(1);
    fake.setState('light.hall', 'on');
    fake.setState('media_player.living_room', 'playing', { volume_level: 0.6 });
    const { event } = await raw.find((message) => JSON.stringify(message.event)?.includes('"+"') === true);
    expect(event).toEqual({
      c: { 'media_player.living_room': { '+': { lu: expect.any(Number), a: { volume_level: 0.6 }, c: expect.any(String) } } },
    });
  });

  it('has of the commands only what its version had', async () => {
    const fake = await start({ version: '2022.3.8' });
    using raw = await openRawSocket(fake);
    raw.send({ id: 1, type: 'subscribe_entities' }, { id: 2, type: 'config/floor_registry/list' }, { id: 3, type: 'get_states' });
    raw.send({ id: 4, type: 'call_service', domain: 'weather', service: 'get_forecasts', service_data: { entity_id: 'weather.home' } });
    expect((await raw.result(4)).error).toMatchObject({ code: 'not_found' });
    expect((await raw.result(1)).error).toMatchObject({ code: 'unknown_command' });
    expect((await raw.result(2)).error).toMatchObject({ code: 'unknown_command' });
    expect((await raw.result(3)).success).toBe(true);
    // The client library falls back to get_states and state_changed by itself.
    const seen = await watch(await connect(fake));
    fake.setState('light.hall', 'on');
    await vi.waitFor(() => expect(seen.entities['light.hall']?.state).toBe('on'));
  });

  it('keeps from a user who is no administrator what Home Assistant keeps', async () => {
    using raw = await openRawSocket(await start({ admin: false }));
    raw.send({ id: 1, type: 'homeassistant/expose_entity/list' }, { id: 2, type: 'subscribe_events' });
    raw.send({ id: 3, type: 'subscribe_events', event_type: 'area_registry_updated' });
    expect((await raw.result(1)).error).toEqual({ code: 'unauthorized', message: 'Unauthorized' });
    expect((await raw.result(2)).error).toMatchObject({ code: 'unauthorized' });
    expect((await raw.result(3)).success).toBe(true);
  });

  it('ends a subscription, once', async () => {
    const fake = await start();
    using raw = await openRawSocket(fake);
    raw.send({ id: 1, type: 'subscribe_events', event_type: 'state_changed' }, { id: 2, type: 'unsubscribe_events', subscription: 1 });
    raw.send({ id: 3, type: 'unsubscribe_events', subscription: 1 });
    await raw.result(3);
    fake.setState('light.hall', 'on');
    raw.send({ id: 4, type: 'ping' });
    await raw.find((message) => message.id === 4);
    expect((await raw.result(3)).error).toEqual({ code: 'not_found', message: 'Subscription not found.' });
    expect(raw.frames.some((frame) => JSON.stringify(frame).includes('state_changed'))).toBe(false);
  });
});

describe('the settings pages', () => {
  it('tells live when something is renamed, moved, hidden, exposed or an area renamed', async () => {
    const fake = await start();
    const connection = await connect(fake);
    const seen = await watch(connection);
    const told: unknown[] = [];
    await connection.subscribeEvents((event) => told.push(event), 'entity_registry_updated');
    await connection.subscribeEvents((event) => told.push(event), 'area_registry_updated');
    fake.updateEntity('light.hall', { name: 'Corridor', area_id: 'study', hidden_by: 'user' });
    fake.expose('light.study', false);
    fake.updateArea('study', { name: 'Library' });
    await vi.waitFor(() => expect(told).toHaveLength(3));
    expect(told[0]).toMatchObject({
      event_type: 'entity_registry_updated',
      origin: 'LOCAL',
      data: { action: 'update', entity_id: 'light.hall', changes: { name: null, area_id: 'hall', hidden_by: null } },
    });
    expect(told[2]).toMatchObject({ data: { action: 'update', area_id: 'study' } });
    await vi.waitFor(() => expect(seen.entities['light.hall']?.attributes.friendly_name).toBe('Corridor'));
    const { exposed_entities: exposed } = await connection.sendMessagePromise<{ exposed_entities: Record<string, unknown> }>({
      type: 'homeassistant/expose_entity/list',
    });
    expect(exposed).toMatchObject({ 'light.study': { conversation: false }, 'light.hall': { conversation: true } });
  });

  it('gives an entity a new id under its old registry entry', async () => {
    const fake = await start();
    const connection = await connect(fake);
    const seen = await watch(connection);
    const told: unknown[] = [];
    await connection.subscribeEvents(({ data }: { data: unknown }) => told.push(data), 'entity_registry_updated');
    fake.renameEntityId('light.hall', 'light.corridor');
    await vi.waitFor(() => expect(Object.keys(seen.entities)).toContain('light.corridor'));
    expect(Object.keys(seen.entities)).not.toContain('light.hall');
    expect(told).toEqual([
      { action: 'update', entity_id: 'light.corridor', old_entity_id: 'light.hall', changes: { entity_id: 'light.hall' } },
    ]);
  });

  it('has aliases only in the whole entry, and short keys for display', async () => {
    const connection = await connect(await start());
    const list = await connection.sendMessagePromise<Record<string, unknown>[]>({ type: 'config/entity_registry/list' });
    expect(list.find((entry) => entry.entity_id === 'light.bedroom_lamp')).not.toHaveProperty('aliases');
    const entries = await connection.sendMessagePromise({
      type: 'config/entity_registry/get_entries',
      entity_ids: ['light.bedroom_lamp', 'light.no'],
    });
    expect(entries).toMatchObject({ 'light.bedroom_lamp': { aliases: ['bedside lamp'] }, 'light.no': null });
    const shown = await connection.sendMessagePromise<{ entities: Record<string, unknown>[] }>({
      type: 'config/entity_registry/list_for_display',
    });
    expect(shown.entities.find((entry) => entry.ei === 'sensor.station_battery')).toMatchObject({
      ec: 1,
      en: 'Station battery',
      pl: 'demo',
    });
    expect(shown.entities.find((entry) => entry.ei === 'light.garage')).toMatchObject({ hb: true });
    expect(shown.entities.some((entry) => entry.ei === 'light.attic')).toBe(false);
  });

  it('fills with ten thousand entities in areas on floors', async () => {
    const fake = await start({ house: 'empty' });
    fake.fill(10_000);
    const connection = await connect(fake);
    const seen = await watch(connection);
    expect(Object.keys(seen.entities)).toHaveLength(10_000);
    const areas = await connection.sendMessagePromise<unknown[]>({ type: 'config/area_registry/list' });
    const floors = await connection.sendMessagePromise<unknown[]>({ type: 'config/floor_registry/list' });
    expect([areas.length, floors.length]).toEqual([200, 5]);
  });
});

describe('REST', () => {
  it('wants a token for /api, and none to be known as Home Assistant', async () => {
    const fake = await start();
    const headers = { authorization: `Bearer ${fake.token}` };
    const get = async (path: string, withToken = true) => await fetch(`${fake.url}${path}`, withToken ? { headers } : {});
    expect((await get('/api/', false)).status).toBe(401);
    expect(await (await get('/api/')).json()).toEqual({ message: 'API running.' });
    expect(await (await get('/api/config')).json()).toMatchObject({ version: '2026.2.1', unit_system: { temperature: '°C' } });
    expect(await (await get('/api/states/light.hall')).json()).toMatchObject({ entity_id: 'light.hall', state: 'off' });
    expect((await get('/api/states/light.none')).status).toBe(404);
    expect(await (await get('/manifest.json', false)).json()).toMatchObject({ name: 'Home Assistant' });
    expect((await get('/nowhere', false)).status).toBe(404);
  });
});

/** One millisecond later at every look. */
function clock(from: number): () => number {
  let at = from;
  return () => {
    at += 1;
    return at;
  };
}
