/**
 * What reaches a listener, in one order: sound and wishes in the same queue, so that "listen now" lies exactly between two samples
 * and a recording gives the same events at any pace.
 */
export type ListenerInput =
  /** 16 kHz mono; any number of samples. */
  | { type: 'audio'; samples: Int16Array }
  /** Sound that was lost because we were behind: the clock goes on, nothing was heard. */
  | { type: 'gap'; samples: number }
  | { type: 'listen'; by: 'push-to-talk' | 'follow-up' }
  | { type: 'stop-listening'; take: boolean }
  | { type: 'playing'; playing: boolean };
