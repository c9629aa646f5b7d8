import { randomUUID } from 'node:crypto';
import { openDataFolder } from '../../store/data-folder.ts';
import { takeInstanceLock } from '../../store/instance-lock.ts';
import { openLog } from '../host/log.ts';
import { findRunningHost } from '../host/running-host.ts';
import { readSettings } from '../host/settings-file.ts';
import { startHost } from '../host/start-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { openPage } from './open-page.ts';

/** How long Ctrl-C waits for a clean end before it just ends. */
const STOP_MS = 5_000;

/** The plain Node host with its page in a browser, until a signal ends it. */
export async function runHeadless(options: { open: boolean; port?: number }): Promise<void> {
  const dataFolder = await openDataFolder();
  const lock = await takeInstanceLock(dataFolder, { pid: process.pid, address: '', now: systemClock.now() });
  if (!lock.taken) {
    const running = await findRunningHost(dataFolder);
    const address = await running?.newAddress();
    const where = address === undefined ? '' : `: ${address}`;
    process.stdout.write(`JARVIS is running already (process ${lock.holder.pid})${where}\n`);
    if (options.open && address !== undefined) openPage(address);
    return;
  }
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  try {
    const settings = await readSettings(dataFolder);
    const port = options.port ?? settings.server.port;
    const host = await startHost({
      dataFolder,
      runId: randomUUID(),
      settings: { ...settings, server: { ...settings.server, port } },
      log: openLog({ level: settings.log.level, folder: dataFolder }),
      voice: true,
      gateway: { strictPort: options.port !== undefined },
    });
    try {
      await lock.update(host.address === undefined ? '' : new URL(host.address).origin);
      process.stdout.write(`JARVIS: ${host.address ?? ''}\n`);
      if (options.open && settings.server.openBrowser && host.address !== undefined) openPage(host.address);
      await Promise.race([
        host.listening().then(() => {
          process.stdout.write('Listening. Say "Jarvis, turn on the kitchen light". Ctrl-C ends.\n');
        }),
        ended,
      ]);
      await ended;
    } finally {
      setTimeout(() => process.exit(1), STOP_MS).unref();
      await host.stop();
    }
  } finally {
    await lock.release();
  }
}
