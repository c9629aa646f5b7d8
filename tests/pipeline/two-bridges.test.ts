import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../fakes/start-mosquitto.ts';
import { connectHome, type RunningHost, startHost } from './running-host.ts';

/** A lamp that Home Assistant and a broker both know: what becomes of it, and of JARVIS, when one of them goes. */

/** A lamp on a broker, which says its state and obeys; it comes back by itself, as devices do. */
class BrokerLamp implements AsyncDisposable {
  readonly heard: string[] = [];
  /** Called before it obeys; false: it does not. */
  onCommand: (payload: string) => boolean = () => true;
  readonly #client: MqttClient;
  #state = 'OFF';
  /** The device has become this, whoever told it. */
  changed: (state: 'on' | 'off') => void = () => undefined;

  constructor(url: string, id: string, name: string) {
    const topic = `lamp/${id}`;
    this.#client = mqtt.connect(url, { reconnectPeriod: 200, resubscribe: true });
    this.#client.on('error', () => undefined);
    const announcement = {
      name,
      unique_id: id,
      command_topic: `${topic}/set`,
      state_topic: topic,
      device: { identifiers: [id], suggested_area: 'Hall' },
    };
    this.#client.on('connect', () => {
      this.#client.publish(`homeassistant/light/${id}/config`, JSON.stringify(announcement), { retain: true });
      this.#client.subscribe(`${topic}/set`);
      this.#tell();
    });
    this.#client.on('message', (_topic, payload) => {
      this.heard.push(payload.toString());
      if (!this.onCommand(payload.toString())) return;
      this.become(payload.toString() === 'ON' ? 'ON' : 'OFF');
      this.changed(this.#state === 'ON' ? 'on' : 'off');
    });
    this.#tell = () => {
      if (this.#client.connected) this.#client.publish(topic, this.#state, { retain: true });
    };
  }

  readonly #tell: () => void;

  get state(): string {
    return this.#state;
  }

  /** Comes back to a broker by a clock of its own. */
  get connected(): boolean {
    return this.#client.connected;
  }

  become(state: 'ON' | 'OFF'): void {
    this.#state = state;
    this.#tell();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true);
  }
}

