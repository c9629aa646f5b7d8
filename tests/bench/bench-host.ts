import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsSchema } from '../../contract/settings.ts';
import { startDemoHome } from '../../iot/demo/start-demo-home.ts';
import type { Host } from '../../main/host/host.ts';
import { openLog } from '../../main/host/log.ts';
import { startHost } from '../../main/host/start-host.ts';
import { systemClock } from '../../main/host/system-clock.ts';

export interface BenchHost extends AsyncDisposable {
  host: Host;
  /** Address of the demo home's broker with name and password in it. */
  broker: string;
}

/** The host as a command starts it, with voice, in a data folder of its own; the demo home stands beside it so that its broker can be watched. */
export async function startBenchHost(): Promise<BenchHost> {
  const log = openLog({ level: 'warn' });
  await using parts = new AsyncDisposableStack();
  const dataFolder = await mkdtemp(join(tmpdir(), 'jarvis-bench-data-'));
  parts.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const demo = parts.use(await startDemoHome({ clock: systemClock, random: Math.random, log }));
  const settings = SettingsSchema.parse({ home: { type: 'mqtt', url: demo.url } });
  const host = await startHost({ dataFolder, settings, runId: randomUUID(), log, voice: true, gateway: undefined });
  parts.defer(() => host.stop());
  await host.listening();
  const owned = parts.move();
  return { host, broker: demo.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
