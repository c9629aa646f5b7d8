import { afterEach, describe, expect, it } from 'vitest';
import type { HomeAction } from '../../contract/home.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import type { FakeHomeAssistant } from '../../tests/fakes/home-assistant/fake-home-assistant.ts';
import { startFakeHomeAssistant } from '../../tests/fakes/home-assistant/start-fake-home-assistant.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { createHomeAssistantBridge } from './home-assistant-bridge.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const dimmable = { supported_color_modes: ['brightness'] };
const coloured = { supported_color_modes: ['color_temp', 'hs'], min_color_temp_kelvin: 2000, max_color_temp_kelvin: 6500 };

/** A house of all kinds; devices get 400 ms to show what they have become. */
async function home(waitMs = 400) {
  const fake: FakeHomeAssistant = await startFakeHomeAssistant({ house: 'empty' });
  fake.add('light.one', { name: 'Lamp one', state: 'off', attributes: dimmable, features: 40 });
  fake.add('light.two', { name: 'Lamp two', state: 'off', attributes: dimmable, features: 40 });
  fake.add('light.colour', { name: 'Coloured lamp', state: 'off', attributes: coloured, features: 40 });
  fake.add('lock.door', { name: 'Front door', state: 'unlocked', features: 0 });
  fake.add('cover.blind', { name: 'Blind', state: 'closed', attributes: { current_position: 0 }, features: 15 });
  fake.add('cover.plain', { name: 'Plain curtain', state: 'closed', features: 3 });
  fake.add('switch.blind', { name: 'Radio socket', state: 'on', attributes: { assumed_state: true } });
  fake.add('scene.film', { name: 'Film', state: 'unknown' });
  fake.add('button.bell', { name: 'Bell', state: 'unknown' });
  fake.add('script.night', { name: 'Night', state: 'off' });
  fake.add('group.lamps', { name: 'Lamps', state: 'off' });
  fake.add('alarm_control_panel.house', { name: 'Alarm', state: 'armed_away', features: 2, memory: { code: '1234' } });
  const ending = new AbortController();
  const domains = ['climate', 'light', 'switch', 'lock', 'cover', 'scene', 'button', 'script', 'alarm_control_panel', 'group'];
  const bridge = createHomeAssistantBridge({
    url: fake.url,
    token: async () => fake.token,
    clock: systemClock,
    log: silentLog,
    waitMs: Object.fromEntries(domains.map((domain) => [domain, waitMs])),
  });
  closing.push(async () => {
    ending.abort();
    await fake[Symbol.asyncDispose]();
  });
  await bridge.connect(ending.signal);
  fake.misbehaviour.forget();
  const act = (service: string, entityIds: string[], data: HomeAction['data'] = {}, signal = ending.signal) =>
    bridge.act({ service, entityIds, data }, signal);
  const calls = () => fake.misbehaviour.log.filter(({ type }) => type === 'call_service');
  return { fake, bridge, act, calls };
}

describe('acting through Home Assistant', () => {
  it('confirms what the state shows', async () => {
    const { act, bridge } = await home();
    expect(await act('light.turn_on', ['light.one'], { brightness_pct: 50 })).toEqual([
      { entityId: 'light.one', outcome: 'confirmed', state: 'on' },
    ]);
    expect(bridge.entity('light.one')?.attributes.brightness).toBe(127);
  });

  it('sends one call for all entities that come to the same', async () => {
    const { act, calls } = await home();
    const outcomes = await act('light.turn_on', ['light.one', 'light.colour', 'light.two'], { brightness_pct: 30 });
    expect(outcomes.map(({ entityId, outcome }) => [entityId, outcome])).toEqual([
      ['light.one', 'confirmed'],
      ['light.colour', 'confirmed'],
      ['light.two', 'confirmed'],
    ]);
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatchObject({ target: { entity_id: ['light.one', 'light.colour', 'light.two'] } });
  });

  it('sends calls apart where they differ', async () => {
    const { fake, act, bridge, calls } = await home();
    fake.setState('light.one', 'on', { brightness: 100 });
    await expect.poll(() => bridge.entity('light.one')?.state).toBe('on');
    await act('light.toggle', ['light.one', 'light.two']);
    expect(calls().map(({ service, target }) => [service, target])).toEqual([
      ['turn_off', { entity_id: ['light.one'] }],
      ['turn_on', { entity_id: ['light.two'] }],
    ]);
  });

  it('sends nothing that cannot be: missing, unable, out of range, an unknown colour', async () => {
    const { act, calls } = await home();
    const refused = await Promise.all([
      act('light.turn_on', ['light.nowhere']),
      act('light.turn_on', ['light.one'], { brightness_pct: 300 }),
      act('light.turn_on', ['light.one'], { color_name: 'red' }),
      act('light.turn_on', ['light.colour'], { color_name: 'bleen' }),
      act('cover.set_cover_position', ['cover.plain'], { position: 50 }),
      act('lock.open', ['lock.door']),
    ]);
    expect(refused.flat().map(({ outcome }) => outcome)).toEqual(Array(6).fill('rejected'));
    expect(refused.flat().map(({ reason }) => reason)).toEqual([
      'There is no such device: light.nowhere.',
      'Brightness goes from 0 to 100 percent.',
      'The lamp one cannot change its colour.',
      'I do not know the colour bleen.',
      'The plain curtain can only be opened and closed.',
      'The front door can be unlocked, but not opened.',
    ]);
    expect(calls()).toEqual([]);
  });

  it('does not touch a device that does not answer', async () => {
    const { fake, bridge, act, calls } = await home();
    fake.setAvailable('light.one', false);
    await expect.poll(() => bridge.entity('light.one')?.available).toBe(false);
    expect(await act('light.turn_on', ['light.one', 'light.two'])).toMatchObject([
      { outcome: 'rejected', reason: 'The lamp one is not answering.' },
      { outcome: 'confirmed' },
    ]);
    expect(calls()[0]).toMatchObject({ target: { entity_id: ['light.two'] } });
  });

  it('gives `group` entities to the service that knows them', async () => {
    const { act, calls } = await home();
    await act('group.turn_on', ['group.lamps']);
    expect(calls()[0]).toMatchObject({ domain: 'homeassistant', service: 'turn_on' });
  });
});

