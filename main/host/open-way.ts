import type { Clock } from '../../contract/clock.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import { startDemoHome } from '../../iot/demo/start-demo-home.ts';
import { createFileHome } from '../../iot/file-home.ts';
import { createHomeAssistantBridge } from '../../iot/home-assistant/home-assistant-bridge.ts';
import type { HomeBridge } from '../../iot/home-bridge.ts';
import { loadHomeFile } from '../../iot/load-home-file.ts';
import type { JarvisPresence } from '../../iot/mqtt/jarvis-presence.ts';
import { keepAnnounced, withdrawAnnouncement } from '../../iot/mqtt/keep-announced.ts';
import { createMqttBridge } from '../../iot/mqtt/mqtt-bridge.ts';
import { readTls } from '../../iot/mqtt/read-tls.ts';
import { readSecret, type SecretReader, shownUrl, wayId } from './home-credentials.ts';
import { homeToken } from './home-token.ts';
import type { Log } from './log.ts';

export interface WayOptions {
  clock: Clock;
  random(): number;
  log: Log;
  /** Unique among everything that speaks to the same broker. */
  runId: string;
  secrets: SecretReader;
  /** How JARVIS itself is shown at brokers; absent for a look and for one command. */
  announced?: { installationId: string; presence: JarvisPresence };
}

/** One way into the home, opened but not yet connected. Ended by its disposal, after the signal that it was connected with. */
export interface Way extends AsyncDisposable {
  /** Also the name of its bridge. */
  readonly id: string;
  readonly settings: HomeSettings;
  readonly bridge: HomeBridge;
  /** In words for people: "the demo home". */
  readonly title: string;
}

/** In words for people. The demo home's address is known only once it is open. */
export function titleOf(settings: HomeSettings): string {
  switch (settings.type) {
    case 'file':
      return `the home file ${settings.path}`;
    case 'demo':
      return 'the demo home';
    case 'mqtt':
      return `MQTT at ${shownUrl(settings.url)}`;
    case 'home-assistant':
      return `Home Assistant at ${shownUrl(settings.url)}`;
    default:
      return settings satisfies never;
  }
}

/** @throws for a home file that is broken, a certificate that cannot be read, a secret that cannot be opened */
export async function openWay(settings: HomeSettings, options: WayOptions): Promise<Way> {
  const id = wayId(settings);
  const way = (bridge: HomeBridge, title = titleOf(settings), end = async (): Promise<void> => undefined): Way => ({
    id,
    settings,
    bridge,
    title,
    [Symbol.asyncDispose]: end,
  });
  const { clock, log, runId } = options;
  switch (settings.type) {
    case 'file':
      return way(createFileHome(await loadHomeFile(settings.path), { clock, name: id }));
    case 'demo': {
      const demo = await startDemoHome({ port: settings.port, clock, random: options.random, log });
      const bridge = createMqttBridge({ url: demo.url, clientId: 'jarvis', name: id, clock, log });
      return way(bridge, `the demo home at ${demo.address}`, () => demo[Symbol.asyncDispose]());
    }
    case 'mqtt': {
      const { url, username, discoveryPrefix } = settings;
      const password = settings.password ?? (await readSecret(id, options.secrets));
      const tls = settings.tls === undefined ? undefined : await readTls(settings.tls);
      const clientId = `jarvis-${runId}`;
      const bridge = createMqttBridge({ url, username, password, tls, discoveryPrefix, clientId, name: id, clock, log });
      if (options.announced === undefined) return way(bridge);
      const { installationId, presence } = options.announced;
      const announcement = {
        url,
        username,
        password,
        tls,
        discoveryPrefix,
        installationId,
        lastCommand: settings.announceLastCommand,
        clock,
        log,
      };
      const ending = new AbortController();
      // A JARVIS that is no longer to be seen takes back what it announced when it was.
      const announcing = settings.announce
        ? keepAnnounced(announcement, presence, ending.signal)
        : withdrawAnnouncement(announcement, ending.signal);
      const announced = announcing.catch((error: unknown) => log.warn({ error: String(error), way: id }, 'announcing JARVIS failed'));
      return way(bridge, titleOf(settings), async () => {
        ending.abort(new Error('disconnected'));
        await announced;
      });
    }
    case 'home-assistant':
      return way(
        createHomeAssistantBridge({
          url: settings.url,
          token: homeToken(settings, options),
          insecure: settings.insecure,
          converse: settings.conversation,
          name: id,
          clock,
          log,
        }),
      );
    default:
      return settings satisfies never;
  }
}
