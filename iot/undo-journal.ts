import { Broadcast } from '../contract/broadcast.ts';
import type { Clock } from '../contract/clock.ts';
import type { ActOutcome, Entity, HomeAction } from '../contract/home.ts';
import type { UndoOffer } from '../contract/interface.ts';
import type { Home } from './home.ts';
import { isReversible, restoreActions } from './restore-actions.ts';

export type UndoChange = { type: 'offered'; offer: UndoOffer } | { type: 'ended'; undoId: string };

/** One call of the home tool, as it came out. */
export interface DoneAction {
  turnId: string;
  sentence: string;
  service: string;
  /** Of every entity that was asked. */
  before: readonly Entity[];
  outcomes: readonly ActOutcome[];
}

interface Part {
  before: Entity;
  /** The device had not shown the change: it may come yet, so that every step back is sent. */
  unseen: boolean;
}

interface Entry {
  turnId: string;
  offer: UndoOffer;
  parts: ReadonlyMap<string, Part>;
}

export interface UndoJournalOptions {
  home: Pick<Home, 'entity'>;
  clock: Clock;
  newId(): string;
  /** ms that an undo is offered. */
  keepMs?: number;
  /** Offers at a time; older ones end. */
  most?: number;
}

const longestSentence = 300;

/** How things were before JARVIS changed them, for a while. What one sentence did is one offer. */
export class UndoJournal {
  readonly #options: Required<UndoJournalOptions>;
  readonly #entries = new Map<string, Entry>();
  readonly #changes = new Broadcast<UndoChange>();

  constructor(options: UndoJournalOptions) {
    this.#options = { keepMs: 10 * 60_000, most: 20, ...options };
  }

  /** Oldest first. */
  list(): UndoOffer[] {
    this.#endOld();
    return [...this.#entries.values()].map(({ offer }) => offer);
  }

  last(): UndoOffer | undefined {
    return this.list().at(-1);
  }

  /** Every offer made and ended from now on; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<UndoChange> {
    return this.#changes.subscribe(signal);
  }

  /** Tells the end of offers in time, until `signal` aborts; without it they end unheard. */
  async expire(signal: AbortSignal): Promise<void> {
    const { clock, keepMs } = this.#options;
    while (!signal.aborted) {
      this.#endOld();
      const first = this.#entries.values().next().value?.offer.until ?? clock.now() + keepMs;
      try {
        await clock.sleep(Math.max(1, Math.min(keepMs, first - clock.now())), signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /** Offers the way back from what was done; nothing where nothing was, or where there is none. */
  record({ turnId, sentence, service, before, outcomes }: DoneAction): void {
    const known = new Map(before.map((entity) => [entity.id, entity]));
    const parts = new Map<string, Part>();
    for (const { entityId, outcome } of outcomes) {
      const entity = known.get(entityId) ?? known.get(this.#options.home.entity(entityId)?.id ?? '');
      if (!entity || outcome === 'rejected' || !isReversible(entity, service)) continue;
      const unseen = outcome === 'accepted';
      const now = unseen ? undefined : this.#options.home.entity(entity.id);
      if (restoreActions(entity, now).length > 0) parts.set(entity.id, { before: entity, unseen });
    }
    if (parts.size > 0) this.#offer(turnId, sentence, parts);
  }

  /** The calls that put it back, each in its place: of one entity in order, alike ones of several together. Undefined when it is over. */
  plan(undoId: string): { offer: UndoOffer; before: readonly Entity[]; actions: HomeAction[] } | undefined {
    this.#endOld();
    const entry = this.#entries.get(undoId);
    if (!entry) return undefined;
    const groups = new Map<string, HomeAction>();
    for (const { before, unseen } of entry.parts.values()) {
      const now = unseen ? undefined : this.#options.home.entity(before.id);
      for (const [place, action] of restoreActions(before, now).entries()) {
        const key = `${String(place).padStart(3, '0')} ${action.service} ${JSON.stringify(action.data)}`;
        const group = groups.get(key);
        if (group) group.entityIds.push(before.id);
        else groups.set(key, { ...action, entityIds: [before.id] });
      }
    }
    const actions = [...groups].sort(([one], [other]) =>
      one.slice(0, 3) < other.slice(0, 3) ? -1 : one.slice(0, 3) > other.slice(0, 3) ? 1 : 0,
    );
    return {
      offer: entry.offer,
      before: [...entry.parts.values()].map((part) => part.before),
      actions: actions.map(([, action]) => action),
    };
  }

  /** It was taken back, or cannot be any more. */
  end(undoId: string): void {
    if (this.#entries.delete(undoId)) this.#changes.publish({ type: 'ended', undoId });
  }

  #offer(turnId: string, sentence: string, parts: Map<string, Part>): void {
    const { clock, newId, keepMs, most } = this.#options;
    this.#endOld();
    // another call of the same turn: a new offer for both, so that an approval of the old one does not cover the new part
    const earlier = [...this.#entries.values()].find((entry) => entry.turnId === turnId);
    // how it was before the whole turn counts
    for (const [entityId, part] of earlier?.parts ?? []) parts.set(entityId, part);
    const words = earlier ? `${earlier.offer.sentence}; ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
    if (earlier) this.end(earlier.offer.undoId);
    const at = clock.now();
    const offer: UndoOffer = {
      undoId: newId(),
      sentence: words.length > longestSentence ? `${words.slice(0, longestSentence - 1)}…` : words,
      entityIds: [...parts.keys()],
      at,
      until: at + keepMs,
    };
    this.#entries.set(offer.undoId, { turnId, offer, parts });
    this.#changes.publish({ type: 'offered', offer });
    for (const undoId of [...this.#entries.keys()].slice(0, -most)) this.end(undoId);
  }

  #endOld(): void {
    const now = this.#options.clock.now();
    for (const { offer } of [...this.#entries.values()]) if (offer.until <= now) this.end(offer.undoId);
  }
}
