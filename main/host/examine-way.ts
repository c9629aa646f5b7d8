import { JarvisError } from '../../contract/failure.ts';
import type { BridgeStatus } from '../../contract/home.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import { examineHomeAssistant } from '../../iot/home-assistant/examine-home-assistant.ts';
import type { HomeBridge } from '../../iot/home-bridge.ts';
import { homeToken } from './home-token.ts';
import { openWay, type Way, type WayOptions } from './open-way.ts';

/** ms that a home has to show itself. */
const LOOK_MS = 20_000;

/**
 * Connects for a moment to see whether a way leads anywhere, and leaves again.
 * @returns how many entities were seen
 * @throws JarvisError, `home-refused` with a sentence about what is wrong
 */
export async function examineWay(settings: HomeSettings, options: WayOptions, signal: AbortSignal): Promise<number> {
  if (settings.type === 'home-assistant') {
    const { url, insecure } = settings;
    const token = await homeToken(settings, options)();
    const { entities } = await examineHomeAssistant({ url, token, insecure, clock: options.clock, log: options.log }, signal);
    return entities;
  }
  // Two with one name throw each other out at a broker, and nobody should see this one.
  const { announced: _unseen, ...quiet } = options;
  await using way = await opened(settings, { ...quiet, runId: `look-${options.runId}` });
  const leaving = new AbortController();
  const stop = AbortSignal.any([signal, leaving.signal]);
  const outcome = firstOutcome(way.bridge, stop);
  const connecting = way.bridge.connect(stop).then((): BridgeStatus => way.bridge.status);
  const tooLate = options.clock
    .sleep(LOOK_MS, stop)
    .then((): BridgeStatus => ({ name: way.id, state: 'disconnected', detail: 'it does not answer' }));
  try {
    const status = await Promise.race([outcome, connecting, tooLate]);
    if (status.state !== 'connected') throw new JarvisError('home-refused', sentenceOf(way.title, status));
    return way.bridge.snapshot().entities.length;
  } finally {
    leaving.abort(new Error('seen'));
    await Promise.allSettled([outcome, connecting, tooLate]);
  }
}

/** A certificate that cannot be read is told by its sentence. */
async function opened(settings: HomeSettings, options: WayOptions): Promise<Way> {
  try {
    return await openWay(settings, options);
  } catch (error) {
    if (error instanceof JarvisError || !(error instanceof Error)) throw error;
    throw new JarvisError('home-refused', error.message, { cause: error });
  }
}

/** The first status that is no longer "connecting". */
async function firstOutcome(bridge: HomeBridge, signal: AbortSignal): Promise<BridgeStatus> {
  for await (const _ of bridge.changes(signal)) if (bridge.status.state !== 'connecting') return bridge.status;
  throw signal.reason;
}

/** A bridge's detail is a sentence, or the reason alone. */
function sentenceOf(title: string, { detail }: BridgeStatus): string {
  if (detail === undefined) return `I cannot connect to ${title}.`;
  return /[.!?]$/u.test(detail) ? detail : `I cannot connect to ${title}: ${detail}.`;
}