describe.skipIf(!hasMosquitto)('one home by two ways (skipped where there is no mosquitto)', () => {
  const parts = new AsyncDisposableStack();
  let assistant: Awaited<ReturnType<typeof startFakeHomeAssistant>>;
  let broker: Mosquitto;
  let host: RunningHost;
  let lamp: BrokerLamp;
  let porch: BrokerLamp;

  beforeAll(async () => {
    assistant = parts.use(await startFakeHomeAssistant());
    broker = await startMosquitto();
    parts.defer(() => broker[Symbol.asyncDispose]());
    lamp = parts.use(new BrokerLamp(broker.url, '0x00158d0001', 'Hall lamp'));
    porch = parts.use(new BrokerLamp(broker.url, '0x00158d0002', 'Porch lamp'));
    assistant.add('light.hall_lamp', { name: 'Hall lamp', state: 'off', area: 'hall', attributes: { supported_color_modes: ['onoff'] } });
    assistant.updateEntity('light.hall_lamp', { platform: 'mqtt', unique_id: '0x00158d0001' });
    // One device behind both: Home Assistant reaches it by the broker.
    lamp.changed = (state) => assistant.setState('light.hall_lamp', state);
    assistant.house.bus.listen('state_changed', ({ data }) => {
      const seen = data.entity_id === 'light.hall_lamp' ? assistant.entity('light.hall_lamp').state : undefined;
      if (seen !== undefined && seen.toUpperCase() !== lamp.state) lamp.become(seen === 'on' ? 'ON' : 'OFF');
    });
    host = parts.use(await startHost());
    await connectHome(host, { url: assistant.url, token: assistant.token });
    await connectHome(host, { url: broker.url });
    await host.until(() => porchEntity()?.state === 'off');
  }, 60_000);
  afterAll(() => parts.disposeAsync());

  const lamps = (): Entity[] => [...host.entities().values()].filter(({ identity }) => identity === 'mqtt light 0x00158d0001');
  const porchEntity = (): Entity | undefined =>
    [...host.entities().values()].find(({ identity }) => identity === 'mqtt light 0x00158d0002');
  const ids = (): string[] => [...host.entities().keys()].sort();
  const statusOf = (type: string) => {
    const event = host.events.findLast((each) => each.type === 'status-changed' || each.type === 'snapshot');
    return event && 'status' in event ? event.status.bridges.find(({ name }) => name.startsWith(type))?.state : undefined;
  };
  const stateIs = (type: string, state: string) => host.until(() => statusOf(type) === state, 15_000);
  /** How often the device was told something, by whichever way. */
  const told = (): number =>
    lamp.heard.length + assistant.misbehaviour.count('light.turn_on') + assistant.misbehaviour.count('light.turn_off');

  test('what both know is one entity, in one place', () => {
    expect(lamps()).toMatchObject([{ id: 'light.hall_lamp', name: 'Hall lamp', area: 'hall', available: true }]);
    expect(porchEntity()).toMatchObject({ name: 'Porch lamp', area: 'hall' });
  });

  test('it is told once, by one way', async () => {
    expect(await host.ask('turn on the hall lamp')).toMatch(/^The hall lamp is on(?: now)?\.$/u);
    expect([lamp.state, told()]).toEqual(['ON', 1]);
  });

  test('renamed in Home Assistant, it is understood by its new name', async () => {
    assistant.updateEntity('light.hall_lamp', { name: 'Reading lamp' });
    await host.until(() => lamps()[0]?.name === 'Reading lamp');
    expect(await host.ask('turn off the reading lamp')).toMatch(/^The reading lamp is off(?: now)?\.$/u);
    expect(lamp.state).toBe('OFF');
    expect(lamps()).toHaveLength(1);
  });

  test('without Home Assistant it obeys by the broker, and JARVIS says once that Home Assistant is away', async () => {
    const before = ids();
    await assistant.stop();
    await stateIs('home-assistant', 'disconnected');
    const first = await host.ask('turn on the reading lamp');
    expect(first).toMatch(/reading lamp is on/u);
    expect(lamp.state).toBe('ON');
    expect(await host.ask('turn off the reading lamp')).toMatch(/^The reading lamp is off(?: now)?\.$/u);
    expect(await host.ask('turn on the study light')).toBe('Home Assistant is not connected, so I cannot reach the study light.');
    expect(await host.ask('is the study light on')).not.toMatch(/^(?:yes|no)\.?$/iu);
    expect(ids()).toEqual(before);
    expect(lamps()).toMatchObject([{ name: 'Reading lamp', available: true }]);
  });

  test('when Home Assistant comes back, devices late, nothing is lost, doubled or shaken', async () => {
    const before = ids();
    const from = host.events.length;
    await assistant.comeBack();
    await host.until(() => statusOf('home-assistant') !== 'disconnected', 15_000);
    assistant.finishStarting();
    await stateIs('home-assistant', 'connected');
    await host.until(() => host.entities().get('light.study')?.available);
    const pictures = host.events.slice(from).filter((event) => event.type === 'home-structure');
    for (const { entities } of pictures) expect(entities.map(({ id }) => id).sort()).toEqual(before);
    expect(pictures.length).toBeLessThanOrEqual(5);
    expect(lamps()).toMatchObject([{ id: 'light.hall_lamp', name: 'Reading lamp', available: true }]);
    expect(await host.ask('turn on the study light')).toMatch(/^The study light is on(?: now)?\.$/u);
  });

  test('a short loss of the network, again and again, loses and doubles nothing', async () => {
    const before = ids();
    for (let round = 0; round < 3; round += 1) {
      assistant.loseConnection();
      await stateIs('home-assistant', 'disconnected');
      await stateIs('home-assistant', 'connected');
    }
    await host.until(() => host.entities().get('light.study')?.available);
    expect(ids()).toEqual(before);
    expect(await host.ask('is the study light on')).toMatch(/^yes/iu);
  });

  test.each(['before', 'after'] as const)(
    'a command given as Home Assistant drops the connection (%s it is read) is sent once',
    async (when) => {
      const [calls, messages] = [assistant.misbehaviour.count('call_service'), lamp.heard.length];
      const [word, service] = when === 'before' ? ['on', 'light.turn_on'] : ['off', 'light.turn_off'];
      assistant.misbehaviour.loseConnectionOn(service, when);
      const was = lamp.state;
      const reply = await host.ask(`turn ${word} the reading lamp`);
      await stateIs('home-assistant', 'connected');
      expect(assistant.misbehaviour.count('call_service') - calls + (lamp.heard.length - messages)).toBe(1);
      // "before": it was never read, and nothing has changed; "after": it is off.
      if (when === 'before') expect(lamp.state).toBe(was);
      if (/lamp is o/u.test(reply)) expect(reply.toLowerCase()).toContain(`is ${lamp.state.toLowerCase()}`);
      expect(reply).not.toBe('');
    },
  );

  test('a command given as the broker dies is sent once, and not again when it is back', async () => {
    const dying = broker;
    porch.onCommand = () => {
      void dying[Symbol.asyncDispose]();
      return false;
    };
    const reply = await host.ask('turn on the porch lamp');
    expect(reply).not.toMatch(/is on/u);
    expect(porch.heard).toEqual(['ON']);
    await stateIs('mqtt', 'disconnected');
    expect(await host.ask('turn on the reading lamp')).toMatch(/reading lamp is on/u);
    expect(lamp.state).toBe('ON');
    expect(await host.ask('turn on the porch lamp')).toBe('MQTT is not connected, so I cannot reach the porch lamp.');
    expect(porchEntity()).toMatchObject({ name: 'Porch lamp', available: false });
  });

  test('without both JARVIS says so, and forgets nothing', async () => {
    const before = ids();
    await assistant.stop();
    await stateIs('home-assistant', 'disconnected');
    const reply = await host.ask('turn off the reading lamp');
    expect(reply).toMatch(/not connected/u);
    expect(lamp.state).toBe('ON');
    expect(ids()).toEqual(before);
    expect(lamps()).toMatchObject([{ available: false, state: 'on' }]);
    expect(await host.ask('what time is it')).toMatch(/\d/u);
  });

  test('both come back, and nothing that was refused meanwhile is done after all', async () => {
    const before = ids();
    porch.onCommand = () => true;
    broker = await startMosquitto(undefined, broker.port);
    await assistant.comeBack();
    assistant.finishStarting();
    await Promise.all([stateIs('home-assistant', 'connected'), stateIs('mqtt', 'connected')]);
    await host.until(() => porchEntity()?.available === true && lamps()[0]?.available && lamp.connected && porch.connected);
    expect([lamp.state, porch.state]).toEqual(['ON', 'OFF']);
    expect(ids()).toEqual(before);
    expect(porch.heard).toEqual(['ON']);
    expect(await host.ask('turn on the porch lamp')).toMatch(/^The porch lamp is on(?: now)?\.$/u);
    expect(await host.ask('turn off the reading lamp')).toMatch(/^The reading lamp is off(?: now)?\.$/u);
    expect(host.running()).toBe(true);
  });
});
