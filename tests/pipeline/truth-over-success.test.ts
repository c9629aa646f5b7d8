import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import { connectHome, type RunningHost, startHost } from './running-host.ts';

/**
 * What a real Home Assistant answers "success" to, said as sentences to a running JARVIS. A reply is compared with what the device behind Home
 * Assistant has become, never with what Home Assistant answered.
 */
const assistant = await startFakeHomeAssistant();
const parts = new AsyncDisposableStack();
parts.use(assistant);
let host: RunningHost;
beforeAll(async () => {
  host = parts.use(await startHost());
  await connectHome(host, { url: assistant.url, token: assistant.token });
});
afterAll(() => parts.disposeAsync());

/** Every device as it is, in one text. */
const house = (): string =>
  JSON.stringify(
    [...assistant.house.entities.values()].map(({ entity_id, state, attributes, memory }) => [entity_id, state, attributes, memory]),
  );
const calls = (): number => assistant.misbehaviour.count('call_service');
const of = (entityId: string) => assistant.entity(entityId);

describe('what cannot be done is refused in words, and no device is asked', () => {
  test.each([
    ['set the garage door to 30 percent', /garage door can only be opened and closed/u],
    ['open the kitchen window to 30 percent', /kitchen window can only be opened and closed/u],
    ['stop the garage door', /garage door cannot be stopped/u],
    ['open the pergola', /pergola cannot be opened/u],
    ['set the heat pump to 2 degrees', /heat pump goes from 7 to 35 degrees/u],
    ['set the heat pump to 50 degrees', /heat pump goes from 7 to 35 degrees/u],
    ['set the boiler to 99 degrees', /boiler goes from 43\.3 to 60 degrees/u],
    ['set the heat pump to cool', /heat pump knows only heat and off/u],
    ['set the kitchen worktop to 9000 kelvin', /from 2000 to 6535 kelvin/u],
    ['set the kitchen worktop to red', /kitchen worktop cannot change its colour/u],
    ['dim the hall light to 20 percent', /hall light cannot be dimmed/u],
    ['set the volume of the bedroom television to 30 percent', /bedroom television has no volume/u],
    ['set the bathroom fan to 40 percent', /bathroom fan has only one speed/u],
    ['set the bedroom humidifier to 95 percent', /from 30 to 70 percent/u],
    ['turn on the bathroom light', /bathroom light is not answering/u],
    // no such thing, and no such colour: Home Assistant would answer success and give white
    ['turn on the cellar lamp', /cellar lamp/u],
    ['set the living room light to octarine', /octarine/u],
    ['make the bedroom lamp octarine', /octarine/u],
  ])('%s', async (text, reply) => {
    const [before, asked] = [house(), calls()];
    expect(await host.ask(text)).toMatch(reply);
    expect(house()).toBe(before);
    expect(calls()).toBe(asked);
  });

  test('a colour that only Home Assistant could misread is sent as what it is, or not at all', async () => {
    expect(
      (
        await host.call('POST', '/home/call', {
          service: 'light.turn_on',
          entityIds: ['light.living_room'],
          data: { color_name: 'octarine' },
        })
      ).answer,
    ).toMatchObject([{ outcome: 'rejected' }]);
    expect(of('light.living_room').state).toBe('off');
    expect(await host.ask('set the living room light to red')).toMatch(/living room light is red/u);
    expect(of('light.living_room').attributes.rgb_color).toEqual([255, 0, 0]);
  });

  test('an entity that does not exist is told as such', async () => {
    expect((await host.call('POST', '/home/call', { service: 'light.turn_on', entityIds: ['light.nowhere'] })).answer).toMatchObject([
      { outcome: 'rejected', reason: 'There is no light.nowhere.' },
    ]);
  });
});

