import type { Clock } from '../../contract/clock.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import { startDemoHome } from '../../iot/demo/start-demo-home.ts';
import { createFileHome } from '../../iot/file-home.ts';
import type { HomeBridge } from '../../iot/home-bridge.ts';
import { loadHomeFile } from '../../iot/load-home-file.ts';
import { MergedHome } from '../../iot/merged-home.ts';
import { createMqttBridge } from '../../iot/mqtt/mqtt-bridge.ts';
import type { Log } from './log.ts';

/** How long a start waits for the first picture of the home, in ms. */
const FIRST_PICTURE_MS = 5_000;

export interface OpenHomeOptions {
  clock: Clock;
  random(): number;
  log: Log;
  runId: string;
  signal: AbortSignal;
}

export interface OpenHome extends AsyncDisposable {
  home: MergedHome;
  /** In words for people: "the demo home". */
  title: string;
}

/** The home of the settings, connected. Throws when a home file is broken; a broker that is away is waited for. */
export async function openHome(settings: HomeSettings, options: OpenHomeOptions): Promise<OpenHome> {
  switch (settings.type) {
    case 'file': {
      const bridge = createFileHome(await loadHomeFile(settings.path), { clock: options.clock });
      return connected([bridge], `the home file ${settings.path}`, options, async () => undefined);
    }
    case 'demo': {
      const demo = await startDemoHome({ port: settings.port, clock: options.clock, random: options.random, log: options.log });
      const bridge = createMqttBridge({ url: demo.url, clientId: 'jarvis', clock: options.clock, log: options.log });
      return connected([bridge], `the demo home at ${demo.address}`, options, () => demo[Symbol.asyncDispose]());
    }
    case 'mqtt': {
      const { url, username, password, discoveryPrefix } = settings;
      const clientId = `jarvis-${options.runId}`;
      const bridge = createMqttBridge({ url, username, password, discoveryPrefix, clientId, clock: options.clock, log: options.log });
      return connected([bridge], `MQTT at ${settings.url}`, options, async () => undefined);
    }
  }
}

async function connected(bridges: HomeBridge[], title: string, options: OpenHomeOptions, end: () => Promise<void>): Promise<OpenHome> {
  const home = new MergedHome(bridges);
  const connecting = home.connect(options.signal);
  // A broker that is away must not keep JARVIS from starting; the bridge goes on trying.
  await Promise.race([connecting, options.clock.sleep(FIRST_PICTURE_MS, options.signal)]);
  connecting.catch((error: unknown) => {
    if (!options.signal.aborted) options.log.error({ error: String(error) }, 'connecting the home failed');
  });
  return { home, title, [Symbol.asyncDispose]: end };
}
