import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const FOLDERS = ['contract', 'voice', 'models', 'store', 'iot', 'tools', 'assistant', 'main', 'preload', 'renderer'];

const ReportSchema = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

export interface Cruise {
  modules: string[];
  /** `rule: from → to` */
  breaches: string[];
}

/** Runs dependency-cruiser over the house at `root` with the rules of this house. Throws with its own words when it cannot run. */
export function cruise(house: string, root = house): Cruise {
  const ran = spawnSync(
    process.execPath,
    [
      join(house, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(house, '.dependency-cruiser.cjs'), '--output-type', 'json'],
      ...FOLDERS.filter((folder) => existsSync(join(root, folder))),
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  if (ran.error !== undefined || ran.stdout === '') throw new Error(`dependency-cruiser did not run: ${ran.stderr}`, { cause: ran.error });
  const { modules, summary } = ReportSchema.parse(JSON.parse(ran.stdout));
  return {
    modules: modules.map(({ source }) => source),
    breaches: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  };
}
