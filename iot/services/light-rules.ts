import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { hsToRgb, reciprocal, xyToRgb } from './colour.ts';
import { colourKey, colourNamed, namedWhites, type Rgb } from './colour-names.ts';
import { numberOf, sentenceName, wordsOf } from './entity-words.ts';
import { type Refusal, rule, type ServiceRule, type Target } from './service-rule.ts';

const brightnessRange = 'Brightness goes from 0 to 100 percent.';
const channel = z.number().min(0, 'A colour channel goes from 0 to 255.').max(255, 'A colour channel goes from 0 to 255.');

const TurnOnSchema = z.strictObject({
  brightness_pct: z.number().min(0, brightnessRange).max(100, brightnessRange).optional(),
  brightness: z.number().min(0, 'Brightness goes from 0 to 255.').max(255, 'Brightness goes from 0 to 255.').optional(),
  brightness_step_pct: z.number().min(-100, brightnessRange).max(100, brightnessRange).optional(),
  brightness_step: z.number().min(-255).max(255).optional(),
  color_name: z.string().max(60).optional(),
  rgb_color: z.tuple([channel, channel, channel]).optional(),
  hs_color: z.tuple([z.number().min(0).max(360), z.number().min(0).max(100)]).optional(),
  xy_color: z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).optional(),
  color_temp_kelvin: z.number().positive('A colour temperature is a number of kelvin.').optional(),
  effect: z.string().max(100).optional(),
  transition: z.number().min(0).max(300).optional(),
  flash: z.enum(['short', 'long']).optional(),
});
type TurnOn = z.infer<typeof TurnOnSchema>;

const colourModes = new Set(['hs', 'rgb', 'xy', 'rgbw', 'rgbww']);

const canDim = (entity: Entity): boolean =>
  wordsOf(entity, 'supported_color_modes')?.some((mode) => mode !== 'onoff' && mode !== 'unknown') ?? true;
const canColour = (entity: Entity): boolean => wordsOf(entity, 'supported_color_modes')?.some((mode) => colourModes.has(mode)) ?? true;
const canWhite = (entity: Entity): boolean => wordsOf(entity, 'supported_color_modes')?.includes('color_temp') ?? true;

/** Brightness 0–255 that is asked for, in whichever unit. */
function wantedBrightness(entity: Entity, data: TurnOn): number | undefined {
  if (data.brightness !== undefined) return Math.round(data.brightness);
  // one percent is the least that is still light: it must not round to off
  if (data.brightness_pct !== undefined) return data.brightness_pct === 0 ? 0 : Math.max(1, Math.round(data.brightness_pct * 2.55));
  const step = data.brightness_step ?? (data.brightness_step_pct === undefined ? undefined : data.brightness_step_pct * 2.55);
  if (step === undefined) return undefined;
  const now = entity.state === 'on' ? (numberOf(entity, 'brightness') ?? 255) : 0;
  // dimming stops at the faintest light, as a person who says "dimmer" does not mean "off"
  return Math.min(255, Math.max(step < 0 && now > 0 ? 3 : 1, Math.round(now + step)));
}

function wantedColour(entity: Entity, data: TurnOn): { rgb?: Rgb; kelvin?: number } | Refusal {
  if (data.color_temp_kelvin !== undefined) return { kelvin: Math.round(data.color_temp_kelvin) };
  if (data.rgb_color) return { rgb: data.rgb_color };
  if (data.hs_color) return { rgb: hsToRgb(data.hs_color) };
  if (data.xy_color) return { rgb: xyToRgb(...data.xy_color) };
  if (data.color_name === undefined) return {};
  const white = namedWhites.get(colourKey(data.color_name));
  if (white !== undefined && (canWhite(entity) || !canColour(entity))) {
    const coolest = numberOf(entity, 'max_color_temp_kelvin') ?? white;
    return { kelvin: Math.min(coolest, Math.max(numberOf(entity, 'min_color_temp_kelvin') ?? white, white)) };
  }
  const rgb = colourNamed(data.color_name) ?? (white === undefined ? undefined : ([255, 214, 170] as const));
  return rgb ? { rgb } : { refusal: `I do not know the colour ${data.color_name.replace(/[\p{C}\s]+/gu, ' ')}.` };
}

const turnOn: ServiceRule = rule(TurnOnSchema, (entity, data) => {
  const brightness = wantedBrightness(entity, data);
  if (brightness === 0) return { service: 'light.turn_off', target: { states: ['off'] } };
  if (brightness !== undefined && !canDim(entity)) return { refusal: `${sentenceName(entity)} cannot be dimmed.` };
  const colour = wantedColour(entity, data);
  if ('refusal' in colour) return colour;
  if (colour.rgb && !canColour(entity)) return { refusal: `${sentenceName(entity)} cannot change its colour.` };
  if (colour.kelvin !== undefined) {
    if (!canWhite(entity)) return { refusal: `${sentenceName(entity)} cannot change the warmth of its white.` };
    const warmest = numberOf(entity, 'min_color_temp_kelvin') ?? 1000;
    const coolest = numberOf(entity, 'max_color_temp_kelvin') ?? 12_000;
    // lamps count in mired, so that their own limits are off by a rounding
    if (reciprocal(colour.kelvin) > reciprocal(warmest) + 1 || reciprocal(colour.kelvin) < reciprocal(coolest) - 1)
      return { refusal: `${sentenceName(entity)} goes from ${warmest} to ${coolest} kelvin.` };
  }
  const effects = wordsOf(entity, 'effect_list');
  if (data.effect !== undefined && effects && !effects.includes(data.effect))
    return { refusal: `${sentenceName(entity)} has no effect of that name.` };
  const attributes: Record<string, unknown> = {
    ...(brightness !== undefined && { brightness }),
    ...(colour.rgb && { rgb_color: [...colour.rgb] }),
    ...(colour.kelvin !== undefined && { color_temp_kelvin: colour.kelvin }),
    ...(data.effect !== undefined && { effect: data.effect }),
  };
  const target: Target = { states: ['on'], attributes };
  return {
    data: {
      ...attributes,
      ...(data.transition !== undefined && { transition: data.transition }),
      ...(data.flash && { flash: data.flash }),
    },
    target,
  };
});

const turnOff: ServiceRule = rule(z.strictObject({ transition: z.number().min(0).max(300).optional() }), (_entity, data) => ({
  service: 'light.turn_off',
  data: { ...(data.transition !== undefined && { transition: data.transition }) },
  target: { states: ['off'] },
}));

export const lightRules: Record<string, ServiceRule> = {
  turn_on: turnOn,
  turn_off: turnOff,
  toggle: (entity, _service, data) =>
    entity.state === 'on' ? turnOff(entity, 'light.turn_off', {}) : turnOn(entity, 'light.turn_on', data),
};
