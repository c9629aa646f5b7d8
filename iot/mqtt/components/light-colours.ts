import { hsToRgb, reciprocal, rgbToHs, rgbToXy, xyToRgb } from '../../services/colour.ts';
import type { Rgb } from '../../services/colour-names.ts';
import { isRecord } from '../abbreviations.ts';

const finite = (values: unknown[]): values is number[] => values.every((value) => typeof value === 'number' && Number.isFinite(value));
const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** `{r,g,b}`, `{h,s}` or `{x,y}` as red, green, blue; undefined for anything else. */
export function readColour(value: unknown): Rgb | undefined {
  if (!isRecord(value)) return undefined;
  const rgb = [value.r, value.g, value.b];
  const hs = [value.h ?? value.hue, value.s ?? value.saturation];
  const xy = [value.x, value.y];
  if (finite(rgb)) return [byte(rgb[0] ?? 0), byte(rgb[1] ?? 0), byte(rgb[2] ?? 0)];
  if (finite(hs)) return hsToRgb([hs[0] ?? 0, hs[1] ?? 0]);
  return finite(xy) ? xyToRgb(xy[0] ?? 0, xy[1] ?? 0) : undefined;
}

/** The colour in the space that the lamp understands. */
export function writeColour(rgb: Rgb, modes: ReadonlySet<string>): Record<string, number> {
  if (modes.has('rgb') || modes.has('rgbw') || modes.has('rgbww')) return { r: rgb[0], g: rgb[1], b: rgb[2] };
  if (modes.has('hs')) {
    const [h, s] = rgbToHs(rgb);
    return { h, s };
  }
  const [x, y] = rgbToXy(rgb);
  return { x, y };
}

/** `255,120,0` and its like; undefined unless there are `count` numbers. */
export function readNumbers(text: string, count: number): number[] | undefined {
  const numbers = text.split(',').map((part) => Number.parseFloat(part));
  return numbers.length === count && finite(numbers) ? numbers : undefined;
}

export const isRgb = (value: unknown): value is Rgb => Array.isArray(value) && value.length === 3 && finite(value);

/** Kelvin of a lamp's colour temperature, which is in mired unless `kelvin`. */
export const toKelvin = (value: number, kelvin: boolean): number => (kelvin ? Math.round(value) : reciprocal(value));
export const fromKelvin = (value: number, kelvin: boolean): number => (kelvin ? value : reciprocal(value));

/** Limits in kelvin from whichever of the four settings are there. */
export function kelvinLimits(limits: {
  min_kelvin?: number | undefined;
  max_kelvin?: number | undefined;
  min_mireds?: number | undefined;
  max_mireds?: number | undefined;
}): { min_color_temp_kelvin: number; max_color_temp_kelvin: number } {
  return {
    min_color_temp_kelvin: limits.min_kelvin ?? (limits.max_mireds === undefined ? 2000 : reciprocal(limits.max_mireds)),
    max_color_temp_kelvin: limits.max_kelvin ?? (limits.min_mireds === undefined ? 6535 : reciprocal(limits.min_mireds)),
  };
}

/** A lamp shows a colour or a white, never both. */
export const colourShown = (rgb: Rgb) => ({ color_mode: 'rgb', rgb_color: [...rgb], color_temp_kelvin: undefined });
export const whiteShown = (kelvin: number) => ({ color_mode: 'color_temp', color_temp_kelvin: kelvin, rgb_color: undefined });

/** The colour at another strength. */
export const scaled = ([red, green, blue]: Rgb, factor: number): Rgb =>
  factor === 1 ? [red, green, blue] : [byte(red * factor), byte(green * factor), byte(blue * factor)];
