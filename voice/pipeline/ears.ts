import type { EngineReport } from '../../contract/voice-message.ts';
import type { Transcriber, VoiceActivityDetector, WakeDetector } from '../engine.ts';

/** The engines of one stream. Read anew each time, so that a better or a spare one can take over between two frames. */
export interface Ears {
  readonly wake: WakeDetector | undefined;
  readonly vad: VoiceActivityDetector | undefined;
  readonly transcriber: Transcriber | undefined;
  /** Tells that an engine threw. A detector that failed is not asked again until another stands in its place. */
  failed(part: EngineReport['part'], error: unknown): void;
}
