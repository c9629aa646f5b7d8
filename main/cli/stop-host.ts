import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { openDataFolder } from '../../store/data-folder.ts';
import { findRunningHost } from '../host/running-host.ts';
import { clearStop, readStop, writeStop } from '../host/stop-file.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError, print, printJson } from './output.ts';
import { isTerminal } from './terminal.ts';
import { recordStop } from './write-record.ts';

/** The JARVIS that runs already stops at once; without one, the next to start finds itself stopped. */
export async function stopEverything({ json }: { json?: boolean }): Promise<void> {
  const running = await findRunningHost();
  if (running === undefined) {
    const dataFolder = await openDataFolder();
    // First the file: what stops must not wait for the record.
    if ((await readStop(dataFolder)) === undefined) {
      await writeStop(dataFolder, { at: systemClock.now(), by: 'cli' });
      await recordStop(dataFolder, 'stopped');
    }
  } else await running.request(z.object({ stopped: z.literal(true) }), 'POST', '/stop', { by: 'cli' });
  if (json === true) printJson({ stopped: true, running: running !== undefined });
  else
    print(
      running === undefined
        ? 'No JARVIS runs; whichever starts will be stopped until "jarvis resume".'
        : 'Everything is stopped until "jarvis resume".',
    );
}

export async function releaseStop({ yes, json }: { yes?: boolean; json?: boolean }): Promise<void> {
  if (yes !== true && !(await isSure())) throw new CommandError('Everything stays stopped.');
  const running = await findRunningHost();
  const released =
    running === undefined ? await releaseAlone() : (await running.request(AnswerSchema, 'POST', '/resume', { by: 'cli' })).released;
  if (json === true) printJson({ released });
  else print(released ? 'JARVIS may act again.' : 'Nothing was stopped.');
}

const AnswerSchema = z.object({ released: z.boolean() });

async function releaseAlone(): Promise<boolean> {
  const dataFolder = await openDataFolder();
  if ((await readStop(dataFolder)) === undefined) return false;
  await recordStop(dataFolder, 'released');
  await clearStop(dataFolder);
  return true;
}

async function isSure(): Promise<boolean> {
  if (!isTerminal()) throw new CommandError('Nobody is here to say that things may start again. Use --yes if you are sure.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/iu.test((await terminal.question('Let everything start again? (y/N) ')).trim());
  } finally {
    terminal.close();
  }
}
