import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextOf, fakeDesktop, fakePrograms } from '../../tests/fakes/desktop-stage.ts';
import { appTools } from './app-tools.ts';
import { parseDesktopEntry } from './desktop-entry.ts';
import { argumentsOf } from './exec-line.ts';
import { installedApps } from './installed-apps.ts';
import { matchApp } from './match-app.ts';
import { webAddress } from './web-address.ts';

const signal = new AbortController().signal;
const entry = (lines: string, locale = '') =>
  parseDesktopEntry(`[Desktop Entry]\nType=Application\n${lines}`, 'id', '/apps/id.desktop', locale);
const app = (name: string, exec: string, more = '', id = name.toLowerCase()) => {
  const read = parseDesktopEntry(`[Desktop Entry]\nType=Application\nName=${name}\nExec=${exec}\n${more}`, id, `/apps/${id}.desktop`, '');
  if (read === undefined) throw new Error('no entry');
  return read;
};

describe('a desktop file', () => {
  it('gives its name in the language of the desktop', () => {
    const lines = 'Name=Files\nName[de]=Dateien\nName[de_AT]=Dateien AT\nName[sr@latin]=Datoteke\nExec=x';
    expect(entry(lines, 'de_DE.UTF-8')?.name).toBe('Dateien');
    expect(entry(lines, 'de_AT.UTF-8')?.name).toBe('Dateien AT');
    expect(entry(lines, 'sr_RS.UTF-8@latin')?.name).toBe('Datoteke');
    expect(entry(lines, 'C.UTF-8')?.name).toBe('Files');
    expect(entry(lines, 'de')?.plainName).toBe('Files');
  });

  it('keeps its escapes, its keywords and its own group apart from others', () => {
    const read = entry(
      'Name=A\\sB\\\\n\nKeywords=one;two\\;half;;three;\nNoDisplay=true\nExec=a\n[Desktop Action x]\nName=Other\nNoDisplay=false',
    );
    expect(read).toMatchObject({ name: 'A B\\n', keywords: ['one', 'two;half', 'three'], hidden: true });
  });

  it.each(['', 'Name=x\nType=Link', '\0\0\0', '[Desktop Entry\nName=x', 'Name='])('that is none is left out: %j', (text) => {
    expect(parseDesktopEntry(text.startsWith('[') ? text : `[Desktop Entry]\n${text}`, 'id', 'file', '')).toBeUndefined();
  });
});

describe('an Exec line', () => {
  it.each([
    ['firefox %u', ['firefox']],
    ['"/opt/my app/run" --new %F', ['/opt/my app/run', '--new']],
    ['code %% %c %k %i', ['code', '%', 'The Name', '/apps/id.desktop', '--icon', 'pic']],
    ['sh -c "echo \\$HOME \\"x\\" \\`id\\`"', ['sh', '-c', 'echo $HOME "x" `id`']],
    ['app --title=%c %d %n', ['app', '--title=The Name']],
  ])('%s', (exec, expected) => {
    expect(argumentsOf({ exec, icon: 'pic', name: 'The Name', file: '/apps/id.desktop' })).toEqual(expected);
  });

  it.each(['', '   ', 'a;b', 'a $(id)', 'a "unfinished', 'a "x"y', 'a | b', 'a > b', 'VAR=1', 'a `id`'])(
    'that breaks the rules is not guessed at: %j',
    (exec) => {
      expect(argumentsOf({ exec, icon: '', name: '', file: '' })).toBeUndefined();
    },
  );
});

