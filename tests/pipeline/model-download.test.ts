import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FileServer, fileHandler, modelBytes } from '../fakes/file-server.ts';

const KILLS = 200;
const FILE_BYTES = 8_000_000;
/** Bytes that the server sends ahead of what the journal claims. Lines of this machine would bring the whole file before the disk has answered once. */
const AHEAD = 1_000_000;
const CHILD = fileURLToPath(new URL('../fakes/file-server-download-child.ts', import.meta.url));

const MessageSchema = z.object({
  type: z.enum(['ready', 'change', 'claiming', 'saving', 'arrived', 'ended']),
  isSettled: z.boolean().optional(),
  state: z.string().optional(),
  doneBytes: z.number().optional(),
  problem: z.string().optional(),
});
type Message = z.infer<typeof MessageSchema>;

let place: string;
let server: FileServer;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'jarvis-kills-'));
  server = await FileServer.start();
});
afterAll(async () => {
  for (const each of children) each.kill('SIGKILL');
  await server[Symbol.asyncDispose]();
  await rm(place, { recursive: true, force: true });
});

/** The same numbers in every run, so that a failure comes again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function startChild(): { child: ChildProcess; ready: Promise<unknown> } {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(place, 'compiled') };
  const child = fork(CHILD, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return { child, ready: once(child, 'message') };
}

const JournalSchema = z.object({ done: z.array(z.object({ start: z.number(), end: z.number() })) });

/** Bytes that a restart may count on. */
function claimedIn(journal: string): number {
  if (!existsSync(journal)) return 0;
  // It is replaced whole, so half of one would be a fault of ours.
  const { done } = JournalSchema.parse(JSON.parse(readFileSync(journal, 'utf8')));
  return done.reduce((sum, each) => sum + each.end - each.start, 0);
}

