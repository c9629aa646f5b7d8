import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import type { BridgeStatus } from '../../contract/home.ts';
import type { Log } from '../log.ts';
import { ConnectionProblem, mayPass } from './connection-problem.ts';
import type { HomeAssistantAddress } from './home-assistant-address.ts';
import { Session } from './session.ts';

export interface KeepSessionOptions {
  address: HomeAssistantAddress;
  token: () => Promise<string>;
  insecure?: boolean | undefined;
  clock: Clock;
  log: Log;
  /** A session has begun: make the picture. What it throws ends the session. */
  begun(session: Session): Promise<void>;
  /** There is no session, and why: a sentence for people. */
  ended(state: BridgeStatus['state'], detail: string): void;
}

/** ms before the first attempt after a loss, and the longest before later ones. */
const firstPause = 500;
const longestPause = 30_000;

/** Keeps one session alive until `signal` aborts or Home Assistant refuses for good; pauses double from half a second to 30 s. */
export async function keepSession(options: KeepSessionOptions, signal: AbortSignal): Promise<void> {
  let pause = firstPause;
  let hasBeenConnected = false;
  while (!signal.aborted) {
    let wasConnected = false;
    let problem: unknown;
    try {
      problem = await oneSession(options, signal, () => {
        wasConnected = true;
        hasBeenConnected = true;
      });
    } catch (error) {
      problem = error;
    }
    if (signal.aborted) return options.ended('disconnected', 'JARVIS has let go of it.');
    const refused = refusalOf(problem, hasBeenConnected);
    if (refused !== undefined) return options.ended('refused', refused);
    options.ended('disconnected', sentenceOf(problem));
    // the first new attempt comes soon, as a restart begins with a lost connection
    pause = wasConnected ? firstPause : Math.min(longestPause, pause * 2);
    try {
      await options.clock.sleep(pause, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  options.ended('disconnected', 'JARVIS has let go of it.');
}

async function oneSession(options: KeepSessionOptions, signal: AbortSignal, connected: () => void): Promise<unknown> {
  const session = await Session.open({ ...options, token: await options.token() }, signal);
  const stop = (): void => session.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) return signal.reason;
    await options.begun(session);
    connected();
    if (!session.over.aborted)
      await new Promise<void>((resolve) => session.over.addEventListener('abort', () => resolve(), { once: true }));
    return session.over.reason;
  } finally {
    signal.removeEventListener('abort', stop);
    session.close();
  }
}

function sentenceOf(problem: unknown): string {
  if (problem instanceof ConnectionProblem) return problem.message;
  if (problem instanceof JarvisError) return sentenceFor(problem.failure);
  if (problem instanceof z.ZodError) return 'Home Assistant gave an answer that I cannot read.';
  return problem instanceof Error && problem.message !== '' ? problem.message : 'The connection was lost.';
}

/** The sentence, where only a person can help. */
function refusalOf(problem: unknown, hasBeenConnected: boolean): string | undefined {
  if (problem instanceof ConnectionProblem) return mayPass(problem.kind, hasBeenConnected) ? undefined : problem.message;
  return problem instanceof JarvisError && problem.failure.code === 'home-refused' ? sentenceFor(problem.failure) : undefined;
}
