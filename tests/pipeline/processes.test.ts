import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeWav } from '../../voice/audio/wav.ts';
import { ended, type FileEvent, fixture, hasFixtures, liveEvents, makeWorkplace, ofType, startJarvis } from './run-jarvis.ts';

const place = await makeWorkplace();
afterAll(() => place[Symbol.asyncDispose]());

/** Ids of the processes that `pid` started, as Linux tells them. */
function childrenOf(pid: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    // The name in brackets may hold anything; the parent is the second field after it.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    // It ended between the listing and the look.
    return undefined;
  }
}

const isAlive = (pid: number): boolean => childrenOf(process.pid).includes(pid) || parentOf(String(pid)) !== undefined;

/** Waits for `condition`; false when it does not come true within `ms`. */
async function within(ms: number, condition: () => boolean): Promise<boolean> {
  for (const began = performance.now(); performance.now() - began < ms; await pause(20)) if (condition()) return true;
  return condition();
}

describe.skipIf(process.platform !== 'linux')('the processes of jarvis listen', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('end cleanly by %s, the voice too', async (signal) => {
    const child = startJarvis(['listen', '--wake', 'none', '--json', '-'], place.data);
    const end = ended(child);
    expect(await within(20_000, () => childrenOf(child.pid).length === 1)).toBe(true);
    const [voice = 0] = childrenOf(child.pid);
    // Sound is taken only once it listens; then it waits for more that never comes.
    child.stdin.write(new Uint8Array(64_000));
    await pause(3_000);
    child.kill(signal);
    const result = await end;
    expect(result).toMatchObject({ signal: null, stderr: '' });
    expect(await within(3_000, () => !isAlive(voice))).toBe(true);
  });

  test('come back when the voice is killed in the middle of a sentence', async (context) => {
    if (!hasFixtures) return context.skip('the recordings are not on this machine');
    const lamp = fixture('commands', 'home', 'wyoming-fw_turn_on_the_living_room_lamp.wav');
    const samples = decodeWav(await readFile(lamp));
    const child = startJarvis(['listen', '--wake', 'none', '--json', '-', lamp], place.data);
    const closed = once(child, 'close');
    const events: FileEvent[] = [];
    let killed = 0;
    let back = Number.NaN;
    // More than the sentence's first half, less than its end.
    const half = samples.slice(0, Math.floor(samples.length * 0.6));
    child.stdin.write(new Uint8Array(half.buffer));
    for await (const event of liveEvents(child)) {
      events.push(event);
      if (event.type === 'transcript-delta' && killed === 0) {
        const [voice = 0] = childrenOf(child.pid);
        process.kill(voice, 'SIGKILL');
        killed = performance.now();
        void within(3_000, () => childrenOf(child.pid).some((pid) => pid !== voice)).then((there) => {
          back = there ? performance.now() - killed : Number.NaN;
        });
        // The rest of the sentence comes in vain.
        child.stdin.write(new Uint8Array(3_200));
      }
    }
    await closed;
    expect(back).toBeLessThan(3_000);
    const [lost, again] = ['-', lamp].map((file) => events.filter((event) => event.file === file));
    expect(ofType(lost ?? [], 'turn-failed')).toMatchObject([{ failure: { code: 'voice-restarted' } }]);
    expect(ofType(again ?? [], 'tool-ended')).toMatchObject([{ outcome: 'confirmed' }]);
    expect(child.exitCode).toBe(1);
  });

  test('end when nobody reads the events any more', async () => {
    const child = startJarvis(['listen', '--wake', 'none', '--json', '-'], place.data);
    const end = ended(child);
    child.stdout.destroy();
    child.stdin.end(new Uint8Array(64_000));
    expect(await end).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});
