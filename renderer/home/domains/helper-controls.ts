import type { Entity } from '../../../contract/home.ts';
import { namesFeature } from '../attributes.ts';
import { act, type Control, present, pushButton, type TextControl } from '../control.ts';
import { switchControls } from './switch-controls.ts';

export function counterControls({ id }: Entity): Control[] {
  const less = pushButton('Less', 'minus', act(id, 'counter.decrement'));
  const more = pushButton('More', 'plus', act(id, 'counter.increment'));
  const reset = pushButton('Reset', 'undo', act(id, 'counter.reset'));
  return [
    { kind: 'buttons', label: 'Quick', tile: 'only', buttons: [less, more] },
    { kind: 'buttons', label: 'Count', buttons: [less, more, reset] },
  ];
}

export function timerControls({ id, state }: Entity): Control[] {
  const active = state === 'active';
  const start = pushButton('Start', 'script', act(id, 'timer.start'), { worded: true });
  const pause = pushButton('Pause', 'pause', act(id, 'timer.pause'), { worded: true });
  const cancel = pushButton('Cancel', 'stop', act(id, 'timer.cancel'), { worded: true, disabled: state === 'idle' });
  return [
    { kind: 'buttons', label: 'Quick', tile: 'only', buttons: [active ? pause : start] },
    { kind: 'buttons', label: 'Timer', buttons: [active ? pause : start, cancel] },
  ];
}

/** Installing is feature 1. It is not on the tile: nobody should begin it by the way. */
export function updateControls(entity: Entity): Control[] {
  if (entity.state !== 'on' || !namesFeature(entity, 1)) return [];
  return [
    { kind: 'buttons', label: 'Update', buttons: [pushButton('Install', 'down', act(entity.id, 'update.install'), { worded: true })] },
  ];
}

export function automationControls(entity: Entity): Control[] {
  const run = pushButton('Run now', 'script', act(entity.id, 'automation.trigger'), { worded: true });
  return [...switchControls(entity), { kind: 'buttons', label: 'Actions', buttons: [run] }];
}

/** date, time and input_datetime; the state is `2026-01-31`, `07:30:00` or both with a blank between. */
export function dateControls({ id, domain, state, attributes }: Entity): Control[] {
  const date = /\d{4}-\d{2}-\d{2}/u.exec(state)?.[0] ?? '';
  const time = /\d{2}:\d{2}/u.exec(state)?.[0] ?? '';
  const service = domain === 'input_datetime' ? 'input_datetime.set_datetime' : `${domain}.set_value`;
  const hasDate = domain === 'date' || (domain === 'input_datetime' && attributes.has_date !== false);
  const hasTime = domain === 'time' || (domain === 'input_datetime' && attributes.has_time !== false);
  const field = (label: string, format: 'date' | 'time', value: string): TextControl => ({
    kind: 'text',
    label,
    value,
    format,
    maximum: 10,
    send: 'Set',
    action: (wanted) => act(id, service, { [format]: wanted }),
  });
  return present<Control>(hasDate ? field('Date', 'date', date) : undefined, hasTime ? field('Time', 'time', time) : undefined);
}
