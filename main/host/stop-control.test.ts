import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import type { AuditBody } from '../../tools/audit-entry.ts';
import { EmergencyStop } from '../../tools/emergency-stop.ts';
import { StopControl } from './stop-control.ts';
import { clearStop, readStop, STOP_FILE, writeStop } from './stop-file.ts';

let folder: string;
let clock: FakeClock;
let stop: EmergencyStop;
let recorded: AuditBody[];
let silenced: number;
let refuseRecord: boolean;
let control: StopControl;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-stop-'));
  clock = new FakeClock();
  stop = new EmergencyStop();
  recorded = [];
  silenced = 0;
  refuseRecord = false;
  control = new StopControl({
    stop,
    dataFolder: folder,
    clock,
    log: silentLog,
    audit: {
      async write(bodies) {
        if (refuseRecord) throw new Error('no space left');
        recorded.push(...(Array.isArray(bodies) ? bodies : [bodies]));
      },
    },
    silence: () => {
      silenced += 1;
    },
    changed: () => undefined,
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the emergency stop', () => {
  it('is in force before anything is written, and silences turns and speech', async () => {
    let heard = false;
    stop.signal.addEventListener('abort', () => {
      heard = true;
    });
    const written = control.stopEverything('voice');
    expect({ heard, latched: stop.latched, silenced }).toEqual({ heard: true, latched: true, silenced: 1 });
    await written;
    expect(recorded).toEqual([{ kind: 'stop', act: 'stopped', by: 'voice' }]);
  });

  it('outlives a restart, until a person releases it', async () => {
    await control.stopEverything('page');
    expect(await readStop(folder)).toEqual({ at: clock.now(), by: 'page' });
    expect(await control.release('page')).toBe(true);
    expect(await readStop(folder)).toBeUndefined();
    expect(stop.latched).toBe(false);
    expect(recorded.at(-1)).toEqual({ kind: 'stop', act: 'released', by: 'page' });
    expect(await control.release('page')).toBe(false);
  });

  it('keeps who was first, and silences again whoever says it twice', async () => {
    await control.stopEverything('cli');
    await clock.advance(1_000);
    await control.stopEverything('page');
    expect(control.stopped).toMatchObject({ by: 'cli' });
    expect(silenced).toBe(2);
    expect(recorded).toHaveLength(1);
  });

  it('holds although neither record nor disk takes it', async () => {
    refuseRecord = true;
    await mkdir(join(folder, STOP_FILE));
    await control.stopEverything('voice');
    expect(stop.latched).toBe(true);
  });

  it('is not released when the record refuses', async () => {
    await control.stopEverything('voice');
    refuseRecord = true;
    await expect(control.release('page')).rejects.toThrow('no space left');
    expect(stop.latched).toBe(true);
    expect(await readStop(folder)).toBeDefined();
  });

  it('gives a new signal at release, so that what was stopped stays stopped', async () => {
    const before = stop.signal;
    await control.stopEverything('voice');
    await control.release('voice');
    expect(before.aborted).toBe(true);
    expect(stop.signal.aborted).toBe(false);
  });

  it.each(['', '{', '[]', '{"at":"noon"}', '\u0000'])(
    'stops when its file holds %j: what was meant to hold must not come undone',
    async (text) => {
      await writeFile(join(folder, STOP_FILE), text);
      expect(await readStop(folder)).toBeDefined();
    },
  );

  it('leaves a file that only its owner reads, and nothing after release', async () => {
    await writeStop(folder, { at: 1, by: 'cli' });
    expect(JSON.parse(await readFile(join(folder, STOP_FILE), 'utf8'))).toEqual({ at: 1, by: 'cli' });
    await clearStop(folder);
    await clearStop(folder);
    expect(await readdir(folder)).toEqual([]);
  });
});
