import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import type { BridgeStatus } from '../../contract/home.ts';
import type { Log } from '../log.ts';
import { followEntities } from './follow-entities.ts';
import { type HomeConfiguration, readConfiguration } from './home-configuration.ts';
import type { HomePicture } from './home-picture.ts';
import { Registries } from './registries.ts';
import { CommandError, type Session } from './session.ts';

/** ms that a starting Home Assistant gets before what is there counts as the home. */
const startingLimit = 20_000;
/** ms; the event that tells of the start may not be for this user. */
const startingPoll = 1000;

/**
 * Makes the picture of a new session and keeps it; resolves when it is whole, or when a starting Home Assistant takes too long.
 * @throws what `Session.request` throws
 */
export async function presentHome(
  session: Session,
  picture: HomePicture,
  { clock, log }: { clock: Clock; log: Log },
  setStatus: (state: BridgeStatus['state'], detail?: string) => void,
): Promise<void> {
  picture.begin();
  let configuration: HomeConfiguration = await readConfiguration(session, session.over);
  const show = (): void => picture.show({ registries, temperatureUnit: configuration.temperatureUnit });
  const registries = new Registries(session, { clock, log }, show);
  const started = Promise.withResolvers<void>();

  const reconsider = async (): Promise<void> => {
    const next = await readConfiguration(session, session.over);
    const otherUnit = next.temperatureUnit !== configuration.temperatureUnit;
    configuration = next;
    if (otherUnit) show();
    if (next.running) started.resolve();
  };
  const reconsiderQuietly = (): void => {
    reconsider().catch((error: unknown) => {
      if (!session.over.aborted)
        log.warn(`Home Assistant: its settings could not be read: ${error instanceof Error ? error.message : String(error)}`);
    });
  };

  await Promise.all([
    registries.load(),
    followEntities(session, picture, { clock, log }),
    followConfiguration(session, log, reconsiderQuietly),
  ]);
  await registries.loadAliases([...registries.entities.keys()].filter((entityId) => picture.raw(entityId) !== undefined));
  show();
  if (!configuration.running) {
    setStatus('connecting', 'Home Assistant is still starting.');
    await waitForStart(started.promise, reconsiderQuietly, clock, session.over);
  }
  session.over.throwIfAborted();
  if (configuration.running) {
    picture.settle();
    setStatus('connected');
    return;
  }
  setStatus('connected', 'Home Assistant is still starting; some devices may be missing.');
  void started.promise.then(() => {
    if (session.over.aborted) return;
    picture.settle();
    setStatus('connected');
  });
}

async function followConfiguration(session: Session, log: Log, changed: () => void): Promise<void> {
  try {
    await session.subscribe({ type: 'subscribe_events', event_type: 'core_config_updated' }, changed, session.over);
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof z.ZodError)) throw error;
    log.info(`Home Assistant does not tell changes of its settings (${error instanceof CommandError ? error.code : 'unreadable'})`);
  }
}

/** Resolves at the start, or after a while; goes on asking until the start. */
async function waitForStart(started: Promise<void>, ask: () => void, clock: Clock, over: AbortSignal): Promise<void> {
  const known = new AbortController();
  const stop = AbortSignal.any([over, known.signal]);
  void started.then(() => known.abort());
  const keepAsking = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(startingPoll, stop);
      ask();
    }
  };
  const untilStopped = (error: unknown): void => {
    if (!stop.aborted) throw error;
  };
  await Promise.race([keepAsking().catch(untilStopped), clock.sleep(startingLimit, stop).catch(untilStopped)]);
}
