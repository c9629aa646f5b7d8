import { describe, expect, it } from 'vitest';
import { asDone, fromOffer, lastUndoable, withoutNames } from './undoable.ts';

describe('what was done', () => {
  it('is told in the past', () => {
    expect(asDone('Turn off the kitchen light')).toBe('Turned off the kitchen light');
    expect(asDone('Set the volume of the radio to 40 percent')).toBe('Set the volume of the radio to 40 percent');
    expect(asDone('Close the blinds')).toBe('Closed the blinds');
    expect(asDone('Unlock the front door')).toBe('Unlocked the front door');
    expect(asDone('Select option on the washer to quick')).toBe('Selected option on the washer to quick');
  });

  it('stays as it is where no verb is known', () => {
    for (const sentence of ['Next track on the radio', '', 'Frobnicate the lamp']) expect(asDone(sentence)).toBe(sentence);
  });

  it('needs no names where there is a number', () => {
    expect(withoutNames('Turned off 4 lights in the kitchen: Table, Sink, Hob and Window')).toBe('Turned off 4 lights in the kitchen');
    expect(withoutNames('Turned off the lamp: old')).toBe('Turned off the lamp: old');
    expect(withoutNames('Turned off lamp 4')).toBe('Turned off lamp 4');
  });

  it('is taken back step by step: what was put back is done again only when asked', () => {
    const offer = (undoId: string, sentence: string) => fromOffer({ undoId, sentence, entityIds: [], at: 0, until: 100 });
    const list = [offer('a', 'Turn off the lamp'), offer('b', 'Open the blinds'), offer('c', 'Take back: Lock the door')];
    expect(lastUndoable(list, 50, false)?.id).toBe('b');
    expect(lastUndoable(list, 50, true)?.id).toBe('c');
    expect(lastUndoable(list.slice(2), 50, false)).toBeUndefined();
    expect(lastUndoable(list, 100, false)).toBeUndefined();
  });
});
