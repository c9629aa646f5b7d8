import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SentenceFile } from '../behaviour/score-sentences.ts';

const SCRIPT = fileURLToPath(new URL('hassil-peer.py', import.meta.url));
/** Exit status of the script where hassil, or its sentences, are not on this machine. */
const NOT_HERE = 3;

const ResultSchema = z.object({
  hassil: z.string(),
  times: z.array(z.number()),
  found: z.array(z.array(z.object({ intent: z.string(), slots: z.record(z.string(), z.unknown()) }).nullable())),
});
export type PeerResult = z.infer<typeof ResultSchema>;

/**
 * The same sentences through hassil, the matcher of Home Assistant, with Home Assistant's own English templates: from the Python package
 * `home_assistant_intents`, or from a checkout of OHF-Voice/intents that `JARVIS_HASSIL_INTENTS` names. Gives a reason where they are not on this machine.
 */
export async function askHassil(files: readonly SentenceFile[]): Promise<PeerResult | { missing: string }> {
  const request = {
    intents: process.env.JARVIS_HASSIL_INTENTS ?? null,
    cases: files.map(({ home, room, tests }) => ({
      names: home.entities.map(({ name, domain }) => ({ name, domain })),
      areas: home.areas.map(({ name }) => name),
      floors: home.floors.map(({ name }) => name),
      // Home Assistant always knows where its satellite stands.
      room: room?.name ?? home.areas[0]?.name ?? null,
      sentences: tests.flatMap(({ sentences }) => sentences),
    })),
  };
  const { promise, resolve, reject } = Promise.withResolvers<PeerResult | { missing: string }>();
  const child = execFile('python3', [SCRIPT], { maxBuffer: 64 * 1024 * 1024, timeout: 300_000 }, (error, stdout, stderr) => {
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    if (error === null) resolve(ResultSchema.parse(JSON.parse(stdout)));
    else if (error.code === NOT_HERE) resolve({ missing: reason });
    else if (error.code === 'ENOENT') resolve({ missing: 'python3 is not on this machine' });
    else reject(new Error(`hassil failed: ${reason}`, { cause: error }));
  });
  // A script that gives up at once has not read its input; its exit tells why.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(JSON.stringify(request));
  return promise;
}
