import { z } from 'zod';
import { IntentMatchSchema } from '../../contract/intent.ts';

export const TimerSchema = z.object({
  id: z.string(),
  /** "pizza" */
  name: z.string().optional(),
  /** Area id of the room that started it. */
  room: z.string().optional(),
  /** A command to carry out instead of ringing ("turn off the lights in five minutes"). */
  command: z.string().optional(),
  /** What that command means, understood when it was given: to be carried out, each part judged as if it were said then. */
  matches: z.array(IntentMatchSchema).optional(),
  /** What was asked for, in seconds; grows and shrinks with changes. */
  seconds: z.number().positive(),
  /** ms since the epoch; while paused the moment it would have rung is meaningless. */
  endsAt: z.number(),
  /** ms that were left when it was paused; absent while running. */
  pausedWithMs: z.number().optional(),
});
export type Timer = z.infer<typeof TimerSchema>;

/** ms left at `now`. */
export function leftOf(timer: Timer, now: number): number {
  return timer.pausedWithMs ?? Math.max(0, timer.endsAt - now);
}

/** Carries out a command when its time has come. */
export const isDelayed = (timer: Timer): boolean => timer.command !== undefined || timer.matches !== undefined;
