import type { UndoOffer } from '../../contract/interface.ts';

/** The person's own words for an entity; null takes those of the device. */
export interface EntitySetting {
  entityId: string;
  name?: string | null;
  aliases?: string[];
  hidden?: boolean | null;
}

/** Something done a moment ago that can be put back: by the host, or by setting an entity as it was. Times in ms since the epoch. */
export interface Undoable {
  id: string;
  /** "Turned off the kitchen light" */
  sentence: string;
  at: number;
  until: number;
  by: { type: 'host' } | { type: 'setting'; setting: EntitySetting };
  /** Itself a putting back: to take this back is to do the thing again. */
  redo?: boolean;
}

/** What the host says of having put something back. */
const TAKE_BACK = /^Take back\b/u;

export function fromOffer({ undoId, sentence, at, until }: UndoOffer): Undoable {
  return { id: undoId, sentence: asDone(sentence), at, until, by: { type: 'host' }, ...(TAKE_BACK.test(sentence) && { redo: true }) };
}

/** The newest that is not too late; without `redo` each step goes further back, never to and fro. */
export function lastUndoable(list: readonly Undoable[], now: number, redo: boolean): Undoable | undefined {
  return list.findLast((each) => each.until > now && (each.redo ?? false) === redo);
}

/** "Turned off 4 lights in the kitchen: Kitchen light, …" without the names. */
export function withoutNames(sentence: string): string {
  return /^\D*\b\d+ [^:]*(?=: )/u.exec(sentence)?.[0] ?? sentence;
}

/** Verbs that do not just take `ed`. */
const past = new Map<string, string>(
  Object.entries({
    Set: 'Set',
    Take: 'Took',
    Close: 'Closed',
    Move: 'Moved',
    Pause: 'Paused',
    Send: 'Sent',
    Stop: 'Stopped',
    Toggle: 'Toggled',
    Activate: 'Activated',
    Change: 'Changed',
    Put: 'Put',
    Run: 'Ran',
    Make: 'Made',
    Mute: 'Muted',
    Unmute: 'Unmuted',
  }),
);
const regular = new Set(['Turn', 'Open', 'Lock', 'Unlock', 'Press', 'Start', 'Play', 'Arm', 'Disarm', 'Dim', 'Add', 'Select']);

/** "Turn off the lamp", as the gate describes it, when it is done: "Turned off the lamp". What begins with no known verb stays as it is. */
export function asDone(sentence: string): string {
  const [verb = ''] = sentence.split(' ', 1);
  const done = past.get(verb) ?? (regular.has(verb) ? `${verb}${verb === 'Dim' ? 'med' : 'ed'}` : verb);
  return `${done}${sentence.slice(verb.length)}`;
}
