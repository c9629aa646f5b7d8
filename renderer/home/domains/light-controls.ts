import type { Entity } from '../../../contract/home.ts';
import { capital, numberOf, textOf, wordsOf } from '../attributes.ts';
import { act, type Control, choiceOf, percent, present } from '../control.ts';

const colourModes = new Set(['hs', 'rgb', 'xy', 'rgbw', 'rgbww']);
/** Kelvin of lamps that do not name their own limits. */
const WARMEST = 2000;
const COOLEST = 6500;

export function lightControls(entity: Entity): Control[] {
  const { id, state, attributes } = entity;
  const on = state === 'on';
  const modes = wordsOf(attributes.supported_color_modes);
  const dims = modes.length > 0 ? modes.some((mode) => mode !== 'onoff' && mode !== 'unknown') : 'brightness' in attributes;
  const brightness = numberOf(attributes.brightness);
  return present<Control>(
    { kind: 'toggle', label: 'Light', tile: true, on, action: act(id, on ? 'light.turn_off' : 'light.turn_on') },
    dims
      ? {
          kind: 'slider',
          label: 'Brightness',
          tile: true,
          value: on ? Math.max(1, Math.round(((brightness ?? 255) / 255) * 100)) : 0,
          min: 0,
          max: 100,
          step: 1,
          words: percent,
          action: (value) => (value === 0 ? act(id, 'light.turn_off') : act(id, 'light.turn_on', { brightness_pct: value })),
        }
      : undefined,
    modes.includes('color_temp') ? warmth(entity) : undefined,
    modes.some((mode) => colourModes.has(mode)) ? colour(entity) : undefined,
    choiceOf('Effect', wordsOf(attributes.effect_list), textOf(attributes.effect), capital, (effect) =>
      act(id, 'light.turn_on', { effect }),
    ),
  );
}

function warmth({ id, attributes }: Entity): Control {
  const min = numberOf(attributes.min_color_temp_kelvin) ?? WARMEST;
  const max = Math.max(min + 1, numberOf(attributes.max_color_temp_kelvin) ?? COOLEST);
  const shown =
    attributes.color_mode === undefined || attributes.color_mode === 'color_temp' ? numberOf(attributes.color_temp_kelvin) : undefined;
  const now = shown ?? Math.round((min + max) / 2);
  return {
    kind: 'slider',
    label: 'Warmth',
    value: Math.min(max, Math.max(min, now)),
    min,
    max,
    step: 50,
    look: 'warmth',
    unset: shown === undefined,
    words: (value) => `${Math.round(value)} K`,
    action: (value) => act(id, 'light.turn_on', { color_temp_kelvin: value }),
  };
}

function colour({ id, attributes }: Entity): Control {
  const [hue, saturation] = Array.isArray(attributes.hs_color) ? attributes.hs_color : [];
  const white = attributes.color_mode === 'color_temp' || attributes.color_mode === 'white';
  const shown = [numberOf(hue), numberOf(saturation)] as const;
  return {
    kind: 'colour',
    label: 'Colour',
    chosen: white || shown[0] === undefined || shown[1] === undefined ? undefined : [shown[0], shown[1]],
    action: (wantedHue, wantedSaturation) => act(id, 'light.turn_on', { hs_color: [wantedHue, wantedSaturation] }),
  };
}
