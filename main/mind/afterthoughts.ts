import { RunningSummaries } from '../../assistant/context/running-summary.ts';
import type { ConversationStore } from '../../assistant/conversations/conversation-store.ts';
import { titleFromModel, titleQuestion } from '../../assistant/conversations/conversation-title.ts';
import type { Clock } from '../../contract/clock.ts';
import type { ModelRouter } from '../../models/routing/model-router.ts';
import { summarise } from './summarise.ts';

export interface AfterthoughtsOptions {
  store(): ConversationStore;
  router: ModelRouter;
  clock: Clock;
  /** A conversation got another title. */
  changed(conversationId: string): void;
  /** For the log; nothing of what was said is in it. */
  failed(error: unknown): void;
}

/** ms of rest after an answer before a model is asked for anything that nobody waits for. */
const REST_MS = 15_000;
/** Messages after which there is something to give a title to. */
const WORTH_A_TITLE = 4;

/** What a model is asked while nobody talks: the summary of a long conversation, and a title. The next question calls it off. */
export class Afterthoughts {
  readonly #options: AfterthoughtsOptions;
  readonly #summaries: RunningSummaries;
  readonly #titled = new Set<string>();
  #thinking: AbortController | undefined;

  constructor(options: AfterthoughtsOptions) {
    this.#options = options;
    this.#summaries = new RunningSummaries({
      store: () => options.store(),
      summarise: (request, signal) => summarise(options.router, request, signal),
    });
  }

  /** A model has answered in this conversation. */
  answered(conversationId: string): void {
    this.stop();
    const thinking = new AbortController();
    this.#thinking = thinking;
    this.#think(conversationId, thinking.signal).catch((error: unknown) => {
      if (!thinking.signal.aborted) this.#options.failed(error);
    });
  }

  /** Somebody talks, or JARVIS ends. */
  stop(): void {
    this.#thinking?.abort(new Error('called off'));
    this.#thinking = undefined;
  }

  async #think(conversationId: string, signal: AbortSignal): Promise<void> {
    await this.#options.clock.sleep(REST_MS, signal);
    await this.#title(conversationId, signal);
    await this.#summaries.refresh(conversationId, signal);
  }

  async #title(conversationId: string, signal: AbortSignal): Promise<void> {
    const { store, router, changed } = this.#options;
    const conversation = store().find(conversationId);
    if (conversation === undefined || conversation.named || conversation.messages < WORTH_A_TITLE || this.#titled.has(conversationId))
      return;
    const text = titleQuestion(store().path(conversationId, 6));
    const answer = await summarise(router, { system: 'You name conversations.', text }, signal);
    signal.throwIfAborted();
    const title = titleFromModel(answer);
    if (title === undefined) return;
    this.#titled.add(conversationId);
    store().suggestTitle(conversationId, title);
    changed(conversationId);
  }
}