describe('truth over success', () => {
  it('says that a lock has jammed though the call succeeded', async () => {
    const { fake, act } = await home();
    fake.setQuirks('lock.door', { jams: true, travelMs: 60 });
    expect(await act('lock.lock', ['lock.door'])).toEqual([
      { entityId: 'lock.door', outcome: 'rejected', reason: 'The front door has jammed.', state: 'jammed' },
    ]);
  });

  it('waits for a lock that takes its time', async () => {
    const { fake, act } = await home();
    fake.setQuirks('lock.door', { travelMs: 150 });
    expect(await act('lock.lock', ['lock.door'])).toMatchObject([{ outcome: 'confirmed', state: 'locked' }]);
  });

  it('only says that it asked when nothing is seen', async () => {
    const { fake, act } = await home();
    fake.setQuirks('light.one', { deaf: true });
    expect(await act('light.turn_on', ['light.one', 'light.two'])).toEqual([
      { entityId: 'light.one', outcome: 'accepted', reason: 'The lamp one has not said that it is done.', state: 'off' },
      { entityId: 'light.two', outcome: 'confirmed', state: 'on' },
    ]);
  });

  it('says how far a slow blind has come', async () => {
    const { fake, act } = await home();
    fake.setQuirks('cover.blind', { travelMs: 3000 });
    expect(await act('cover.open_cover', ['cover.blind'])).toMatchObject([{ outcome: 'accepted', state: 'opening' }]);
  });

  it('sees what an event that was lost has not told', async () => {
    const { fake, act } = await home();
    fake.dropEvents('light.one');
    expect(await act('light.turn_on', ['light.one'])).toEqual([{ entityId: 'light.one', outcome: 'confirmed', state: 'on' }]);
  });

  it('confirms by the state before a slow answer comes', async () => {
    const { fake, act } = await home(2000);
    fake.misbehaviour.slow('light.turn_on', 300);
    expect(await act('light.turn_on', ['light.one'])).toMatchObject([{ outcome: 'confirmed' }]);
  });

  it('does not wait for an answer longer than for the device', async () => {
    const { fake, act } = await home();
    fake.misbehaviour.slow('light.turn_on', 60_000);
    expect(await act('light.turn_on', ['light.one'])).toMatchObject([{ outcome: 'accepted', state: 'off' }]);
  });

  it('does not believe a device that only assumes its state', async () => {
    const { act } = await home();
    expect(await act('switch.turn_on', ['switch.blind'])).toEqual([
      { entityId: 'switch.blind', outcome: 'accepted', reason: 'The radio socket does not report its state.', state: 'on' },
    ]);
    expect(await act('switch.turn_off', ['switch.blind'])).toMatchObject([{ outcome: 'confirmed', state: 'off' }]);
  });

  it('confirms scenes, buttons and scripts by the trace they leave', async () => {
    const { fake, act } = await home();
    expect(await act('scene.turn_on', ['scene.film'])).toMatchObject([{ outcome: 'confirmed' }]);
    expect(await act('button.press', ['button.bell'])).toMatchObject([{ outcome: 'confirmed' }]);
    expect(await act('script.turn_on', ['script.night'])).toMatchObject([{ outcome: 'confirmed' }]);
    fake.setQuirks('button.bell', { deaf: true });
    expect(await act('button.press', ['button.bell'])).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('knows a thermostat that thinks in whole degrees Fahrenheit, and one that has whole degrees only', async () => {
    const { fake, bridge, act } = await home();
    const attributes = { min_temp: 7, max_temp: 35, temperature: 20, hvac_modes: ['off', 'heat'] };
    fake.add('climate.f', { name: 'Fahrenheit', state: 'heat', features: 1, attributes, memory: { unit: '°F', step: 1, target: 68 } });
    fake.add('climate.c', {
      name: 'Coarse',
      state: 'heat',
      features: 1,
      attributes: { ...attributes, target_temp_step: 1 },
      memory: { step: 1 },
    });
    await expect.poll(() => bridge.entity('climate.c')).toBeDefined();
    expect(await act('climate.set_temperature', ['climate.f'], { temperature: 22.5 })).toMatchObject([{ outcome: 'confirmed' }]);
    expect(bridge.entity('climate.f')?.attributes.temperature).toBe(22.8);
    expect(await act('climate.set_temperature', ['climate.c'], { temperature: 21.5 })).toMatchObject([{ outcome: 'confirmed' }]);
    expect(bridge.entity('climate.c')?.attributes.temperature).toBe(22);
    fake.setQuirks('climate.c', { deaf: true });
    expect(await act('climate.set_temperature', ['climate.c'], { temperature: 25 })).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('repeats why Home Assistant would not', async () => {
    const { act } = await home();
    expect(await act('alarm_control_panel.alarm_disarm', ['alarm_control_panel.house'], { code: '0000' })).toEqual([
      {
        entityId: 'alarm_control_panel.house',
        outcome: 'rejected',
        reason: 'Home Assistant says: Invalid alarm code provided.',
        state: 'armed_away',
      },
    ]);
  });

  it('tells of several entities which were done before the call failed', async () => {
    const { fake, act } = await home();
    fake.add('lock.code', { name: 'Coded door', state: 'unlocked', features: 0, attributes: { code_format: '^\\d{4}$' } });
    await expect.poll(async () => (await act('lock.lock', ['lock.code']))[0]?.reason).toMatch(/doesn't match pattern/);
    expect(await act('lock.lock', ['lock.door', 'lock.code'])).toMatchObject([
      { entityId: 'lock.door', outcome: 'confirmed' },
      {
        entityId: 'lock.code',
        outcome: 'rejected',
        reason: expect.stringMatching(/^Home Assistant says: The code for the coded door doesn't/),
      },
    ]);
  });
});

describe('a connection that is lost', () => {
  it('before the call was read: it is not sent again', async () => {
    const { fake, bridge, act, calls } = await home(3000);
    fake.misbehaviour.loseConnectionOn('light.turn_on', 'before');
    expect(await act('light.turn_on', ['light.one', 'light.two'])).toEqual(
      ['light.one', 'light.two'].map((entityId) => ({
        entityId,
        outcome: 'accepted',
        reason: 'The connection to Home Assistant was lost before it answered.',
        state: 'off',
      })),
    );
    await expect.poll(() => bridge.status.state, { timeout: 5000 }).toBe('connected');
    expect(calls()).toHaveLength(1);
    expect(bridge.entity('light.one')).toMatchObject({ state: 'off', available: true });
  });

  it('after the call was carried out: it is not sent again, and the state shows it', async () => {
    const { fake, bridge, act, calls } = await home(3000);
    fake.dropEvents('light.one');
    fake.misbehaviour.loseConnectionOn('light.turn_on', 'after');
    expect(await act('light.turn_on', ['light.one'])).toMatchObject([{ outcome: 'accepted', reason: expect.stringMatching(/was lost/) }]);
    await expect.poll(() => bridge.entity('light.one'), { timeout: 5000 }).toMatchObject({ state: 'on', available: true });
    expect(calls()).toHaveLength(1);
  });

  it('while a scene is set', async () => {
    const { fake, act } = await home(3000);
    fake.misbehaviour.loseConnectionOn('scene.turn_on', 'before');
    expect(await act('scene.turn_on', ['scene.film'])).toMatchObject([{ outcome: 'accepted', reason: expect.stringMatching(/was lost/) }]);
  });

  it('leaves nothing to act on', async () => {
    const { fake, bridge, act, calls } = await home();
    fake.loseConnection();
    await expect.poll(() => bridge.status.state).toBe('disconnected');
    expect(await act('light.turn_on', ['light.one'])).toEqual([
      { entityId: 'light.one', outcome: 'rejected', reason: 'I cannot reach the home just now.', state: 'off' },
    ]);
    expect(calls()).toEqual([]);
  });
});

describe('a person who changes their mind', () => {
  it('before anything was sent', async () => {
    const { act, calls } = await home();
    expect(await act('light.turn_on', ['light.one'], {}, AbortSignal.abort())).toEqual([
      { entityId: 'light.one', outcome: 'rejected', reason: 'Cancelled.' },
    ]);
    expect(calls()).toEqual([]);
  });

  it('while a blind moves', async () => {
    const { fake, act } = await home(5000);
    fake.setQuirks('cover.blind', { travelMs: 60_000 });
    const enough = new AbortController();
    const acting = act('cover.open_cover', ['cover.blind'], {}, enough.signal);
    await expect.poll(() => fake.entity('cover.blind').state).toBe('opening');
    enough.abort();
    expect(await acting).toMatchObject([{ outcome: 'accepted', state: expect.stringMatching(/clos|open/) }]);
  });
});
