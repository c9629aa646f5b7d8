import type { Entity } from '../../../contract/home.ts';
import { hasFeature, numberOf } from '../attributes.ts';
import { act, type Control, percent, present, pushButton } from '../control.ts';

/** Covers and valves are the same thing under two names. Open 1, close 2, position 4, stop 8, tilt position 128. */
export function openingControls(entity: Entity): Control[] {
  const { id, domain, state, attributes } = entity;
  const position = hasFeature(entity, 4) ? numberOf(attributes.current_position) : undefined;
  const tilt = hasFeature(entity, 128) ? numberOf(attributes.current_tilt_position) : undefined;
  const moves = state === 'opening' || state === 'closing';
  const buttons = present(
    hasFeature(entity, 1)
      ? pushButton('Open', 'up', act(id, `${domain}.open_${domain}`), { disabled: state === 'open' && (position ?? 100) === 100 })
      : undefined,
    hasFeature(entity, 8) ? pushButton('Stop', 'stop', act(id, `${domain}.stop_${domain}`), { disabled: !moves }) : undefined,
    hasFeature(entity, 2) ? pushButton('Close', 'down', act(id, `${domain}.close_${domain}`), { disabled: state === 'closed' }) : undefined,
  );
  return present<Control>(
    buttons.length > 0 ? { kind: 'buttons', label: 'Movement', tile: position === undefined, buttons } : undefined,
    position === undefined
      ? undefined
      : slide('Position', position, (value) => act(id, `${domain}.set_${domain}_position`, { position: value }), true),
    tilt === undefined
      ? undefined
      : slide('Tilt', tilt, (value) => act(id, 'cover.set_cover_tilt_position', { tilt_position: value }), false),
  );
}

function slide(label: string, value: number, action: (value: number) => ReturnType<typeof act>, tile: boolean): Control {
  return {
    kind: 'slider',
    label,
    tile,
    value,
    min: 0,
    max: 100,
    step: 1,
    words: (shown) => (shown === 0 ? 'Closed' : `${percent(shown)} open`),
    action,
  };
}
