import type { Entity } from '../../../contract/home.ts';
import { capital, numberOf, textOf, wordsOf } from '../attributes.ts';
import { act, type Control, choiceOf, percent, present } from '../control.ts';
import { switchControls } from './switch-controls.ts';

export function fanControls(entity: Entity): Control[] {
  const { id, state, attributes } = entity;
  const step = numberOf(attributes.percentage_step) ?? 1;
  return present<Control>(
    ...switchControls(entity),
    'percentage' in attributes
      ? {
          kind: 'slider',
          label: 'Speed',
          tile: true,
          value: state === 'on' ? (numberOf(attributes.percentage) ?? 0) : 0,
          min: 0,
          max: 100,
          step: step > 1 && step <= 50 ? step : 1,
          words: percent,
          action: (value) => act(id, 'fan.set_percentage', { percentage: Math.round(value) }),
        }
      : undefined,
    choiceOf('Preset', wordsOf(attributes.preset_modes), textOf(attributes.preset_mode), capital, (preset_mode) =>
      act(id, 'fan.set_preset_mode', { preset_mode }),
    ),
    typeof attributes.oscillating === 'boolean'
      ? {
          kind: 'toggle',
          label: 'Swing',
          on: attributes.oscillating,
          action: act(id, 'fan.oscillate', { oscillating: !attributes.oscillating }),
        }
      : undefined,
  );
}
