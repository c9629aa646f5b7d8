import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { HomeSnapshot } from '../../contract/home.ts';
import { type HomeConnection, HomeConnectionSchema } from '../../contract/interface.ts';
import { openDataFolder } from '../../store/data-folder.ts';
import { openSecrets } from '../../store/secrets/open-secrets.ts';
import { connectionOf } from '../host/home-connections.ts';
import { openLog } from '../host/log.ts';
import { type OpenHome, openHome } from '../host/open-home.ts';
import { findRunningHost } from '../host/running-host.ts';
import { readSettings } from '../host/settings-file.ts';
import { systemClock } from '../host/system-clock.ts';
import { findIn } from './find-in.ts';
import type { HomeCommandOptions } from './home-options.ts';
import { CommandError, print, printJson } from './output.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Exit code 1 when a way does not lead there. */
export async function showConnections(options: HomeCommandOptions): Promise<void> {
  using interrupted = untilInterrupted();
  const running = await findRunningHost();
  const connections =
    running === undefined
      ? await withHome(interrupted.signal, async (home) => home.ways().map(connectionOf))
      : await running.request(z.array(HomeConnectionSchema), 'GET', '/home/connections');
  for (const connection of connections) {
    if (options.json === true) printJson(connection);
    else show(connection);
  }
  if (connections.some(({ status }) => status.state !== 'connected')) throw new CommandError('', 1);
}

/** Exit code 1 when there is none. */
export async function findDevices(words: string, options: HomeCommandOptions): Promise<void> {
  using interrupted = untilInterrupted();
  const running = await findRunningHost();
  const snapshot: HomeSnapshot =
    running === undefined
      ? await withHome(interrupted.signal, async ({ home }) => home.snapshot())
      : await running.snapshot(interrupted.signal);
  const found = findIn(snapshot, words);
  for (const entity of found) {
    if (options.json === true) printJson(entity);
    else print(`${entity.entityId}  ${entity.name}${entity.area === undefined ? '' : `, ${entity.area}`}: ${entity.state}`);
  }
  if (found.length === 0) throw new CommandError(options.json === true ? '' : `There is nothing like "${words}" in this home.`, 1);
}

function show({ title, status }: HomeConnection): void {
  print(`${status.state === 'connected' ? 'ok   ' : 'BAD  '} ${title}: ${status.detail ?? status.state}`);
}

/** The home of the settings, opened for a moment. */
async function withHome<T>(signal: AbortSignal, use: (home: OpenHome) => Promise<T>): Promise<T> {
  const dataFolder = await openDataFolder();
  const { home: settings } = await readSettings(dataFolder);
  const ending = new AbortController();
  await using home = await openHome(settings, {
    clock: systemClock,
    random: Math.random,
    log: openLog({ level: 'error' }),
    runId: randomUUID(),
    secrets: await openSecrets({ dataFolder, clock: systemClock }),
    signal: AbortSignal.any([signal, ending.signal]),
  });
  try {
    return await use(home);
  } finally {
    ending.abort(new Error('seen'));
  }
}
