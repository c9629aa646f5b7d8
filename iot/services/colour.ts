import type { Rgb } from './colour-names.ts';

/** Hue 0–360, saturation 0–100: how Home Assistant speaks of a colour without its brightness. */
export type HueSaturation = readonly [hue: number, saturation: number];

export function rgbToHs([red, green, blue]: Rgb): HueSaturation {
  const highest = Math.max(red, green, blue);
  const span = highest - Math.min(red, green, blue);
  if (span === 0) return [0, 0];
  const sector = highest === red ? ((green - blue) / span + 6) % 6 : highest === green ? (blue - red) / span + 2 : (red - green) / span + 4;
  return [Math.round(sector * 600) / 10, Math.round((span / highest) * 1000) / 10];
}

/** At full brightness. */
export function hsToRgb([hue, saturation]: HueSaturation): Rgb {
  const channel = (offset: number): number => {
    const position = (offset + hue / 60) % 6;
    return Math.round(255 * (1 - (saturation / 100) * Math.max(0, Math.min(position, 4 - position, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}

const linear = (value: number): number => (value / 255 > 0.04045 ? ((value / 255 + 0.055) / 1.055) ** 2.4 : value / 255 / 12.92);
const gamma = (value: number): number => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

/** CIE 1931 chromaticity of an sRGB colour. */
export function rgbToXy([red, green, blue]: Rgb): [x: number, y: number] {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const x = 0.4124 * r + 0.3576 * g + 0.1805 * b;
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const sum = x + y + (0.0193 * r + 0.1192 * g + 0.9505 * b);
  return sum === 0 ? [0.3127, 0.329] : [Math.round((x / sum) * 10_000) / 10_000, Math.round((y / sum) * 10_000) / 10_000];
}

/** sRGB at full brightness of a CIE 1931 chromaticity; outside the gamut it is clipped. */
export function xyToRgb(x: number, y: number): Rgb {
  const height = Math.max(y, 0.0001);
  const [bigX, bigZ] = [x / height, (1 - x - height) / height];
  const raw = [3.2406 * bigX - 1.5372 - 0.4986 * bigZ, -0.9689 * bigX + 1.8758 + 0.0415 * bigZ, 0.0557 * bigX - 0.204 + 1.057 * bigZ];
  const clipped = raw.map((value) => Math.max(0, value));
  const highest = Math.max(...clipped, 0.0001);
  const [red = 0, green = 0, blue = 0] = clipped.map((value) => Math.round(255 * gamma(value / highest)));
  return [red, green, blue];
}

/** Kelvin ↔ mired (a million divided by kelvin, which lamps speak). */
export const reciprocal = (value: number): number => Math.round(1_000_000 / Math.max(1, value));

/** Do two lamps show the same colour? Rounding in a lamp's own colour space is forgiven: 10° of hue, 10 points of saturation. */
export function sameColour(one: Rgb, other: Rgb): boolean {
  const [hue, saturation] = rgbToHs(one);
  const [otherHue, otherSaturation] = rgbToHs(other);
  const turn = Math.abs(hue - otherHue) % 360;
  return Math.abs(saturation - otherSaturation) <= 10 && (Math.min(saturation, otherSaturation) <= 15 || Math.min(turn, 360 - turn) <= 10);
}
