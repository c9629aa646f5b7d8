import { isDeepStrictEqual } from 'node:util';
import { type Context, type EventBus, isoTime } from './event-bus.ts';

export interface State {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
  /** ms since the epoch, all three */
  last_changed: number;
  last_updated: number;
  last_reported: number;
  context: Context;
}

/** What every entity is now, and was: each change is kept for the history and told as `state_changed`. */
export class StateMachine {
  readonly #states = new Map<string, State>();
  readonly #history = new Map<string, State[]>();
  readonly #silent = new Set<string>();
  /** Entities told with wrong types: a number for the state, a list for the attributes. */
  readonly garbled = new Set<string>();
  readonly #bus: EventBus;
  readonly #now: () => number;

  constructor(bus: EventBus, now: () => number) {
    this.#bus = bus;
    this.#now = now;
  }

  all(): State[] {
    return [...this.#states.values()];
  }

  get(entityId: string): State | undefined {
    return this.#states.get(entityId);
  }

  history(entityId: string): readonly State[] {
    return this.#history.get(entityId) ?? [];
  }

  /** Puts states into the past; `at` rises. The present state stays as it is. */
  remember(entityId: string, points: readonly { state: string; at: number; attributes?: Record<string, unknown> }[]): void {
    const past = points.map(({ state, at, attributes }): State => {
      const shown = attributes ?? this.get(entityId)?.attributes ?? {};
      return {
        entity_id: entityId,
        state,
        attributes: shown,
        last_changed: at,
        last_updated: at,
        last_reported: at,
        context: this.#bus.newContext(),
      };
    });
    this.#history.set(
      entityId,
      [...past, ...this.history(entityId)].sort((one, other) => one.last_updated - other.last_updated),
    );
  }

  /** While silent an entity changes, but nobody is told. */
  silence(entityId: string, silent: boolean): void {
    if (silent) this.#silent.add(entityId);
    else this.#silent.delete(entityId);
  }

  set(entityId: string, state: string, attributes: Record<string, unknown>, context: Context = this.#bus.newContext()): void {
    const old = this.#states.get(entityId);
    const at = this.#now();
    const sameState = old?.state === state;
    if (old && sameState && isDeepStrictEqual(old.attributes, attributes)) {
      this.#states.set(entityId, { ...old, last_reported: at });
      return;
    }
    const next: State = {
      entity_id: entityId,
      state,
      attributes,
      last_changed: old && sameState ? old.last_changed : at,
      last_updated: at,
      last_reported: at,
      context,
    };
    this.#states.set(entityId, next);
    const history = this.#history.get(entityId);
    if (history) history.push(next);
    else this.#history.set(entityId, [next]);
    this.#tell(entityId, old, next, context);
  }

  remove(entityId: string, context: Context = this.#bus.newContext()): void {
    const old = this.#states.get(entityId);
    if (!old) return;
    this.#states.delete(entityId);
    this.#tell(entityId, old, undefined, context);
  }

  /** Gone without an event, as everything is when the server stops. The history stays. */
  forget(entityId: string): void {
    this.#states.delete(entityId);
  }

  #tell(entityId: string, old: State | undefined, next: State | undefined, context: Context): void {
    if (this.#silent.has(entityId)) return;
    this.#bus.fire('state_changed', { entity_id: entityId, old_state: old ?? null, new_state: next ?? null }, context);
  }
}

/** A state as `get_states`, REST and `state_changed` write it. */
export function stateAsDictionary(state: State): Record<string, unknown> {
  return {
    entity_id: state.entity_id,
    state: state.state,
    attributes: state.attributes,
    last_changed: isoTime(state.last_changed),
    last_reported: isoTime(state.last_reported),
    last_updated: isoTime(state.last_updated),
    context: state.context,
  };
}
