import { JarvisError } from '../../contract/failure.ts';
import type { HomeConnection } from '../../contract/interface.ts';
import { type HomeSettings, HomeSettingsSchema } from '../../contract/settings.ts';
import { revokeLogin } from '../../iot/home-assistant/login.ts';
import { SecretError, type SecretStore } from '../../store/secrets/secret-store.ts';
import { asWritten, type ConnectRequest } from './connect-request.ts';
import { examineWay } from './examine-way.ts';
import { credentialsOf, shownUrl, wayId } from './home-credentials.ts';
import { addWayToFile, removeWayFromFile } from './home-settings-file.ts';
import { type OpenHome, statusOf } from './open-home.ts';
import { titleOf, type Way, type WayOptions } from './open-way.ts';
import { readSettings, SettingsError } from './settings-file.ts';

export interface ConnectionsOptions extends WayOptions {
  dataFolder: string;
  secrets: SecretStore;
  /** The home in use; absent for a command that only changes what the next start finds. */
  live?: OpenHome;
  /** Said once to whoever watches. */
  notice(text: string): void;
}

const REVOKE_MS = 5_000;

export interface Connected {
  connection: HomeConnection;
  /** How many were seen. */
  entities: number;
  /** The demo home has made room. */
  demoLeft: boolean;
}

/** The ways into the home: shown, added and forgotten, in the settings, the secrets and the home in use alike. */
export class HomeConnections {
  readonly #options: ConnectionsOptions;
  /** One change after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Of the home in use. */
  list(): HomeConnection[] {
    return (this.#options.live?.ways() ?? []).map(connectionOf);
  }

  /**
   * Looks whether the way leads anywhere, and only then keeps it: secret, settings, home in use.
   * @throws JarvisError `home-refused` with a sentence for people; nothing is changed then
   */
  connect(request: ConnectRequest, signal: AbortSignal): Promise<Connected> {
    return this.#inTurn(async () => {
      const written = asWritten(request);
      const settings = HomeSettingsSchema.parse(written);
      const id = wayId(settings);
      const secret = request.credentials === undefined ? request.password : JSON.stringify(request.credentials);
      const { dataFolder, secrets, live, notice } = this.#options;
      // What could not be written afterwards need not be tried.
      await inWords(() => readSettings(dataFolder));
      const entities = await examineWay(
        settings,
        // Nothing kept before may make it look better than it is.
        { ...this.#options, secrets: { get: async (name) => (name === id ? secret : undefined) } },
        signal,
      );
      const before = await inWords(() => secrets.get(id));
      await inWords(() => this.#keep(id, secret));
      try {
        await addWayToFile(dataFolder, settings, written);
      } catch (error) {
        await inWords(() => this.#keep(id, before));
        throw new JarvisError('home-refused', `It could be reached, but not be kept: ${messageOf(error)}`, { cause: error });
      }
      const { home } = await readSettings(dataFolder);
      const demoLeft = live !== undefined && !home.some(({ type }) => type === 'demo') && live.ways().some((way) => way.id === 'demo');
      const way = await live?.add(settings);
      if (demoLeft) {
        await live.remove('demo');
        notice(`${way?.title ?? 'The home'} is connected. The demo home has made room for it.`);
      }
      const connection = way === undefined ? unopened(settings) : connectionOf(way);
      return { connection, entities, demoLeft };
    });
  }

  /** Forgets a way: token, settings, devices. Without any way left the demo home comes back. @throws JarvisError when there is none of that id */
  disconnect(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const { dataFolder, secrets, live, notice } = this.#options;
      const { home } = await inWords(() => readSettings(dataFolder));
      const known = home.find((way) => wayId(way) === id) ?? live?.ways().find((way) => way.id === id)?.settings;
      if (known === undefined) throw new JarvisError('home-refused', 'There is no such way into the home.');
      if (known.type === 'demo' && home.length === 1)
        throw new JarvisError('home-refused', 'The demo home stays until a home of your own is connected.');
      await this.#revoke(known);
      await inWords(() => removeWayFromFile(dataFolder, id));
      if (live !== undefined) {
        // As the next start would find it. The new comes before the old goes, so that the home is never without any.
        const left = (await readSettings(dataFolder)).home;
        for (const way of left) if (!live.ways().some((open) => open.id === wayId(way))) await live.add(way);
        await live.remove(id);
        if (left.every(({ type }) => type === 'demo')) notice('No home of your own is connected any more; the demo home is back.');
      }
      await inWords(() => secrets.delete(id));
    });
  }

  async #keep(id: string, secret: string | undefined): Promise<void> {
    if (secret === undefined) await this.#options.secrets.delete(id);
    else await this.#options.secrets.set(id, secret);
  }

  /** So that nobody else can use what is forgotten here. A Home Assistant that is away cannot be told, and is forgotten all the same. */
  async #revoke(settings: HomeSettings): Promise<void> {
    if (settings.type !== 'home-assistant') return;
    const { secrets, clock, log } = this.#options;
    const { url, insecure } = settings;
    try {
      const credentials = await credentialsOf(wayId(settings), url, secrets);
      if (credentials.type !== 'login') return;
      const { clientId, refreshToken } = credentials;
      await revokeLogin({ url, insecure, clientId, clock }, refreshToken, AbortSignal.timeout(REVOKE_MS));
    } catch (error) {
      log.warn({ error: String(error), url }, 'a login was not taken back at Home Assistant');
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

export const connectionOf = (way: Way): HomeConnection => ({
  id: way.id,
  type: way.settings.type,
  title: way.title,
  ...('url' in way.settings && { url: shownUrl(way.settings.url) }),
  status: statusOf(way),
});

/** As it will be at the next start. */
function unopened(settings: HomeSettings): HomeConnection {
  const id = wayId(settings);
  const title = titleOf(settings);
  const { type } = settings;
  return { id, type, title, ...('url' in settings && { url: shownUrl(settings.url) }), status: { name: id, title, state: 'connected' } };
}

/** The sentences of settings and secrets are meant for the person who asked. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SecretError || error instanceof SettingsError)
      throw new JarvisError('home-refused', error.message, { cause: error });
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
