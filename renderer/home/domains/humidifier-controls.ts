import type { Entity } from '../../../contract/home.ts';
import { capital, numberOf, textOf, wordsOf } from '../attributes.ts';
import { act, type Control, choiceOf, percent, present } from '../control.ts';
import { switchControls } from './switch-controls.ts';

export function humidifierControls(entity: Entity): Control[] {
  const { id, attributes } = entity;
  const humidity = numberOf(attributes.humidity);
  return present<Control>(
    ...switchControls(entity),
    humidity === undefined
      ? undefined
      : {
          kind: 'slider',
          label: 'Humidity',
          value: humidity,
          min: numberOf(attributes.min_humidity) ?? 0,
          max: numberOf(attributes.max_humidity) ?? 100,
          step: 1,
          words: percent,
          action: (value) => act(id, 'humidifier.set_humidity', { humidity: value }),
        },
    choiceOf('Mode', wordsOf(attributes.available_modes), textOf(attributes.mode), capital, (mode) =>
      act(id, 'humidifier.set_mode', { mode }),
    ),
  );
}
