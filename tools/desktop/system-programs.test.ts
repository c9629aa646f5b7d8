import { describe, expect, it } from 'vitest';
import { systemClock } from '../../main/host/system-clock.ts';
import { systemPrograms } from './system-programs.ts';

const env = { PATH: process.env.PATH, JARVIS_SECRET: 'hush', DISPLAY: ':0' };
const programs = systemPrograms({ clock: systemClock, platform: 'linux', env });
const signal = new AbortController().signal;

describe.skipIf(process.platform === 'win32')('programs of this computer', () => {
  it('get their arguments as they are, and no shell', async () => {
    const args = ['$(id)', '`id`', 'a b', '"; rm -rf ~', "'", '\n', '*', '-n'];
    const { stdout, code } = await programs.run('printf', ['[%s]', ...args], { signal, timeoutMs: 5000 });
    expect(code).toBe(0);
    expect(stdout).toBe(args.map((each) => `[${each}]`).join(''));
  });

  it('see nothing of JARVIS in their environment', async () => {
    const { stdout } = await programs.run('env', [], { signal, timeoutMs: 5000 });
    expect(stdout).toContain('DISPLAY=:0');
    expect(stdout).not.toContain('hush');
  });

  it('read what they are given, and need not', async () => {
    expect((await programs.run('cat', [], { signal, timeoutMs: 5000, input: 'żółć' })).stdout).toBe('żółć');
    expect((await programs.run('true', [], { signal, timeoutMs: 5000, input: 'x'.repeat(1_000_000) })).code).toBe(0);
  });

  it('that hang are ended with all they started', async () => {
    const ran = await programs.run('sh', ['-c', 'echo $$; sleep 600 & sleep 600'], { signal, timeoutMs: 200 });
    expect(ran).toMatchObject({ ending: 'timed-out', code: null });
    await expect(groupOf(ran.stdout.trim())).resolves.toBe('');
  });

  it('that print without end are ended, and most of it is not kept', async () => {
    const ran = await programs.run('yes', ['gigabyte'], { signal, timeoutMs: 10_000 });
    expect(ran.ending).toBe('too-much-output');
    expect(ran.stdout.length).toBeLessThan(5_000_000);
  });

  it('that leave somebody behind who holds their output do not hold us up', async () => {
    const ran = await programs.run('sh', ['-c', 'echo done; sleep 2 &'], { signal, timeoutMs: 1500 });
    expect(ran).toMatchObject({ ending: 'exited', code: 0, stdout: 'done\n' });
  });

  it('are ended when they are called off', async () => {
    const stopping = new AbortController();
    const running = programs.run('sleep', ['600'], { signal: stopping.signal, timeoutMs: 60_000 });
    stopping.abort(new Error('called off'));
    await expect(running).rejects.toThrow('called off');
    await expect(programs.run('true', [], { signal: stopping.signal, timeoutMs: 1000 })).rejects.toThrow('called off');
  });

  it('that are not there are missing', async () => {
    expect(programs.has('sh')).toBe(true);
    expect(programs.has('no-such-program')).toBe(false);
    expect(programs.has('../bin/sh')).toBe(false);
    expect(programs.has('/etc/passwd')).toBe(false);
    expect(await programs.run('no-such-program', [], { signal, timeoutMs: 1000 })).toMatchObject({ ending: 'missing' });
    await expect(programs.start('no-such-program', [], '/')).rejects.toThrow('the program is not there');
  });

  it('that are started go on, and are known as started until they end', async () => {
    const { pid, endsWithin } = await programs.start('sleep', ['0.4'], '/');
    expect(programs.isStarted(pid)).toBe(true);
    expect(await endsWithin(50, signal)).toBeUndefined();
    expect(await endsWithin(5000, signal)).toBe(0);
    expect(programs.isStarted(pid)).toBe(false);
  });
});

/** Processes that are left of a group. */
async function groupOf(group: string): Promise<string> {
  const { stdout } = await programs.run('ps', ['-o', 'stat=', '-g', group], { signal, timeoutMs: 5000 });
  return stdout
    .split('\n')
    .filter((state) => state !== '' && !state.startsWith('Z'))
    .join();
}
