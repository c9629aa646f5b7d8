import type { Presence } from '../../contract/interface.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';

/** What the orb shows, computed from the turn events alone. */
export class PresenceTracker {
  readonly #turns = new Map<string, Presence>();

  apply(event: TurnEvent): void {
    switch (event.type) {
      case 'turn-started':
        this.#turns.set(event.turnId, event.by === 'text' || event.by === 'timer' ? 'thinking' : 'listening');
        return;
      case 'speech-ended':
      case 'transcript-ended':
      case 'approval-answered':
        this.#turns.set(event.turnId, 'thinking');
        return;
      case 'approval-asked':
        this.#turns.set(event.turnId, 'asking');
        return;
      case 'playback-started':
        this.#turns.set(event.turnId, 'speaking');
        return;
      case 'playback-ended':
        this.#turns.set(event.turnId, 'idle');
        return;
      case 'turn-ended':
        this.#turns.delete(event.turnId);
        return;
      default:
        return;
    }
  }

  /** Listening wins over everything a person has already heard; asking over the rest. */
  current(): Presence {
    const states = new Set(this.#turns.values());
    for (const state of ['listening', 'asking', 'speaking', 'thinking'] as const) if (states.has(state)) return state;
    return 'idle';
  }
}