describe('the menu', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'jarvis-menu-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(home, path, '..'), { recursive: true });
    await writeFile(join(home, path), text);
  };
  const names = async (env: Record<string, string> = {}): Promise<string[]> => {
    const all = { XDG_DATA_HOME: join(home, 'own'), XDG_DATA_DIRS: join(home, 'shared'), ...env };
    const apps = await installedApps(fakeDesktop(fakePrograms({ there: '' }), { home, env: all }), signal);
    return apps.filter(({ file }) => file.startsWith(home)).map(({ id, name }) => `${id}: ${name}`);
  };
  const text = (name: string, more = '') => `[Desktop Entry]\nType=Application\nName=${name}\nExec=x\n${more}`;

  it('has what the person put in their own folder before what is shared', async () => {
    await put('own/applications/a.desktop', text('Mine'));
    await put('shared/applications/a.desktop', text('Theirs'));
    await put('shared/applications/kde/b.desktop', text('Deep'));
    expect(await names()).toEqual(['a: Mine', 'kde-b: Deep']);
  });

  it('leaves out what is hidden, meant for other desktops, or lacks its program', async () => {
    await put('own/applications/a.desktop', text('Gone', 'Hidden=true'));
    await put('shared/applications/a.desktop', text('Theirs'));
    await put('shared/applications/b.desktop', text('Quiet', 'NoDisplay=true'));
    await put('shared/applications/c.desktop', text('Kde only', 'OnlyShowIn=KDE;'));
    await put('shared/applications/d.desktop', text('Not Gnome', 'NotShowIn=GNOME;'));
    await put('shared/applications/e.desktop', text('Lacking', 'TryExec=absent'));
    await put('shared/applications/f.desktop', text('There', 'TryExec=there'));
    expect(await names({ XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' })).toEqual(['f: There']);
  });

  it('is not stopped by what is no desktop file', async () => {
    await put('shared/applications/good.desktop', text('Good'));
    await put('shared/applications/huge.desktop', text('Huge', `Comment=${'x'.repeat(400_000)}`));
    await put('shared/applications/bytes.desktop', '\0\u0001[[[');
    await mkdir(join(home, 'shared/applications/folder.desktop'), { recursive: true });
    await symlink('/nowhere', join(home, 'shared/applications/dangling.desktop'));
    await symlink(join(home, 'shared'), join(home, 'shared/applications/loop'));
    spawnSync('mkfifo', [join(home, 'shared/applications/pipe.desktop')]);
    expect(await names()).toEqual(['good: Good']);
  });
});

describe('the program that is meant', () => {
  const firefox = app('Firefox', 'firefox %u', 'GenericName=Web Browser\nKeywords=internet;', 'org.mozilla.firefox');
  const chromium = app('Chromium', 'chromium %U', 'GenericName=Web Browser');
  const code = app('Visual Studio Code', '/usr/share/code/code %F', 'GenericName=Text Editor', 'code');
  const writer = app('LibreOffice Writer', 'libreoffice --writer %U');
  const calc = app('LibreOffice Calc', 'libreoffice --calc %U');
  const all = [firefox, chromium, code, writer, calc];
  const meant = (said: string, preferred?: string): string => {
    const match = matchApp(said, all, preferred);
    return match.type === 'one'
      ? match.app.name
      : match.type === 'several'
        ? `several: ${match.apps.map(({ name }) => name).join(', ')}`
        : 'none';
  };

  it.each([
    ['firefox', 'Firefox'],
    ['the Firefox app', 'Firefox'],
    ['code', 'Visual Studio Code'],
    ['visual studio', 'Visual Studio Code'],
    ['LibreOffice', 'several: LibreOffice Writer, LibreOffice Calc'],
    ['libreoffice calc', 'LibreOffice Calc'],
    ['browser', 'Firefox'],
    ['the garage', 'none'],
    ['fire', 'none'],
    ['', 'none'],
    ['; rm -rf /', 'none'],
  ])('"%s" is %s', (said, name) => expect(meant(said)).toBe(name));

  it('for "browser" is the one that was chosen', () => expect(meant('the web browser', 'chromium')).toBe('Chromium'));
});

describe('a web address', () => {
  it.each([
    ['example.org', 'https://example.org/'],
    ['http://example.org/a?b=c', 'http://example.org/a?b=c'],
    ['localhost:8080/x', undefined],
    ['https://аpple.com', 'https://xn--pple-43d.com/'],
  ])('%s', (text, address) => {
    if (address === undefined) expect(webAddress(text)).toHaveProperty('trouble');
    else expect(webAddress(text)).toEqual({ address });
  });

  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://bank.example@evil.example',
    'https://user:pass@example.org',
    'https://example.org/\nx',
    'https://exa\u202emple.org',
    '--help',
    'ssh://x.y',
    'nonsense',
    `https://example.org/${'x'.repeat(3000)}`,
    '',
  ])('that is none, or none that is opened: %j', (text) => expect(webAddress(text)).toHaveProperty('trouble'));
});

describe('opening', () => {
  const tool = (name: string, programs = fakePrograms({ 'xdg-open': '' })) => {
    const found = appTools(fakeDesktop(programs)).find(({ manifest }) => manifest.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  it('shows a person the address that will really be opened', () => {
    expect(tool('apps.open-url').describe({ url: 'example.org/a b' })).toContain('no address');
    expect(tool('apps.open-url').describe({ url: 'EXAMPLE.org' })).toBe('Open the web page https://example.org/');
  });

  it('gives the address to the browser as one argument', async () => {
    const programs = fakePrograms({ 'xdg-open': '' });
    expect(await tool('apps.open-url', programs).run({ url: 'https://example.org/$(id)?a="b"' }, contextOf())).toMatchObject({
      outcome: 'accepted',
    });
    expect(programs.ran.map(({ command, args }) => [command, ...args])).toEqual([['xdg-open', 'https://example.org/$(id)?a=%22b%22']]);
  });

  it('refuses files that are not there, are no files, or would run', async () => {
    const file = tool('apps.open-file');
    for (const path of ['/no/such/file', 'relative.txt', '/dev/null', '/bin/sh', '-x']) {
      expect(await file.run({ path }, contextOf())).toMatchObject({ outcome: 'rejected' });
    }
  });

  it('says what it needs when nothing can open things', async () => {
    await expect(tool('apps.open-url', fakePrograms({})).run({ url: 'example.org' }, contextOf())).rejects.toThrow(
      'I need xdg-open for that (apt install xdg-utils).',
    );
  });
});
