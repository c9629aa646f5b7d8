import { z } from 'zod';
import type { CommandChannel } from './session.ts';

const ConfigurationSchema = z.object({
  location_name: z.string().default('Home'),
  version: z.string().default(''),
  /** `NOT_RUNNING`, `STARTING`, `RUNNING`, `STOPPING`, `FINAL_WRITE` */
  state: z.string().default('RUNNING'),
  unit_system: z.object({ temperature: z.string().optional() }).default({}),
});

export interface HomeConfiguration {
  locationName: string;
  version: string;
  running: boolean;
  /** `°C` or `°F` */
  temperatureUnit: string | undefined;
}

export async function readConfiguration(channel: CommandChannel, signal: AbortSignal): Promise<HomeConfiguration> {
  const { location_name, version, state, unit_system } = await channel.request(ConfigurationSchema, { type: 'get_config' }, signal);
  return { locationName: location_name, version, running: state === 'RUNNING', temperatureUnit: unit_system.temperature };
}
