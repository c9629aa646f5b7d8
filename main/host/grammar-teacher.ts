import type { Clock } from '../../contract/clock.ts';
import type { VoiceService } from '../supervisor/voice-service.ts';
import type { HostState } from './host-state.ts';
import type { Log } from './log.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How often the names of the home are compared with what the recogniser knows, in ms. They come in bursts: a broker tells a thousand devices. */
const REST_MS = 500;

/** Keeps the recogniser's grammar with the names of the home, and for a while with the answers to a question. */
export class GrammarTeacher {
  readonly #options: { voice: VoiceService; vocabulary: Vocabulary; state: HostState; clock: Clock; log: Log };
  #answers: { words: string[]; until: number } | undefined;
  #taught = '';
  #count = 0;

  constructor(options: { voice: VoiceService; vocabulary: Vocabulary; state: HostState; clock: Clock; log: Log }) {
    this.#options = options;
  }

  /** Until `signal` aborts. The grammar in force serves until the next one is ready; one that is refused is told once and leaves it in force. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#teach(signal);
      await this.#options.clock.sleep(REST_MS, signal);
    }
  }

  /** Resolves when these answers are understood too; they are forgotten after `forMs`. */
  async expect(answers: string[], forMs: number, signal: AbortSignal): Promise<void> {
    this.#answers = { words: answers, until: this.#options.clock.now() + forMs };
    await this.#teach(signal);
  }

  async #teach(signal: AbortSignal): Promise<void> {
    const { voice, vocabulary, state, clock, log } = this.#options;
    if (this.#answers !== undefined && clock.now() > this.#answers.until) this.#answers = undefined;
    const answers = this.#answers?.words ?? [];
    const wanted = `${vocabulary.version} ${answers.join(',')}`;
    if (wanted === this.#taught) return;
    this.#taught = wanted;
    this.#count += 1;
    try {
      await voice.setGrammar(`grammar-${this.#count}`, vocabulary.current().grammar(answers));
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error: String(error) }, 'the recogniser did not take the grammar');
      state.notice('error', 'My recogniser did not take the new names; it goes on with the old ones.');
    }
  }
}
