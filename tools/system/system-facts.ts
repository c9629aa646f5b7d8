import { z } from 'zod';
import { GraphicsCardSchema } from './graphics-cards.ts';

const number = z.number();

/** What is known of this computer. Sizes in bytes, temperatures in °C, loads in %, times in s. What it does not tell is absent. */
export const SystemFactsSchema = z.object({
  computer: z.object({ name: z.string(), system: z.string(), uptime: number }),
  processor: z.object({ name: z.string(), cores: number, load: number.optional(), temperature: number.optional() }).optional(),
  memory: z.object({ total: number, used: number, available: number }).optional(),
  disks: z.array(z.object({ mount: z.string(), size: number, used: number, available: number })).optional(),
  network: z
    .array(z.object({ name: z.string(), address: z.string(), up: z.boolean(), received: number.optional(), sent: number.optional() }))
    .optional(),
  battery: z.object({ percent: number, charging: z.boolean(), plugged: z.boolean(), minutesLeft: number.optional() }).optional(),
  graphics: z.array(GraphicsCardSchema).optional(),
});
export type SystemFacts = z.infer<typeof SystemFactsSchema>;

export const FACTS = ['processor', 'memory', 'disks', 'network', 'battery', 'graphics'] as const;
export type Fact = (typeof FACTS)[number];

export const ProcessUseSchema = z.object({
  name: z.string(),
  /** Of all processes of that name. */
  memory: number,
  /** % of all cores together. */
  processor: number,
  processes: number,
  pids: z.array(number),
});
export type ProcessUse = z.infer<typeof ProcessUseSchema>;

/** Where facts come from: this machine, or a recording of one. */
export interface SystemSource {
  facts(wanted: readonly Fact[], signal: AbortSignal): Promise<SystemFacts>;
  /** Each process by itself. */
  processes(signal: AbortSignal): Promise<{ name: string; pid: number; memory: number; processor: number }[]>;
}
