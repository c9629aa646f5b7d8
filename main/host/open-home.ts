import type { BridgeStatus } from '../../contract/home.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import type { HomeBridge } from '../../iot/home-bridge.ts';
import { MergedHome, type MergedHomeOptions } from '../../iot/merged-home.ts';
import { openWay, type Way, type WayOptions } from './open-way.ts';

/** How long a start waits for the first picture of the home, in ms. */
const FIRST_PICTURE_MS = 5_000;

export interface OpenHomeOptions extends WayOptions {
  signal: AbortSignal;
  merged?: MergedHomeOptions;
}

interface OpenedWay {
  way: Way;
  ending: AbortController;
}

/** The home with its ways in; ways may come and go while it is in use. */
export class OpenHome implements AsyncDisposable {
  readonly home: MergedHome;
  readonly #options: OpenHomeOptions;
  readonly #opened = new Map<string, OpenedWay>();

  constructor(options: OpenHomeOptions) {
    this.home = new MergedHome([], options.merged);
    this.#options = options;
  }

  ways(): Way[] {
    return [...this.#opened.values()].map(({ way }) => way);
  }

  /** In words for people: "the demo home". */
  get title(): string {
    return this.ways()
      .map(({ title }) => title)
      .join(' and ');
  }

  /** Each with its title. */
  statuses(): BridgeStatus[] {
    return this.ways().map(statusOf);
  }

  /**
   * Opens a way and adds it, in the place of one with the same id. Resolves when its first picture is there, or has taken too long: a broker that is
   * away is waited for by its bridge. Throws what `openWay` throws.
   */
  async add(settings: HomeSettings): Promise<Way> {
    const way = await openWay(settings, this.#options);
    await this.#firstPicture(await this.#take(way));
    return way;
  }

  /** All of them, in this order: the first is believed where two know the same thing. One that is away delays no other. */
  async addAll(settings: readonly HomeSettings[]): Promise<void> {
    const taken: OpenedWay[] = [];
    for (const each of settings) taken.push(await this.#take(await openWay(each, this.#options)));
    await Promise.all(taken.map((opened) => this.#firstPicture(opened)));
  }

  /** False when there is no such way. */
  async remove(id: string): Promise<boolean> {
    const opened = this.#opened.get(id);
    if (opened === undefined) return false;
    this.#opened.delete(id);
    this.home.removeBridge(opened.way.bridge.name);
    opened.ending.abort(new Error('disconnected'));
    await opened.way[Symbol.asyncDispose]();
    return true;
  }

  async #take(way: Way): Promise<OpenedWay> {
    await this.remove(way.id);
    const opened: OpenedWay = { way, ending: new AbortController() };
    this.#opened.set(way.id, opened);
    this.home.addBridge(way.bridge);
    return opened;
  }

  async #firstPicture({ way, ending }: OpenedWay): Promise<void> {
    const { clock, signal, log } = this.#options;
    const stop = AbortSignal.any([signal, ending.signal]);
    const enough = new AbortController();
    const until = AbortSignal.any([stop, enough.signal]);
    // Listened for before it connects: it may be refused at once.
    const refused = refusal(way.bridge, until);
    const connecting = way.bridge.connect(stop).catch((error: unknown) => {
      if (!stop.aborted) log.error({ error: String(error), way: way.id }, 'connecting the home failed');
    });
    const patience = clock.sleep(FIRST_PICTURE_MS, until).catch(() => undefined);
    // What is refused waits for a person; nothing more will come.
    await Promise.race([connecting, refused, patience]);
    enough.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.ways().map(({ id }) => this.remove(id)));
  }
}

async function refusal(bridge: HomeBridge, signal: AbortSignal): Promise<void> {
  for await (const _ of bridge.changes(signal)) if (bridge.status.state === 'refused') return;
}

/** The home of the settings, connected. Throws when a home file is broken; what is away is waited for. */
export async function openHome(settings: readonly HomeSettings[], options: OpenHomeOptions): Promise<OpenHome> {
  await using parts = new AsyncDisposableStack();
  const opened = parts.use(new OpenHome(options));
  // Together, so that one that is away delays no other; in order, since the first is believed.
  await opened.addAll(settings);
  parts.move();
  return opened;
}

export function statusOf({ id, title, bridge }: Way): BridgeStatus {
  return { title, ...bridge.status, name: id };
}
