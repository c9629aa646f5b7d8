import { randomBytes } from 'node:crypto';
import { type DemoControl, type DemoDevicesOptions, startDemoDevices } from './demo-devices.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from './embedded-broker.ts';

export interface DemoHome {
  /** The broker's address with name and password in it, for `createMqttBridge`; not to be shown. */
  readonly url: string;
  /** The same without them, for people. */
  readonly address: string;
  readonly devices: DemoControl;
  /** Takes the broker away, as a power cut would; devices keep their states. */
  stopBroker(): Promise<void>;
  /** Brings it back at the same address, empty. */
  startBroker(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface DemoHomeOptions extends Omit<DemoDevicesOptions, 'url' | 'clientId'> {
  /** 0 = any free one */
  port?: number;
}

/**
 * A home that needs nothing: an embedded broker on loopback and simulated devices that live at it.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startDemoHome({ port = 0, ...options }: DemoHomeOptions): Promise<DemoHome> {
  const account = { username: 'jarvis', password: randomBytes(18).toString('hex') };
  let broker: EmbeddedBroker | undefined = await startEmbeddedBroker({ port, ...account, log: options.log });
  const brokerPort = broker.port;
  const url = `mqtt://${account.username}:${account.password}@127.0.0.1:${brokerPort}`;
  const devices = startDemoDevices({ ...options, url });
  await devices.announced;
  const stopBroker = async (): Promise<void> => {
    await broker?.[Symbol.asyncDispose]();
    broker = undefined;
  };
  return {
    url,
    address: `mqtt://127.0.0.1:${brokerPort}`,
    devices,
    stopBroker,
    startBroker: async () => {
      broker ??= await startEmbeddedBroker({ port: brokerPort, ...account, log: options.log });
    },
    [Symbol.asyncDispose]: async () => {
      await devices[Symbol.asyncDispose]();
      await stopBroker();
    },
  };
}
