import { z } from 'zod';

/** Home Assistant coerces: "40" is 40. Null and blanks are no numbers. */
export const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d+(\.\d+)?\s*$/, 'expected float')
    .transform(Number),
]);
export const whole = number.transform(Math.trunc);
export const percent = number.refine((value) => value >= 0 && value <= 100, 'value must be at most 100');
export const unit = number.refine((value) => value >= 0 && value <= 1, 'value must be at most 1');
export const flag = z.union([
  z.boolean(),
  z.enum(['on', 'off', 'true', 'false', 'yes', 'no']).transform((word) => ['on', 'true', 'yes'].includes(word)),
]);

export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
export const numeric = (value: unknown, otherwise = 0): number => (typeof value === 'number' ? value : otherwise);
