import type { Clock } from '../../contract/clock.ts';
import type { Home } from '../../iot/home.ts';
import type { VoiceService } from '../supervisor/voice-service.ts';
import type { HostState } from './host-state.ts';
import type { Log } from './log.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How often the names of the home are compared with what the recogniser knows, in ms. They come in bursts: a broker tells a thousand devices. */
const REST_MS = 500;

/**
 * Keeps the recogniser's grammar with the names of the home until `signal` aborts. The grammar in force serves until the next one is ready; one
 * that is refused is told once and leaves it in force.
 */
export async function teachGrammar(
  options: { voice: VoiceService; vocabulary: Vocabulary; home: Home; state: HostState; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<void> {
  const { voice, vocabulary, home, state, clock, log } = options;
  for (let count = 1, taught = -1; !signal.aborted; await clock.sleep(REST_MS, signal)) {
    const version = home.structureVersion;
    if (version === taught) continue;
    taught = version;
    try {
      await voice.setGrammar(`grammar-${count}`, vocabulary.current().grammar());
      count += 1;
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error: String(error) }, 'the recogniser did not take the grammar');
      state.notice('error', 'My recogniser did not take the new names; it goes on with the old ones.');
    }
  }
}
