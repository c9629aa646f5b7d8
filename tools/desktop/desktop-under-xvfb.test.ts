import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contextOf, missingForDesktop, startDesktop } from '../../tests/fakes/desktop-stage.ts';
import type { ToolResult } from '../tool.ts';
import { desktopTools } from './desktop-tools.ts';

const missing = missingForDesktop();
if (missing.length > 0) console.warn(`A real desktop is not tried here; missing: ${missing.join(', ')}`);

const Windows = z.array(z.object({ id: z.string(), title: z.string(), app: z.string(), active: z.boolean(), pid: z.number().optional() }));

describe.skipIf(missing.length > 0)('a real desktop', { timeout: 40_000 }, () => {
  let desktop: Awaited<ReturnType<typeof startDesktop>>;
  beforeAll(async () => {
    desktop = await startDesktop();
    const applications = join(desktop.home, '.local/share/applications');
    await mkdir(applications, { recursive: true });
    await writeFile(
      join(applications, 'xterm.desktop'),
      '[Desktop Entry]\nType=Application\nName=Plain Terminal\nGenericName=Terminal\nExec=xterm -T "From the menu" -e sleep 600 %U\n',
    );
    await writeFile(join(applications, 'broken.desktop'), '[Desktop Entry]\nType=Application\nName=Broken Thing\nExec=false\n');
  }, 30_000);
  afterAll(() => desktop?.[Symbol.asyncDispose]());

  const use = async (name: string, input: unknown = {}): Promise<ToolResult> => {
    const found = desktopTools({ ...desktop, processes: { ourselves: { pid: process.pid, user: process.getuid?.() } } }).find(
      ({ manifest }) => manifest.name === name,
    );
    if (found === undefined) throw new Error(`no tool ${name}`);
    return found.run(found.manifest.input.parse(input), contextOf());
  };
  const windows = async () => Windows.parse((await use('windows.list')).output);
  const opened = async (title: string): Promise<void> => {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await windows()).some((window) => window.title === title)) return;
      await sleep(50);
    }
    throw new Error(`${title} did not open`);
  };

  it('opens a program of the menu and sees its window', async () => {
    expect(await use('apps.open', { app: 'plain terminal' })).toMatchObject({ outcome: 'confirmed', output: { app: 'Plain Terminal' } });
    expect((await windows()).map(({ title, app }) => ({ title, app }))).toEqual([{ title: 'From the menu', app: 'XTerm' }]);
    expect(await use('windows.close', { window: 'from the menu' })).toEqual({ outcome: 'confirmed' });
  });

  it('says so when a program ends with an error, and when none is called like that', async () => {
    expect(await use('apps.open', { app: 'broken thing' })).toMatchObject({ outcome: 'failed' });
    expect(await use('apps.open', { app: 'the garage' })).toMatchObject({
      outcome: 'rejected',
      reason: 'I know no program called the garage.',
    });
  });

  it('brings one of two windows to the front, and closes only the one that is meant', async () => {
    await desktop.startWindow('alpha report');
    await opened('alpha report');
    await desktop.startWindow('beta report');
    await opened('beta report');
    for (const title of ['alpha report', 'beta report', 'alpha report']) {
      expect(await use('windows.focus', { window: title })).toEqual({ outcome: 'confirmed' });
      expect((await windows()).filter(({ active }) => active).map((window) => window.title)).toEqual([title]);
    }
    expect(await use('windows.close', { window: 'report' })).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/^2 windows could be meant: alpha report, beta report\.$/u),
    });
    expect(await use('windows.close', { window: 'beta report' })).toEqual({ outcome: 'confirmed' });
    expect((await windows()).map(({ title }) => title)).toEqual(['alpha report']);
    expect(await use('windows.close', { window: 'this window' })).toEqual({ outcome: 'confirmed' });
    expect(await windows()).toEqual([]);
  });

  it('keeps a title with line breaks and control characters in one harmless line', async () => {
    const title = 'evil\nWM_CLASS(STRING) = "Bank", "Bank"\n\u001b[31m"quoted\u202e \\';
    await desktop.startWindow('plain');
    await opened('plain');
    const [{ id } = { id: '' }] = await windows();
    const signal = new AbortController().signal;
    await desktop.programs.run('xdotool', ['set_window', '--name', title, id], { signal, timeoutMs: 5000 });
    const found = await windows();
    expect(found).toHaveLength(1);
    expect(found[0]?.app).toBe('XTerm');
    expect(found[0]?.title).toMatch(/^evil WM_CLASS/u);
    expect(found[0]?.title).not.toMatch(/\p{C}/u);
    expect(await use('windows.close', { window: 'terminal' })).toEqual({ outcome: 'confirmed' });
  });

  it('takes a screenshot that is really there, and a second one beside it', async () => {
    const first = await use('screen.capture');
    expect(first.outcome).toBe('confirmed');
    const { path } = z.object({ path: z.string() }).parse(first.output);
    expect(path.startsWith(join(desktop.home, 'Pictures/Screenshots/Screenshot '))).toBe(true);
    expect((await readFile(path)).subarray(1, 4).toString()).toBe('PNG');
    const second = z.object({ path: z.string() }).parse((await use('screen.capture')).output);
    expect(second.path).not.toBe(path);
  });

  it('writes the clipboard and reads it back, whatever the text', async () => {
    for (const text of ['milk', '$(touch /tmp/x) `id` "quotes" \'more\'', 'two\nlines', '-n --help', 'żółć 🎉'.repeat(2000)]) {
      expect(await use('clipboard.write', { text })).toEqual({ outcome: 'confirmed' });
      expect((await use('clipboard.read')).output).toEqual({ text, truncated: false });
    }
  });

  it('ends a program by its number, and only what it may', async () => {
    const child = await desktop.startWindow('to be ended');
    await opened('to be ended');
    expect(await use('processes.end', { process: child.pid })).toMatchObject({ outcome: 'confirmed' });
    expect(await child.endsWithin(1000, new AbortController().signal)).not.toBeUndefined();
    expect(await windows()).toEqual([]);
    expect(await use('processes.end', { process: 1 })).toMatchObject({ outcome: 'rejected' });
    expect(await use('processes.end', { process: process.pid })).toMatchObject({ outcome: 'rejected' });
    expect(await use('processes.end', { process: process.ppid })).toMatchObject({ outcome: 'rejected' });
  });
});
