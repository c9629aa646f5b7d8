/** Who or what caused a change; ids are ULIDs in Home Assistant, here counted ones of the same length. */
export interface Context {
  id: string;
  parent_id: string | null;
  user_id: string | null;
}

export interface HouseEvent {
  event_type: string;
  data: Record<string, unknown>;
  origin: 'LOCAL' | 'REMOTE';
  /** ms since the epoch */
  time_fired: number;
  context: Context;
}

type Listener = (event: HouseEvent) => void;

/** Home Assistant's event bus: `*` hears everything. */
export class EventBus {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #now: () => number;
  #contexts = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  newContext(userId: string | null = null): Context {
    this.#contexts += 1;
    return { id: `01J${this.#contexts.toString(32).toUpperCase().padStart(23, '0')}`, parent_id: null, user_id: userId };
  }

  fire(eventType: string, data: Record<string, unknown>, context: Context = this.newContext()): void {
    const event: HouseEvent = { event_type: eventType, data, origin: 'LOCAL', time_fired: this.#now(), context };
    for (const key of [eventType, '*']) for (const listener of [...(this.#listeners.get(key) ?? [])]) listener(event);
  }

  listen(eventType: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(eventType) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(eventType, listeners);
    return () => listeners.delete(listener);
  }
}

/** `2026-01-31T08:00:00.123000+00:00`, as Python's isoformat writes a time in UTC. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000+00:00');
}
