import type { Entity } from '../../../contract/home.ts';
import { numberOf, textOf, wordsOf } from '../attributes.ts';
import { act, type Control, choiceOf, present } from '../control.ts';

/** More steps than this are a matter for a stepper. */
const SLIDER_STEPS = 400;

/** number and input_number: the state itself is the value. */
export function numberControls({ id, domain, state, attributes }: Entity): Control[] {
  const value = Number(state);
  const min = numberOf(attributes.min) ?? 0;
  const max = numberOf(attributes.max) ?? 100;
  const given = numberOf(attributes.step) ?? 1;
  const step = given > 0 ? given : 1;
  if (state.trim() === '' || !Number.isFinite(value) || max <= min) return [];
  const unit = textOf(attributes.unit_of_measurement);
  const words = (shown: number) => (unit === undefined ? String(shown) : `${shown} ${unit}`);
  const action = (wanted: number) => act(id, `${domain}.set_value`, { value: wanted });
  const common = { label: 'Value', tile: true, value, min, max, step, words, action };
  if (attributes.mode === 'box' || (max - min) / step > SLIDER_STEPS)
    return [{ kind: 'stepper', ...common, lessLabel: 'Less', moreLabel: 'More' }];
  return [{ kind: 'slider', ...common }];
}

export function selectControls({ id, domain, state, attributes }: Entity): Control[] {
  const choice = choiceOf(
    'Option',
    wordsOf(attributes.options),
    state,
    (option) => option,
    (option) => act(id, `${domain}.select_option`, { option }),
  );
  return present<Control>(choice && { ...choice, tile: true });
}

export function textControls({ id, domain, state, attributes }: Entity): Control[] {
  const maximum = Math.min(255, numberOf(attributes.max) ?? 255);
  return [
    {
      kind: 'text',
      label: 'Text',
      value: state === 'unknown' ? '' : state,
      maximum,
      send: 'Set',
      action: (value) => act(id, `${domain}.set_value`, { value }),
    },
  ];
}

/** Adding is feature 1 of a list. */
export function todoControls({ id }: Entity): Control[] {
  return [{ kind: 'text', label: 'New item', value: '', maximum: 255, send: 'Add', action: (item) => act(id, 'todo.add_item', { item }) }];
}
