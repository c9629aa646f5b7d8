export const jarvisStates = ['idle', 'listening', 'thinking', 'speaking', 'asking', 'muted'] as const;
export type JarvisState = (typeof jarvisStates)[number];

/** What was understood last: what it meant, never what was said. */
export interface LastCommand {
  /** `HassTurnOn` */
  intent: string;
  entityIds: readonly string[];
}

/** JARVIS as others may see and operate it. */
export interface JarvisPresence {
  readonly state: JarvisState;
  readonly muted: boolean;
  readonly lastCommand: LastCommand | undefined;
  /** One item whenever something above has changed; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<unknown>;
  onMute(muted: boolean): void;
  /** Text from outside, cleaned and short, to be spoken and never to be obeyed. */
  onSay(text: string): void;
}
