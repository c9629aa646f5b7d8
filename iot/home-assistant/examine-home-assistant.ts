import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { Log } from '../log.ts';
import { asJarvisError, ask } from './ask-home-assistant.ts';
import { ConnectionProblem } from './connection-problem.ts';
import { homeAssistantAddress } from './home-assistant-address.ts';
import { readConfiguration } from './home-configuration.ts';
import { Session } from './session.ts';

export interface Examination {
  version: string;
  /** What the person has called the home. */
  locationName: string;
  /** How many entities have a state. */
  entities: number;
}

/**
 * Logs in once and looks, before anything is kept.
 * @throws JarvisError `home-refused` with a whole sentence
 */
export async function examineHomeAssistant(
  { url, token, insecure, clock, log }: { url: string; token: string; insecure?: boolean | undefined; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<Examination> {
  const address = homeAssistantAddress(url);
  let session: Session | undefined;
  try {
    session = await Session.open({ address, token, insecure, clock, log }, signal);
    const { locationName } = await readConfiguration(session, signal);
    const states = await ask(session, z.array(z.unknown()), { type: 'get_states' }, signal);
    return { version: session.version, locationName, entities: states.length };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ConnectionProblem) throw new JarvisError('home-refused', error.message, { cause: error });
    throw asJarvisError(error, 'get_config');
  } finally {
    session?.close();
  }
}