describe('what is said to be done is done', () => {
  // It waits as long as a door may take, while the others are asked.
  let door: Promise<string>;
  beforeAll(async () => {
    assistant.setQuirks('cover.garage_door', { deaf: true });
    door = host.ask('open the garage door');
    await host.until(() => assistant.misbehaviour.count('cover.open_cover') > 0);
    assistant.setState('cover.garage_door', 'opening');
    assistant.setState('cover.garage_door', 'closed');
  });

  test('a lock that jams is said to have jammed, not to be locked', async () => {
    expect(await host.ask('lock the back door')).toBe('The back door has jammed.');
    expect(of('lock.back_door').state).toBe('jammed');
    expect(await host.ask('is the back door locked')).not.toMatch(/^yes/iu);
  });

  test('a lock that works is unlocked after a yes, and stays locked after a no', async () => {
    expect(await host.ask('unlock the front door', false)).not.toMatch(/is unlocked/u);
    expect(of('lock.front_door').state).toBe('locked');
    expect(await host.ask('unlock the front door')).toBe('The front door is unlocked.');
    expect(of('lock.front_door').state).toBe('unlocked');
  });

  test.each([
    ['set the heat pump to 21 degrees', 'climate.heat_pump', 21],
    ['set the heat pump to 70 degrees fahrenheit', 'climate.heat_pump', 21.1],
    ['set the heat pump to 64 degrees fahrenheit', 'climate.heat_pump', 17.8],
    ['set the bedroom thermostat to 19 degrees', 'climate.bedroom', 19],
  ])('a thermostat that thinks in Fahrenheit: %s', async (text, entityId, celsius) => {
    const reply = await host.ask(text);
    const shown = Number(of(entityId).attributes.temperature);
    // within what a device that rounds to whole degrees Fahrenheit can show
    expect(Math.abs(shown - celsius)).toBeLessThanOrEqual(0.5);
    const said = Number(/set to (\d+(?:\.\d+)?) °C/u.exec(reply)?.[1]);
    expect([reply, Math.abs(said - shown) <= 0.2]).toEqual([reply, true]);
  });

  test('a device that is deaf has only been asked', async () => {
    expect(await host.ask('turn on the garden pump')).toBe('I asked the garden pump, but it has not answered.');
    expect(of('switch.garden_pump').state).toBe('off');
    expect(await host.ask('is the garden pump on')).toMatch(/^no/iu);
  });

  test('an entity that has gone without a word has only been asked, though Home Assistant answers success', async () => {
    assistant.house.states.forget('light.study');
    assistant.house.entities.delete('light.study');
    expect(await host.ask('turn on the study light')).toBe('I asked the study light, but it has not answered.');
  });

  test('a device that Home Assistant reports late is waited for', async () => {
    assistant.misbehaviour.slow('light.turn_on', 700);
    expect(await host.ask('turn on the bedroom lamp')).toMatch(/^The bedroom lamp is on(?: now)?\.$/u);
    expect(of('light.bedroom_lamp').state).toBe('on');
    assistant.misbehaviour.slow('light.turn_on', 0);
  });

  test('an event that was lost is made good by reading the state again', async () => {
    assistant.dropEvents('light.bedroom_lamp');
    const reply = await host.ask('turn off the bedroom lamp');
    expect(of('light.bedroom_lamp').state).toBe('off');
    expect(reply).toMatch(/bedroom lamp is off|has not answered/u);
    assistant.dropEvents('light.bedroom_lamp', false);
  });

  test('of two devices the one that obeys is said to be on, the other not', async () => {
    const reply = await host.ask('turn on the coffee machine and the garden pump');
    expect(reply).toMatch(/coffee machine is on/u);
    expect(reply).toMatch(/garden pump, but it has not answered/u);
    expect([of('switch.coffee_machine').state, of('switch.garden_pump').state]).toEqual(['on', 'off']);
  });

  test('a service that Home Assistant refuses is told with its reason', async () => {
    // JARVIS is not told that the features have gone
    assistant.dropEvents('fan.bedroom');
    of('fan.bedroom').attributes.supported_features = 0;
    const reply = await host.ask('set the bedroom fan to 50 percent');
    expect(reply).toMatch(/Home Assistant says|cannot|does not/u);
    expect(of('fan.bedroom').attributes.percentage).toBe(0);
    assistant.dropEvents('fan.bedroom', false);
  });

  test('what was done can be undone, and what was not done is not', async () => {
    await host.ask('turn on the hall light');
    expect(of('light.hall').state).toBe('on');
    expect(await host.ask('undo that')).toMatch(/hall light is off/u);
    expect(of('light.hall').state).toBe('off');
  });

  test('a door that turned back half way is not said to be open', async () => {
    expect(await door).not.toMatch(/is open/u);
    expect(of('cover.garage_door').state).toBe('closed');
  });
});
