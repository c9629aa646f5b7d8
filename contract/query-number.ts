import { z } from 'zod';

/** A whole number that may also come as text: the part of an address behind the question mark knows nothing else. */
export const queryNumber = (least: number, most: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,15}$/u)
        .transform(Number),
    ])
    .pipe(z.number().int().min(least).max(most));
