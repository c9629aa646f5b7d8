import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeWav } from '../../voice/audio/wav.ts';

/** Human recordings made by others; they live beside the project, never in it. */
export const recordingsFolder = process.env.JARVIS_FIXTURES ?? fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));

export const haveRecordings = existsSync(recordingsFolder);

/** For the notes of a section that could not measure on them. */
export const NO_RECORDINGS = 'the recordings are not there (JARVIS_FIXTURES names their folder), so what needs them was skipped';

export interface Recording {
  name: string;
  /** 16 kHz mono */
  samples: Int16Array;
}

/** Every WAV of a folder below the recordings, sorted by name; `matching` narrows it. */
export async function recordings(folder: string, matching: (name: string) => boolean = () => true): Promise<Recording[]> {
  const path = join(recordingsFolder, folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.wav') && matching(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, samples: decodeWav(await readFile(join(path, name))) })));
}

/** Noises for mixing, and the SNRs in dB at which we mix; `undefined` = as recorded. */
export const SNRS = [undefined, 20, 10, 0] as const;

export const isRoomResponse = (name: string): boolean => name.startsWith('rir');

export const snrName = (snr: number | undefined): string => (snr === undefined ? 'clean' : `${snr} dB noise`);

/** Hours that samples last at 16 kHz. */
export const hours = (sets: readonly Recording[][]): number =>
  sets.flat().reduce((sum, recording) => sum + recording.samples.length, 0) / 16_000 / 3600;

/** How much is heard: a part of the recordings for a quick look, or all. */
export interface Extent {
  thorough: boolean;
}

/** Every `stride`th, or all of them when thorough. */
export const some = <T>(all: readonly T[], stride: number, { thorough }: Extent): T[] =>
  all.filter((_, index) => thorough || index % stride === 0);

export const extentNote = ({ thorough }: Extent): string =>
  thorough ? 'every recording was heard' : 'a part of the recordings where the count is lower than the set; --thorough hears all';
