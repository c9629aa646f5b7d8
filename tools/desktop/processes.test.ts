import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextOf, fakeDesktop, fakePrograms } from '../../tests/fakes/desktop-stage.ts';
import type { ToolResult } from '../tool.ts';
import { processTools } from './process-tools.ts';

let proc: string;
let ended: string[];
beforeEach(async () => {
  proc = await mkdtemp(join(tmpdir(), 'jarvis-proc-'));
  ended = [];
  await write(1, 'systemd', { parent: 0, user: 0 });
  await write(2, 'kthreadd', { parent: 0, user: 0 });
  await write(100, 'gnome-session-b', { parent: 1 });
  await write(200, 'bash', { parent: 100, session: 200 });
  await write(300, 'node', { parent: 200, session: 200 });
  await write(310, 'node', { parent: 300, session: 200 });
});
afterEach(() => rm(proc, { recursive: true, force: true }));

interface Written {
  parent?: number;
  user?: number;
  session?: number;
  state?: string;
}

async function write(pid: number, name: string, { parent = 100, user = 1000, session = pid, state = 'S' }: Written = {}): Promise<void> {
  const folder = join(proc, String(pid));
  await mkdir(folder, { recursive: true });
  const fields = [state, parent, pid, session, ...Array.from({ length: 15 }, () => 0), 10_000 + pid, 0];
  await writeFile(join(folder, 'stat'), `${pid} (${name}) ${fields.join(' ')}\n`);
  await writeFile(join(folder, 'status'), `Name:\t${name.replaceAll('\n', '\\n')}\nUid:\t${user}\t${user}\t${user}\t${user}\n`);
  await writeFile(join(folder, 'cmdline'), `/usr/bin/${name.split('\n')[0]}\0--flag\0`);
}

/** `stays`: those that do not end when they are asked. */
async function end(input: unknown, stays: readonly number[] = [], openedHere: readonly number[] = []): Promise<ToolResult> {
  let now = 0;
  const clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const programs = { ...fakePrograms({}), isStarted: (pid: number) => openedHere.includes(pid) };
  const [tool] = processTools(fakeDesktop(programs, { clock }), {
    proc,
    ourselves: { pid: 300, user: 1000 },
    end(pid, how) {
      ended.push(`${how} ${pid}`);
      if (how === 'SIGKILL' || !stays.includes(pid)) rmSync(join(proc, String(pid)), { recursive: true });
    },
  });
  if (tool === undefined) throw new Error('no tool');
  return tool.run(tool.manifest.input.parse(input), contextOf());
}

describe('ending programs', () => {
  it('asks them to end and sees that they are gone', async () => {
    await write(400, 'firefox');
    await write(401, 'firefox', { parent: 400 });
    await write(402, 'gimp');
    expect(await end({ process: 'Firefox' })).toMatchObject({ outcome: 'confirmed', output: { ended: 1 } });
    expect(ended).toEqual(['SIGTERM 400']);
  });

  it('says when one stays, and forces it only when told to', async () => {
    await write(400, 'editor');
    const asked = await end({ process: 'editor' }, [400]);
    expect(asked).toMatchObject({ outcome: 'accepted', reason: expect.stringContaining('I can force it') });
    expect(ended).toEqual(['SIGTERM 400']);
    expect(await end({ process: 'editor', force: true }, [400])).toMatchObject({ outcome: 'confirmed' });
    expect(ended).toEqual(['SIGTERM 400', 'SIGKILL 400']);
  });

  it.each([
    ['the first process', 1, 'part of the system'],
    ['a part of the kernel', 2, 'part of the system'],
    ['zero, which would be everybody', 0, 'part of the system'],
    ['JARVIS', 300, 'JARVIS itself'],
    ['a part of JARVIS', 310, 'JARVIS itself'],
    ['JARVIS and its parts by name', 'node', 'JARVIS itself'],
    ['what JARVIS runs inside', 200, 'runs inside that'],
    ['what is not there', 77, 'is running'],
    ['what nobody is called', 'unheard of', 'is running'],
  ])('leaves %s alone', async (_what, process, reason) => {
    expect(await end({ process, force: true })).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining(reason) });
    expect(ended).toEqual([]);
  });

  it('leaves alone what the desktop stands on, and what belongs to somebody else', async () => {
    await write(500, 'gnome-shell', { parent: 1 });
    await write(501, 'firefox', { user: 0 });
    expect(await end({ process: 'gnome-shell' })).toMatchObject({ reason: expect.stringContaining('The desktop stands on that') });
    expect(await end({ process: 'firefox' })).toMatchObject({ reason: 'That belongs to somebody else.' });
    expect(ended).toEqual([]);
  });

  it('ends what a person had opened by JARVIS, though it runs under it', async () => {
    await write(600, 'gimp', { parent: 300 });
    expect(await end({ process: 'gimp' })).toMatchObject({ outcome: 'rejected' });
    expect(await end({ process: 'gimp' }, [], [600])).toMatchObject({ outcome: 'confirmed' });
  });

  it('reads names that try to look like another process', async () => {
    await write(700, 'x) S 1 1 1 (\nfirefox');
    expect(await end({ process: 'firefox' })).toMatchObject({ outcome: 'rejected' });
    expect(await end({ process: 700 })).toMatchObject({ outcome: 'confirmed' });
    expect(ended).toEqual(['SIGTERM 700']);
  });

  it('takes a dead one that nobody has fetched yet for gone', async () => {
    await write(800, 'zombie', { state: 'Z' });
    expect(await end({ process: 800 })).toMatchObject({ outcome: 'rejected' });
  });

  it('finds its way among ten thousand processes, and ends no crowd', { timeout: 60_000 }, async () => {
    for (let pid = 1000; pid < 11_000; pid += 500) {
      await Promise.all(Array.from({ length: 500 }, (_each, index) => write(pid + index, 'worker')));
    }
    await write(20_000, 'lonely');
    expect(await end({ process: 'worker' })).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('10000') });
    expect(ended).toEqual([]);
    expect(await end({ process: 'lonely' })).toMatchObject({ outcome: 'confirmed' });
  });

  it.each([{ process: '' }, { process: -1 }, { process: 1.5 }, {}, { process: 'x', signal: 'SIGKILL' }, { process: ['x'] }])(
    'refuses %j',
    async (input) => {
      await expect(end(input)).rejects.toThrow();
    },
  );
});
