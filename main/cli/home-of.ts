import type { HomeSnapshot } from '../../contract/home.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import { areaIdOf } from '../host/area-id.ts';
import { openLog } from '../host/log.ts';
import { openHome } from '../host/open-home.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError } from './output.ts';

/** `--home demo|FILE` as settings. */
export const homeSettingsOf = (home: string): HomeSettings => (home === 'demo' ? { type: 'demo', port: 0 } : { type: 'file', path: home });

/** The names of a home; it is opened for a moment to ask it. Throws `CommandError` for a room it does not have. */
export async function homeOf(home: string, room: string | undefined): Promise<{ snapshot: HomeSnapshot; room: string | undefined }> {
  const ending = new AbortController();
  await using opened = await openHome([homeSettingsOf(home)], {
    clock: systemClock,
    random: Math.random,
    log: openLog({ level: 'warn' }),
    runId: 'match',
    // Neither the demo home nor a file has any.
    secrets: { get: async () => undefined },
    signal: ending.signal,
  });
  const snapshot = opened.home.snapshot();
  ending.abort();
  return { snapshot, room: room === undefined ? undefined : roomIn(snapshot, room) };
}

/** Throws `CommandError` naming the rooms there are. */
export function roomIn(snapshot: Pick<HomeSnapshot, 'areas'>, room: string): string {
  const areaId = areaIdOf(snapshot, room);
  if (areaId !== undefined) return areaId;
  const known = snapshot.areas.map((each) => each.id).join(', ');
  throw new CommandError(`There is no area ${room} in this home. There is: ${known === '' ? 'none' : known}.`);
}
