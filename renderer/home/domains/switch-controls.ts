import type { Entity } from '../../../contract/home.ts';
import { act, type Control } from '../control.ts';

/** Whatever is just on or off. */
export function switchControls({ id, domain, state }: Entity): Control[] {
  const on = state === 'on';
  return [{ kind: 'toggle', label: 'Power', tile: true, on, action: act(id, `${domain}.${on ? 'turn_off' : 'turn_on'}`) }];
}
