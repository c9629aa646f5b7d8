import type { Entity, HomeAction } from '../../../contract/home.ts';
import { capital, numberOf, textOf, wordsOf } from '../attributes.ts';
import { act, type Control, choiceOf, present } from '../control.ts';

/** Thermostats, air conditioners and water heaters. */
export function climateControls(entity: Entity): Control[] {
  const { id, domain, state, attributes } = entity;
  const low = numberOf(attributes.target_temp_low);
  const high = numberOf(attributes.target_temp_high);
  const target = numberOf(attributes.temperature);
  const set = (data: Record<string, number>): HomeAction => act(id, `${domain}.set_temperature`, data);
  const dual = target === undefined && low !== undefined && high !== undefined;
  const both = (name: 'target_temp_low' | 'target_temp_high', value: number) =>
    set({ target_temp_low: low ?? value, target_temp_high: high ?? value, [name]: value });
  return present<Control>(
    target === undefined ? undefined : degrees(entity, 'Temperature', target, true, (temperature) => set({ temperature })),
    dual ? degrees(entity, 'Heat below', low, true, (value) => both('target_temp_low', value), undefined, high) : undefined,
    dual ? degrees(entity, 'Cool above', high, false, (value) => both('target_temp_high', value), low) : undefined,
    domain === 'climate'
      ? choiceOf('Mode', wordsOf(attributes.hvac_modes), state, modeName, (hvac_mode) => act(id, 'climate.set_hvac_mode', { hvac_mode }))
      : choiceOf('Mode', wordsOf(attributes.operation_list), textOf(attributes.operation_mode) ?? state, capital, (operation_mode) =>
          act(id, 'water_heater.set_operation_mode', { operation_mode }),
        ),
    domain === 'climate'
      ? choiceOf('Preset', wordsOf(attributes.preset_modes), textOf(attributes.preset_mode), capital, (preset_mode) =>
          act(id, 'climate.set_preset_mode', { preset_mode }),
        )
      : undefined,
    choiceOf('Fan', wordsOf(attributes.fan_modes), textOf(attributes.fan_mode), capital, (fan_mode) =>
      act(id, 'climate.set_fan_mode', { fan_mode }),
    ),
    choiceOf('Swing', wordsOf(attributes.swing_modes), textOf(attributes.swing_mode), capital, (swing_mode) =>
      act(id, 'climate.set_swing_mode', { swing_mode }),
    ),
  );
}

const modeNames = new Map<string, string>(
  Object.entries({ heat_cool: 'Heat or cool', auto: 'Automatic', fan_only: 'Fan only', dry: 'Dry' }),
);
const modeName = (mode: string): string => modeNames.get(mode) ?? capital(mode);

function degrees(
  { attributes }: Entity,
  label: string,
  value: number,
  tile: boolean,
  action: (value: number) => HomeAction,
  atLeast?: number,
  atMost?: number,
): Control {
  const fahrenheit = attributes.temperature_unit === '°F';
  const step = numberOf(attributes.target_temp_step) ?? 0.5;
  const lowest = numberOf(attributes.min_temp) ?? (fahrenheit ? 41 : 5);
  const highest = numberOf(attributes.max_temp) ?? (fahrenheit ? 95 : 35);
  return {
    kind: 'stepper',
    label,
    tile,
    value,
    step: step > 0 ? step : 0.5,
    min: Math.max(lowest, atLeast ?? lowest),
    max: Math.min(highest, atMost ?? highest),
    lessLabel: 'Colder',
    moreLabel: 'Warmer',
    words: (shown) => `${shown}°`,
    action,
  };
}