const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a download whose process is killed', () => {
  test(`${KILLS} times at random bytes is always whole or absent, and comes to its end`, { timeout: 300_000 }, async () => {
    const random = randomOf(20_261_121);
    let next = startChild();
    let kills = 0;
    let lateKills = 0;
    let files = 0;
    let wholeBefore = 0;
    let began = performance.now();
    const start = performance.now();
    while (kills < KILLS) {
      files += 1;
      const body = modelBytes(FILE_BYTES, files);
      const sum = sumOf(body);
      const target = join(place, `file-${files}`, 'model.gguf');
      // Every other file has no sum that anybody tells: there the journal alone decides.
      const isTold = files % 2 === 0;
      const url = server.on(`/${files}.gguf`, fileHandler(body, { etag: `"v${files}"` }));
      const order = {
        folder: place,
        list: join(place, `downloads-${files}.json`),
        file: { title: 'Model', modelId: `file-${files}`, kind: 'chat', url, name: 'model.gguf', ...(isTold && { sha256: sum }) },
        parallelFrom: 1_000_000,
        claimBytes: 128 * 1024,
      };
      for (let ended = false; !ended; ) {
        const { child, ready } = next;
        await ready;
        next = startChild();
        const mayKill = kills < KILLS;
        // By bytes that the server sent, or that the child wrote; once all of it is there, at one of the last steps.
        const servedLimit = random() < 0.5 ? server.served + random() * 2_500_000 : Number.POSITIVE_INFINITY;
        const writtenLimit = random() * 2_000_000;
        const lateStep = (['checking', 'settling', 'arrived', 'nothing'] as const)[Math.floor(random() * 4)] ?? 'nothing';
        const before = claimedIn(`${target}.part.json`);
        const servedBefore = server.served;
        let claimed = before;
        let claims = Promise.withResolvers<void>();
        let isLate = false;
        let killed = false;
        let over = false;
        const kill = (): void => {
          if (!mayKill || killed) return;
          killed = true;
          child.kill('SIGKILL');
        };
        const killLate = (step: typeof lateStep): void => {
          isLate = true;
          if (step === lateStep) kill();
        };
        server.onServed = (served) => {
          if (served >= servedLimit) kill();
        };
        server.pace = async () => {
          // Into the lines of a dead process nothing is sent either.
          while (!over && (killed || server.served - servedBefore - (claimed - before) > AHEAD)) await claims.promise;
        };
        child.on('message', (raw) => {
          const message: Message = MessageSchema.parse(raw);
          if (message.type === 'ended') {
            expect(message).toMatchObject({ state: 'done' });
            ended = true;
          }
          if (message.type === 'claiming') {
            claimed = message.doneBytes ?? 0;
            claims.resolve();
            claims = Promise.withResolvers();
          }
          if (message.state === 'running' && message.doneBytes !== undefined && servedLimit === Number.POSITIVE_INFINITY) {
            if (message.doneBytes - before >= writtenLimit) kill();
          }
          if (message.state === 'checking') killLate('checking');
          if (message.isSettled === true) killLate('settling');
          if (message.type === 'arrived') killLate('arrived');
        });
        const exit = once(child, 'exit');
        child.send(order);
        const [, signal] = await exit;
        over = true;
        server.cut();
        claims.resolve();
        server.onServed = () => undefined;
        if (signal === 'SIGKILL') {
          kills += 1;
          if (isLate) lateKills += 1;
          ended = false;
        }
        // The one promise: whole, or not there at all.
        if (existsSync(target)) expect(sumOf(readFileSync(target))).toBe(sum);
        else expect(ended).toBe(false);
        if (existsSync(target) && signal === 'SIGKILL') wholeBefore += 1;
      }
      expect(sumOf(readFileSync(target))).toBe(sum);
      expect(existsSync(`${target}.part`)).toBe(false);
      began = performance.now();
    }
    next.child.kill('SIGKILL');
    const ideal = files * FILE_BYTES;
    console.log(
      `${kills} kills over ${files} files of ${FILE_BYTES / 1e6} MB (${lateKills} of them while checking or moving, ${wholeBefore} with the file in its place); ` +
        `${(server.served / 1e6).toFixed(0)} MB served for ${(ideal / 1e6).toFixed(0)} MB, ${((server.served - ideal) / kills / 1e6).toFixed(2)} MB again per kill, ` +
        `${((began - start) / 1000).toFixed(0)} s`,
    );
    expect(kills).toBe(KILLS);
    expect(lateKills).toBeGreaterThan(0);
    // What was sent ahead of the journal is all that a kill may cost, and what the lines held.
    expect(server.served - ideal).toBeLessThan(kills * (AHEAD + 300_000));
  });
});

/** A small disk of our own, where the system lets anybody have one. */
const mayMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt'], { timeout: 5000 }).status === 0;

describe('a disk that is truly full', () => {
  test('pauses the download in words, and no model is there', async (context) => {
    if (!mayMount) return context.skip('this system does not let us mount a small disk');
    const body = modelBytes(FILE_BYTES, 99);
    const url = server.on('/full.gguf', fileHandler(body, { etag: '"full"' }));
    const disk = join(place, 'disk');
    const command = 'mkdir -p "$1" && mount -t tmpfs -o size=4m tmpfs "$1" && exec "$2" "$3"';
    const child = spawn('unshare', ['-Urm', 'sh', '-c', command, 'sh', disk, process.execPath, CHILD], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.add(child);
    const messages: Message[] = [];
    child.on('message', (raw) => {
      const message = MessageSchema.parse(raw);
      messages.push(message);
      if (message.type !== 'ready') return;
      child.send({
        folder: disk,
        list: join(place, 'downloads-full.json'),
        file: { title: 'Model', modelId: 'full', kind: 'chat', url, name: 'model.gguf', sha256: sumOf(body) },
        parallelFrom: 1_000_000,
        claimBytes: 128 * 1024,
      });
    });
    await once(child, 'exit');
    children.delete(child);
    const end = messages.at(-1);
    expect(end).toMatchObject({ type: 'ended', state: 'paused', problem: expect.stringContaining('The disk is full') });
    expect(messages.some((each) => each.state === 'checking')).toBe(false);
    // It was not the first byte that failed.
    expect(Math.max(...messages.map((each) => each.doneBytes ?? 0))).toBeGreaterThan(1_000_000);
  });
});
