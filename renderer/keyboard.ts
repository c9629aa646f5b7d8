export type KeyboardCommand = 'start-talking' | 'stop-talking' | 'mute' | 'cancel' | 'write' | 'undo' | 'redo' | 'stop-everything';

type Key = Pick<KeyboardEvent, 'type' | 'key' | 'repeat' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey' | 'target' | 'defaultPrevented'>;

const writes = 'input:not([type=range]), textarea, select, [contenteditable]';
/** The full stop with Shift, by layout. */
const stops = new Set(['.', '>', ':']);
const acts = 'button, a, summary, input, [role=slider]';

/** What a key means that no part of the page has taken for itself. Letters and the space bar are left alone while somebody writes or stands on a button. */
export function keyboardCommand(event: Key): KeyboardCommand | undefined {
  const on = (selector: string) => event.target instanceof Element && event.target.closest(selector) !== null;
  // From anywhere, also out of a text: nothing else may be in the way of it.
  if (event.ctrlKey && event.shiftKey && !event.altKey && event.type === 'keydown' && stops.has(event.key)) return 'stop-everything';
  if (event.defaultPrevented || event.altKey) return undefined;
  if (event.ctrlKey || event.metaKey) {
    const undo = event.key === 'z' || event.key === 'Z';
    if (!undo || event.type !== 'keydown' || event.repeat || on(writes)) return undefined;
    return event.shiftKey ? 'redo' : 'undo';
  }
  if (event.type === 'keyup') return event.key === ' ' && !on(writes) ? 'stop-talking' : undefined;
  if (event.key === 'Escape') return 'cancel';
  if (event.repeat || on(writes)) return undefined;
  if (event.key === ' ') return on(acts) ? undefined : 'start-talking';
  if (event.key === 'm' || event.key === 'M') return 'mute';
  return event.key === '/' ? 'write' : undefined;
}
