import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDataFolder } from '../../store/data-folder.ts';
import { takeInstanceLock } from '../../store/instance-lock.ts';
import { openLog } from '../host/log.ts';
import { readSettings } from '../host/settings-file.ts';
import { startHost } from '../host/start-host.ts';
import type { HostHandle } from './host-handle.ts';
import { utilityLauncher } from './utility-launcher.ts';

/**
 * Starts the same host as plain Node does, with its voice and its models in utility processes. `built` is the folder of the built programs.
 * Throws with a sentence for people, also when JARVIS runs already outside Electron.
 */
export async function openHost(built: string): Promise<HostHandle> {
  const dataFolder = await openDataFolder();
  const lock = await takeInstanceLock(dataFolder, { pid: process.pid, address: '', now: Date.now() });
  if (!lock.taken) {
    const { address, pid } = lock.holder;
    throw new Error(`JARVIS is running already${address === '' ? '' : ` at ${address}`} (process ${pid}). Stop that one first.`);
  }
  try {
    const settings = await readSettings(dataFolder);
    const host = await startHost({
      dataFolder,
      runId: randomUUID(),
      settings,
      log: openLog({ level: settings.log.level, folder: dataFolder }),
      voice: true,
      gateway: { strictPort: false },
      launchVoice: utilityLauncher(join(built, 'voice.js'), 'JARVIS voice'),
      launchModels: utilityLauncher(join(built, 'models.js'), 'JARVIS models'),
    });
    if (host.address !== undefined) await lock.update(new URL(host.address).origin);
    return {
      newAddress: () => host.newAddress(),
      stopEverything: (by) => host.stopEverything(by),
      stop: async () => {
        await host.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
