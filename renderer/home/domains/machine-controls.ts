import type { Entity } from '../../../contract/home.ts';
import { capital, hasFeature, namesFeature, textOf, wordsOf } from '../attributes.ts';
import { act, type Control, choiceOf, present, pushButton } from '../control.ts';

/** Pause 4, stop 8, dock 16, locate 512, start 8192. */
export function vacuumControls(entity: Entity): Control[] {
  const { id, state, attributes } = entity;
  const cleaning = state === 'cleaning';
  const start = pushButton('Clean', 'script', act(id, 'vacuum.start'), { worded: true, disabled: !hasFeature(entity, 8192) });
  const dock = pushButton('Dock', 'home', act(id, 'vacuum.return_to_base'), {
    worded: true,
    disabled: state === 'docked' || !hasFeature(entity, 16),
  });
  const others = present(
    cleaning ? undefined : dock,
    cleaning && hasFeature(entity, 4) ? pushButton('Pause', 'pause', act(id, 'vacuum.pause'), { worded: true }) : undefined,
    namesFeature(entity, 512) ? pushButton('Where is it?', 'search', act(id, 'vacuum.locate'), { worded: true }) : undefined,
  );
  return present<Control>(
    { kind: 'buttons', label: 'Work', tile: true, buttons: [cleaning ? dock : start] },
    others.length > 0 ? { kind: 'buttons', label: 'More', buttons: others } : undefined,
    choiceOf('Suction', wordsOf(attributes.fan_speed_list), textOf(attributes.fan_speed), capital, (fan_speed) =>
      act(id, 'vacuum.set_fan_speed', { fan_speed }),
    ),
  );
}

/** Start 1, pause 2, dock 4. */
export function mowerControls(entity: Entity): Control[] {
  const { id, state } = entity;
  const mowing = state === 'mowing';
  const dock = pushButton('Dock', 'home', act(id, 'lawn_mower.dock'), {
    worded: true,
    disabled: state === 'docked' || !hasFeature(entity, 4),
  });
  const start = pushButton('Mow', 'script', act(id, 'lawn_mower.start_mowing'), { worded: true, disabled: !hasFeature(entity, 1) });
  const pause = pushButton('Pause', 'pause', act(id, 'lawn_mower.pause'), { worded: true, disabled: !hasFeature(entity, 2) });
  return [
    { kind: 'buttons', label: 'Work', tile: true, buttons: [mowing ? dock : start] },
    { kind: 'buttons', label: 'More', buttons: mowing ? [pause] : [dock] },
  ];
}
