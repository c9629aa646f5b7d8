import type { Clock } from '../contract/clock.ts';
import type { Entity } from '../contract/home.ts';
import type { LastChanges } from './merged-entities.ts';
import { isNothingSeen } from './state-lines.ts';

/** Since when an entity is in its state, as far as anybody could see. */
interface Stretch {
  state: string;
  /** ms since the epoch */
  since: number;
  /** What the bridge says about it now. */
  told: number;
  /** When JARVIS, the bridge or the device went away; undefined while nothing did. */
  interrupted: number | undefined;
}

/** ms by which the clock of another machine may differ from ours. */
const clockSlack = 5000;

export const memoryKey = ({ id, identity }: Pick<Entity, 'id' | 'identity'>): string => identity ?? id;

/**
 * Tells the last change of a state past restarts: a message that the broker kept, or a bridge that starts anew, reports the old state as if it had
 * begun after the interruption. A bridge that remembers what was before the interruption is believed, and so is every bridge while nothing was away.
 */
export class LastChangeMemory implements LastChanges {
  readonly #clock: Clock;
  readonly #stretches = new Map<string, Stretch>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What an earlier run has seen last; the interruption lasts until now. */
  restore(key: string, state: string, since: number): void {
    this.#stretches.set(key, { state, since, told: since, interrupted: this.#clock.now() });
  }

  since(entity: Entity, anotherBridge: boolean): number {
    const { state, lastChanged, available } = entity;
    const key = memoryKey(entity);
    const stretch = this.#stretches.get(key);
    if (!available || isNothingSeen(state)) {
      if (stretch) stretch.interrupted ??= this.#clock.now();
      return stretch?.state === state ? Math.min(stretch.since, lastChanged) : lastChanged;
    }
    if (stretch?.state === state && (anotherBridge || goesOn(stretch, lastChanged))) {
      stretch.interrupted = undefined;
      stretch.told = lastChanged;
      // 0: the bridge does not know
      if (lastChanged > 0) stretch.since = Math.min(stretch.since, lastChanged);
      return stretch.since;
    }
    this.#stretches.set(key, { state, since: lastChanged, told: lastChanged, interrupted: undefined });
    return lastChanged;
  }

  get(key: string): { state: string; since: number } | undefined {
    return this.#stretches.get(key);
  }

  forget(key: string): void {
    this.#stretches.delete(key);
  }
}

const goesOn = ({ told, interrupted }: Stretch, lastChanged: number): boolean =>
  told === lastChanged || lastChanged === 0 || (interrupted !== undefined && lastChanged >= interrupted - clockSlack);
