import type { MqttClient } from 'mqtt';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { keepConnected } from '../mqtt/mqtt-connection.ts';
import { placesTopic } from '../mqtt/places.ts';
import { demoDevices, demoPlaces } from './demo-catalogue.ts';
import type { DemoDevice, DeviceIo } from './demo-device.ts';

export interface DemoDevicesOptions {
  /** The broker that the devices live at. */
  url: string;
  clock: Clock;
  /** 0–1 */
  random: () => number;
  log: Log;
  /** How many times faster than real life; 1 unless given. */
  speed?: number;
  clientId?: string;
}

/** What a test can do to the devices, by object id such as `bedroom_lamp`. */
export interface DemoControl {
  /** Out of reach: says so on its availability topic and obeys nothing. */
  setUnreachable(objectId: string, unreachable: boolean): void;
  /** Obeys nothing and does not say so. */
  setSilent(objectId: string, silent: boolean): void;
  /** The front door's bolt gets stuck at the next turn. */
  setJammed(jammed: boolean): void;
  /** Plays a command as if it had come by radio; for sensors `('kitchen_leak_sensor', 'set', 'ON')` is water on the floor. */
  tell(objectId: string, topic: string, payload: string): void;
}

export interface DemoDevices extends AsyncDisposable, DemoControl {
  /** Resolves when the devices have announced themselves for the first time. */
  readonly announced: Promise<void>;
}

const statusTopic = 'demo/status';
/** ms of a radio command on its way */
const shortestDelay = 50;
const delaySpread = 100;

/** About thirty simulated devices, connected to a broker of any kind, announced by Home Assistant MQTT discovery. */
export function startDemoDevices({ url, clock, random, log, speed = 1, clientId = 'demo-devices' }: DemoDevicesOptions): DemoDevices {
  const ending = new AbortController();
  const { signal } = ending;
  const lock = { jammed: false };
  const devices = new Map(demoDevices(lock).map((device) => [device.objectId, device]));
  const unreachable = new Set<string>();
  const silent = new Set<string>();
  const tasks = new Set<Promise<void>>();
  const announced = Promise.withResolvers<void>();
  let client: MqttClient | undefined;

  const publish = (topic: string, payload: string): void => {
    if (client?.connected) client.publish(topic, payload, { retain: true });
  };
  const run = (task: (signal: AbortSignal) => Promise<void>): void => {
    const running = task(signal)
      .catch((error: unknown) => {
        // a device stopped on its way ends its task by the abort of its own sleep
        if (!(error instanceof Error && error.name === 'AbortError') && !signal.aborted) log.error(`demo device: ${String(error)}`);
      })
      .finally(() => tasks.delete(running));
    tasks.add(running);
  };
  const sleep = (ms: number, own: AbortSignal = signal): Promise<void> => clock.sleep(ms / speed, own);
  const ioOf = (device: DemoDevice): DeviceIo => ({
    say: (topic, payload) => publish(`demo/${device.objectId}/${topic}`, payload),
    sleep,
    random,
    run,
    tell,
  });
  const sayAvailability = (objectId: string): void =>
    publish(`demo/${objectId}/availability`, unreachable.has(objectId) ? 'offline' : 'online');

  function tell(objectId: string, topic: string, payload: string): void {
    const device = devices.get(objectId);
    if (!device || unreachable.has(objectId) || silent.has(objectId)) return;
    run(async () => {
      await sleep(shortestDelay + delaySpread * random());
      device.hear(topic, payload, ioOf(device));
    });
  }

  function announce(): void {
    const aliases = Object.fromEntries(
      [...devices.values()].map(({ component, objectId, aliases: names = [] }) => [`${component}.${objectId}`, names]),
    );
    publish(placesTopic, JSON.stringify({ ...demoPlaces, aliases }));
    publish(statusTopic, 'online');
    for (const device of devices.values()) {
      const { objectId, component, name, area } = device;
      publish(
        `homeassistant/${component}/demo/${objectId}/config`,
        JSON.stringify({
          '~': `demo/${objectId}`,
          name: null,
          uniq_id: `demo_${objectId}`,
          def_ent_id: `${component}.${objectId}`,
          avty: [{ t: statusTopic }, { t: '~/availability' }],
          avty_mode: 'all',
          dev: { ids: [`demo_${objectId}`], name, mf: 'JARVIS', mdl: 'Demo device', ...(area !== undefined && { sa: area }) },
          o: { name: 'JARVIS demo home' },
          ...device.config,
        }),
      );
      sayAvailability(objectId);
      device.report(ioOf(device));
    }
    announced.resolve();
  }

  const connection = keepConnected(
    {
      url,
      clientId,
      clock,
      will: { topic: statusTopic, payload: 'offline' },
      connected: async (session) => {
        client = session;
        await session.subscribeAsync(['demo/+/set/#', 'homeassistant/status'], { qos: 0 });
        announce();
      },
      disconnected: (reason) => {
        client = undefined;
        log.warn(`demo devices: not connected to the broker: ${reason}`);
      },
      message: (topic, payload) => {
        if (topic === 'homeassistant/status') {
          if (new TextDecoder().decode(payload) === 'online') announce();
          return;
        }
        const [, objectId = '', ...rest] = topic.split('/');
        tell(objectId, rest.join('/'), new TextDecoder().decode(payload));
      },
    },
    signal,
  );
  for (const device of devices.values()) device.live?.(ioOf(device));

  return {
    announced: announced.promise,
    tell,
    setUnreachable: (objectId, value) => {
      if (value) unreachable.add(objectId);
      else unreachable.delete(objectId);
      sayAvailability(objectId);
    },
    setSilent: (objectId, value) => {
      if (value) silent.add(objectId);
      else silent.delete(objectId);
    },
    setJammed: (jammed) => {
      lock.jammed = jammed;
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await Promise.all([connection, ...tasks]);
    },
  };
}
