import type { Completeness } from '../../contract/intent.ts';
import type { VoiceSettings } from '../../contract/settings.ts';

export type TurnEndSettings = VoiceSettings['turnEnd'];

/** How a turn came to be; it decides what may end it. */
export type OpenedBy = 'wake' | 'push-to-talk' | 'follow-up' | 'file';

export interface TurnMoment {
  by: OpenedBy;
  /** Has anybody spoken? */
  spoken: boolean;
  /** ms of silence since then. */
  silenceMs: number;
  /** ms since the turn began. */
  elapsedMs: number;
  completeness: Completeness;
}

export type EndReason = 'command-complete' | 'silence' | 'maximum-length' | 'end-of-stream' | 'released' | 'cancelled';

/** A recording that is one command is heard to its end, but not without one. ms */
const LONGEST_RECORDING = 60_000;

/** Is the turn over, and why? `no-speech`: nobody said anything. */
export function turnEnd(moment: TurnMoment, settings: TurnEndSettings): EndReason | 'no-speech' | undefined {
  const { by, spoken, silenceMs, elapsedMs, completeness } = moment;
  if (by === 'file') return elapsedMs >= LONGEST_RECORDING ? 'maximum-length' : undefined;
  if (spoken && silenceMs > 0) {
    if (completeness === 'closed' && silenceMs >= settings.closedMs) return 'command-complete';
    if (completeness === 'complete' && silenceMs >= settings.completeMs) return 'command-complete';
    // Who holds the key is still thinking.
    if (by !== 'push-to-talk' && silenceMs >= settings.incompleteMs) return 'silence';
  }
  if (elapsedMs >= settings.maximumMs) return spoken ? 'maximum-length' : 'no-speech';
  if (!spoken && by !== 'push-to-talk' && elapsedMs >= settings.noSpeechMs) return 'no-speech';
  return undefined;
}
