import { z } from 'zod';

/** One look at the machine. What a machine does not tell is absent. */
export const HardwareSampleSchema = z.object({
  /** ms since the epoch */
  at: z.number(),
  cpu: z.object({
    /** 0–1 of all cores together */
    load: z.number().min(0).max(1),
    /** °C */
    temperature: z.number().optional(),
    /** MHz */
    clock: z.number().optional(),
  }),
  memory: z.object({ usedBytes: z.number(), totalBytes: z.number(), swapUsedBytes: z.number().optional() }),
  cards: z.array(
    z.object({
      name: z.string(),
      /** 0–1 */
      load: z.number().min(0).max(1).optional(),
      usedBytes: z.number().optional(),
      totalBytes: z.number().optional(),
      temperature: z.number().optional(),
      watts: z.number().optional(),
      limitWatts: z.number().optional(),
      /** 0–1 */
      fan: z.number().optional(),
      clock: z.number().optional(),
      /** It has slowed itself down because of heat or power. */
      throttled: z.boolean().optional(),
    }),
  ),
  disks: z.array(z.object({ mount: z.string(), usedBytes: z.number(), totalBytes: z.number() })),
  /** Bytes per second over all interfaces but loopback. */
  network: z.object({ received: z.number(), sent: z.number() }).optional(),
  /** JARVIS itself: host and children. */
  jarvis: z.object({ memoryBytes: z.number() }).optional(),
});
export type HardwareSample = z.infer<typeof HardwareSampleSchema>;

export const HardwareReportSchema = z.object({
  now: HardwareSampleSchema.optional(),
  /** Oldest first; evenly spaced as far as the machine was awake. */
  history: z.array(HardwareSampleSchema),
  /** Why something could not be read, in words. */
  problems: z.array(z.string()),
});
export type HardwareReport = z.infer<typeof HardwareReportSchema>;
