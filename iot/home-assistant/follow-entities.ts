import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { HomePicture } from './home-picture.ts';
import type { CommandChannel, Session } from './session.ts';

/** ms between two readings of everything, when messages cannot be understood again and again. */
const resyncPause = 5000;

/**
 * Keeps the picture as Home Assistant tells it until the session is over; resolves once the first whole picture is there. A message
 * that cannot be understood may have held a change, so everything is read anew after it.
 */
export async function followEntities(session: Session, picture: HomePicture, { clock, log }: { clock: Clock; log: Log }): Promise<void> {
  let following = new AbortController();
  let waiting = false;

  const follow = async (): Promise<void> => {
    following.abort();
    const current = new AbortController();
    following = current;
    const first = Promise.withResolvers<void>();
    let begun = false;
    const lost = (): void => first.reject(session.over.reason);
    session.over.addEventListener('abort', lost, { once: true });
    const listener = (event: unknown): void => {
      if (!(begun ? picture.apply(event) : picture.replaceWith(event))) resync();
      begun = true;
      first.resolve();
    };
    // together, so that neither fails unheard
    await Promise.all([
      session.subscribe({ type: 'subscribe_entities' }, listener, AbortSignal.any([session.over, current.signal])),
      first.promise,
    ]);
    session.over.removeEventListener('abort', lost);
  };

  const resync = (): void => {
    if (waiting) return;
    waiting = true;
    clock
      .sleep(resyncPause, session.over)
      .then(() => {
        waiting = false;
        return follow();
      })
      .catch((error: unknown) => {
        waiting = false;
        if (!session.over.aborted)
          log.warn(`Home Assistant: reading everything anew failed: ${error instanceof Error ? error.message : String(error)}`);
      });
  };

  session.onGarbage = resync;
  await follow();
}

/** The states of these entities as they are now, as a message of `subscribe_entities`. */
export async function readStates(channel: CommandChannel, entityIds: readonly string[], signal: AbortSignal): Promise<unknown> {
  const reading = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const subscribed = channel.subscribe(
      { type: 'subscribe_entities', entity_ids: entityIds },
      resolve,
      AbortSignal.any([signal, reading.signal]),
    );
    return (await Promise.all([promise, subscribed]))[0];
  } finally {
    reading.abort();
    signal.removeEventListener('abort', abort);
  }
}
