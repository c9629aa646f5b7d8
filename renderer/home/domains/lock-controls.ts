import type { Entity } from '../../../contract/home.ts';
import { namesFeature } from '../attributes.ts';
import { act, type Control, present, pushButton } from '../control.ts';

export function lockControls(entity: Entity): Control[] {
  const { id, state } = entity;
  // A jammed lock is not locked: it is asked to lock again.
  const turn =
    state === 'locked'
      ? pushButton('Unlock', 'unlock', act(id, 'lock.unlock'), { worded: true })
      : pushButton('Lock', 'lock', act(id, 'lock.lock'), { disabled: state === 'locking', worded: true });
  const open = namesFeature(entity, 1) ? pushButton('Open the door', 'unlock', act(id, 'lock.open'), { worded: true }) : undefined;
  return present<Control>(
    { kind: 'buttons', label: 'Lock', tile: true, buttons: [turn] },
    open && { kind: 'buttons', label: 'Door', buttons: [open] },
  );
}
