import type { Entity } from '../../../contract/home.ts';
import { act, type Control, pushButton } from '../control.ts';

/** Scenes, scripts and buttons: something happens, and nothing stays. */
export function actionControls({ id, domain, state }: Entity): Control[] {
  const button =
    domain === 'scene'
      ? pushButton('Activate', 'script', act(id, 'scene.turn_on'), { worded: true })
      : domain === 'script'
        ? state === 'on'
          ? pushButton('Stop', 'stop', act(id, 'script.turn_off'), { worded: true })
          : pushButton('Run', 'script', act(id, 'script.turn_on'), { worded: true })
        : pushButton('Press', 'script', act(id, `${domain}.press`), { worded: true });
  return [{ kind: 'buttons', label: 'Action', tile: true, buttons: [button] }];
}
