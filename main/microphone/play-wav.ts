import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './on-path.ts';

/** Players that come with desktops; each takes a file. */
const PLAYERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['pw-play'],
  ['paplay'],
  ['aplay', '-q'],
  ['afplay'],
  ['play', '-q'],
];

/** Plays a WAV through the machine's speakers. Throws when there is no player or it fails. */
export async function playWav(wav: Uint8Array): Promise<void> {
  const player = PLAYERS.find(([program]) => onPath(program));
  if (player === undefined)
    throw new Error(`No player is installed (${PLAYERS.map(([program]) => program).join(', ')}); use --out FILE.wav`);
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-'));
  try {
    const path = join(folder, 'speech.wav');
    await writeFile(path, wav);
    const [program, ...args] = player;
    const child = spawn(program, [...args, path], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${program} could not play it (exit code ${code}); use --out FILE.wav`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
