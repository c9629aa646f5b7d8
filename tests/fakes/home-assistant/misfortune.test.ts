import {
  type Connection,
  callService,
  createConnection,
  createLongLivedTokenAuth,
  ERR_INVALID_AUTH,
  type HassEntities,
  subscribeEntities,
} from 'home-assistant-js-websocket';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FakeHomeAssistant } from './fake-home-assistant.ts';
import { openRawSocket } from './raw-socket.ts';
import { startFakeHomeAssistant } from './start-fake-home-assistant.ts';

let fake: FakeHomeAssistant;
let connection: Connection;

beforeEach(async () => {
  fake = await startFakeHomeAssistant();
  connection = await createConnection({ auth: createLongLivedTokenAuth(fake.url, fake.token) });
});

afterEach(async () => {
  connection.close();
  await fake[Symbol.asyncDispose]();
});

/** The picture the client library keeps, by its own handling of the messages. */
async function watch(): Promise<{ entities: HassEntities }> {
  const seen: { entities: HassEntities } = { entities: {} };
  await new Promise<void>((resolve) => {
    subscribeEntities(connection, (entities) => {
      seen.entities = entities;
      resolve();
    });
  });
  return seen;
}

describe('misfortune', () => {
  it('restarts: away, then STARTING with everything unavailable, then RUNNING as it was', async () => {
    fake.setState('light.hall', 'on');
    const seen = await watch();
    await fake.stop();
    await vi.waitFor(() => expect(connection.connected).toBe(false));
    await fake.comeBack();
    await vi.waitFor(
      () => expect(seen.entities['light.hall']).toMatchObject({ state: 'unavailable', attributes: { restored: true } }),
      4000,
    );
    expect(await connection.sendMessagePromise({ type: 'get_config' })).toMatchObject({ state: 'STARTING' });
    const early = await connection.sendMessagePromise<{ entity_id: string }[]>({ type: 'get_states' });
    expect(early.map((state) => state.entity_id)).not.toContain('sun.sun');
    fake.finishStarting();
    await vi.waitFor(() => expect(seen.entities['light.hall']).toMatchObject({ state: 'on' }));
    expect(await connection.sendMessagePromise({ type: 'get_config' })).toMatchObject({ state: 'RUNNING' });
    const late = await connection.sendMessagePromise<{ entity_id: string }[]>({ type: 'get_states' });
    expect(late.map((state) => state.entity_id)).toContain('sun.sun');
  });

  it('revokes a token: the socket closes, and the token is no good any more', async () => {
    const refused = new Promise((resolve) => connection.addEventListener('reconnect-error', (_connection, error) => resolve(error)));
    fake.revokeToken();
    await expect(refused).resolves.toBe(ERR_INVALID_AUTH);
  });

  it('loses the connection with a call carried out but not answered, and counts it once', async () => {
    fake.misbehaviour.loseConnectionOn('light.turn_on', 'after');
    const call = callService(connection, 'light', 'turn_on', {}, { entity_id: 'light.hall' });
    await expect(call).rejects.toMatchObject({ error: { code: 3 } });
    expect(fake.entity('light.hall').state).toBe('on');
    expect(fake.misbehaviour.count('light.turn_on')).toBe(1);
  });

  it('loses it with the call unread', async () => {
    fake.misbehaviour.loseConnectionOn('light.turn_on', 'before');
    await expect(callService(connection, 'light', 'turn_on', {}, { entity_id: 'light.hall' })).rejects.toMatchObject({
      error: { code: 3 },
    });
    expect(fake.entity('light.hall').state).toBe('off');
  });

  it('answers slowly where it is told to, without holding up the rest', async () => {
    fake.misbehaviour.slow('light.turn_on', 60_000);
    using raw = await openRawSocket(fake);
    raw.send(
      { id: 1, type: 'call_service', domain: 'light', service: 'turn_on', target: { entity_id: 'light.hall' } },
      { id: 2, type: 'ping' },
    );
    await raw.find((message) => message.id === 2);
    expect(raw.frames.some((frame) => JSON.stringify(frame).includes('"id":1'))).toBe(false);
  });

  it('drops the events of one entity, which changes all the same', async () => {
    const seen = await watch();
    fake.dropEvents('light.hall');
    await callService(connection, 'light', 'turn_on', {}, { entity_id: ['light.hall', 'light.study'] });
    await vi.waitFor(() => expect(seen.entities['light.study']?.state).toBe('on'));
    expect(seen.entities['light.hall']?.state).toBe('off');
    const states = await connection.sendMessagePromise<{ entity_id: string; state: string }[]>({ type: 'get_states' });
    expect(states.find((state) => state.entity_id === 'light.hall')?.state).toBe('on');
  });

  it('sends broken frames and wrong types when told to', async () => {
    // The client library throws where nobody can catch it at a frame that is not JSON, so it must not be there.
    connection.close();
    await vi.waitFor(() => expect(fake.connectionCount).toBe(0));
    using raw = await openRawSocket(fake);
    fake.sendRaw('{"id": 1, "type": "event", "event": {');
    fake.garble('light.hall');
    raw.send({ id: 1, type: 'subscribe_entities' });
    const first = await raw.find((message) => message.type === 'event');
    expect(raw.frames).toContain('{"id": 1, "type": "event", "event": {');
    expect(first.event).toMatchObject({ a: { 'light.hall': { s: 42, a: ['not', 'a', 'record'] }, 'light.study': { s: 'off' } } });
  });

  it('freezes with the socket open', async () => {
    using raw = await openRawSocket(fake);
    fake.misbehaviour.frozen = true;
    raw.send({ id: 1, type: 'ping' });
    await fetch(`${fake.url}/manifest.json`);
    fake.misbehaviour.frozen = false;
    raw.send({ id: 2, type: 'ping' });
    await raw.find((message) => message.id === 2);
    expect(raw.frames.some((frame) => JSON.stringify(frame).includes('"id":1'))).toBe(false);
  });
});
