import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf, fakeDesktop, fakePrograms } from '../../tests/fakes/desktop-stage.ts';
import type { Tool, ToolResult } from '../tool.ts';
import { openCommand } from './app-tools.ts';
import { macTheme, macWallpaper, windowsTheme, windowsWallpaper } from './appearance.ts';
import { windowsBrightness } from './brightness.ts';
import { clipboardPrograms } from './clipboard.ts';
import type { Desktop } from './desktop.ts';
import { desktopTools } from './desktop-tools.ts';
import { macOpenApp, windowsOpenApp } from './launch-app.ts';
import { macMediaKey, windowsMediaKey } from './media-keys.ts';
import { notificationCommand } from './notification-tools.ts';
import { screenshotCommands } from './screenshot.ts';
import { SESSION_ACTS, sessionCommands } from './session-commands.ts';
import { soundPrograms } from './sound.ts';
import { matchWindows } from './window-tools.ts';
import { MAC, WINDOWS } from './windows.ts';

const HOSTILE = [
  "it's",
  '"; Remove-Item C:\\ -Recurse; "',
  "'; Start-Process calc; '",
  '$(calc)',
  '`whoami`',
  '$env:SECRET',
  'a\nStart-Process calc',
  'a\r\n"@\ncalc\n@"',
  '\u2019; calc; \u2019',
  '-EncodedCommand AAAA',
  '" & do shell script "id" & "',
  '%PATH%',
  '--help',
];

/** The script and the values that PowerShell would see. */
function decoded([program, ...args]: readonly string[]): { script: string; values: unknown } {
  expect(program).toBe('powershell.exe');
  expect(args.slice(0, 3)).toEqual(['-NoProfile', '-NonInteractive', '-EncodedCommand']);
  expect(args).toHaveLength(4);
  const script = Buffer.from(args[3] ?? '', 'base64').toString('utf16le');
  const packed = /FromBase64String\('([A-Za-z0-9+/=]*)'\)/u.exec(script)?.[1] ?? '';
  return { script, values: JSON.parse(Buffer.from(packed, 'base64').toString('utf8')) };
}

const tool = (desktop: Desktop, name: string): Tool => {
  const found = desktopTools({ ...desktop, processes: { ourselves: { pid: process.pid, user: 1000 } } }).find(
    ({ manifest }) => manifest.name === name,
  );
  if (found === undefined) throw new Error(name);
  return found;
};
const use = async (desktop: Desktop, name: string, input: unknown = {}): Promise<ToolResult> => {
  const found = tool(desktop, name);
  return found.run(found.manifest.input.parse(input), contextOf());
};

describe.each(HOSTILE)('the words %j', (words) => {
  it('reach PowerShell as a value alone: its script is the same for any words', () => {
    const builders: ((text: string) => readonly string[])[] = [
      windowsOpenApp,
      (text) => openCommand(text, 'win32'),
      windowsWallpaper,
      (text) => notificationCommand({ title: 'x', text }, 'win32'),
      (text) => screenshotCommands(fakeDesktop(fakePrograms({}), { platform: 'win32' }), text)[0] ?? [],
    ];
    for (const build of builders) {
      const { script, values } = decoded(build(words));
      const harmless = decoded(build('plain')).script;
      const shape = (text: string): string => text.replace(/FromBase64String\('[^']*'\)/u, '');
      expect(shape(script)).toBe(shape(harmless));
      expect(Object.values(values as object).map((value) => String(value).replace(/\s/gu, ' '))).toContain(
        words.replace(/\r/gu, ' ').replace(/\s/gu, ' '),
      );
    }
  });

  it('reach AppleScript as one argument behind the script', () => {
    for (const build of [macWallpaper, (text: string) => notificationCommand({ title: text, text: 'x' }, 'darwin')]) {
      const [program, ...args] = build(words);
      const plain = build('plain');
      expect(program).toBe('/usr/bin/osascript');
      expect(args.slice(0, args.indexOf('--'))).toEqual(plain.slice(1, plain.indexOf('--')));
    }
    expect(macWallpaper(words).at(-1)).toBe(words);
    expect(macOpenApp(words)).toEqual(['/usr/bin/open', '-a', words]);
  });

  it('reach a notification of Linux behind the options, without markup', () => {
    const [program, name, end, title] = notificationCommand({ title: words, text: '<b>&</b>' }, 'linux');
    expect([program, name, end]).toEqual(['notify-send', '--app-name=JARVIS', '--']);
    expect(title).not.toMatch(/\p{C}/u);
    expect(notificationCommand({ title: words, text: '<b>&</b>' }, 'linux')[4]).toBe('&lt;b&gt;&amp;&lt;/b&gt;');
  });
});

describe('commands of other systems', () => {
  it('of Windows', () => {
    expect(decoded(windowsTheme('light')).values).toEqual({ light: 1 });
    expect(decoded(windowsBrightness(40)).values).toEqual({ level: 40 });
    expect(decoded(windowsMediaKey('next')).values).toEqual({ key: 0xb0 });
    const [sound] = soundPrograms('win32');
    expect(decoded(sound?.setLevel(30) ?? [])).toMatchObject({ values: { level: 30 } });
    expect(sound?.read(['40 False\r\n'])).toEqual({ level: 40, muted: false });
    expect(sound?.read(['no device'])).toBeUndefined();
    const [clipboard] = clipboardPrograms(fakeDesktop(fakePrograms({}), { platform: 'win32' }));
    expect(decoded(clipboard?.write ?? []).script).toContain('Set-Clipboard');
    expect(SESSION_ACTS.map((act) => sessionCommands(act, { platform: 'win32', env: {} })[0]?.join(' '))).toEqual([
      'rundll32.exe user32.dll,LockWorkStation',
      'shutdown.exe /l',
      'rundll32.exe powrprof.dll,SetSuspendState 0,1,0',
      'shutdown.exe /r /t 0',
      'shutdown.exe /s /t 0',
    ]);
  });

  it('of macOS', () => {
    const [sound] = soundPrograms('darwin');
    expect(sound?.setLevel(30).at(-1)).toBe('30');
    expect(sound?.read(['44 true\n'])).toEqual({ level: 44, muted: true });
    expect(macTheme('dark').join(' ')).toContain('set dark mode to true');
    expect(macMediaKey('next').join(' ')).toContain('tell application "Music" to next track');
    expect(screenshotCommands(fakeDesktop(fakePrograms({}), { platform: 'darwin' }), '/x.png')).toEqual([
      ['/usr/sbin/screencapture', '-x', '/x.png'],
    ]);
    expect(SESSION_ACTS.map((act) => sessionCommands(act, { platform: 'darwin', env: {} })[0]?.[0])).toEqual([
      '/usr/bin/pmset',
      '/usr/bin/osascript',
      '/usr/bin/pmset',
      '/usr/bin/osascript',
      '/usr/bin/osascript',
    ]);
  });

  it('list windows by what they print, and refuse what is no list', async () => {
    const printed = JSON.stringify([{ pid: 7, index: 1, app: 'Safari', title: 'a\u0007b', active: true }]);
    const signal = new AbortController().signal;
    for (const [hands, program, platform] of [
      [MAC, '/usr/bin/osascript', 'darwin'],
      [WINDOWS, 'powershell.exe', 'win32'],
    ] as const) {
      expect(await hands.list(fakeDesktop(fakePrograms({ [program]: printed }), { platform }), signal)).toEqual([
        { id: '7:1', title: 'a b', app: 'Safari', pid: 7, active: true },
      ]);
      for (const bad of ['', 'null', '[{}]', '{"pid":1}', '[']) {
        await expect(hands.list(fakeDesktop(fakePrograms({ [program]: bad }), { platform }), signal)).rejects.toThrow(
          'I do not understand',
        );
      }
    }
  });
});

describe('windows of Wayland', () => {
  it('are out of reach, and that is said', async () => {
    const desktop = fakeDesktop(fakePrograms({}), { env: { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' } });
    await expect(use(desktop, 'windows.list')).rejects.toThrow('runs on Wayland');
    await expect(use(fakeDesktop(fakePrograms({}), { env: {} }), 'windows.list')).rejects.toThrow('nobody is logged in');
  });

  it('are reached where sway or Hyprland give them', async () => {
    const tree = JSON.stringify({
      id: 1,
      nodes: [
        { id: 2, nodes: [{ id: 5, name: 'Inbox', app_id: 'thunderbird', pid: 9, focused: true, nodes: [] }] },
        { id: 3, floating_nodes: [] },
      ],
    });
    const programs = fakePrograms({ swaymsg: (args) => (args.includes('get_tree') ? tree : '') });
    const desktop = fakeDesktop(programs, { env: { WAYLAND_DISPLAY: 'wayland-1', SWAYSOCK: '/run/sway' } });
    expect((await use(desktop, 'windows.list')).output).toEqual([{ id: '5', title: 'Inbox', app: 'thunderbird', pid: 9, active: true }]);
    expect(await use(desktop, 'windows.focus', { window: 'inbox' })).toEqual({ outcome: 'confirmed' });
    expect(programs.ran.map(({ args }) => args.join(' '))).toContain('[con_id=5] focus');
    const clients = JSON.stringify([{ address: '0xab; kill', title: 'x', class: 'y', pid: 3 }]);
    const hyprland = fakeDesktop(fakePrograms({ hyprctl: clients }), { env: { WAYLAND_DISPLAY: 'w', HYPRLAND_INSTANCE_SIGNATURE: 'x' } });
    await expect(use(hyprland, 'windows.list')).rejects.toThrow('I do not understand');
  });
});

describe('the window that is meant', () => {
  const windows = [
    { id: '1', title: 'Bank — Mozilla Firefox', app: 'firefox', active: false },
    { id: '2', title: 'me@host: ~', app: 'XTerm', active: true },
    { id: '3', title: 'terminal', app: 'gedit', active: false },
  ];
  it.each([
    ['firefox', ['1']],
    ['the bank window', ['1']],
    ['terminal', ['3']],
    ['xterm', ['2']],
    ['this window', ['2']],
    ['browser', ['1']],
    ['window', []],
    ['', []],
    ['garage', []],
  ])('by "%s"', (said, ids) => expect(matchWindows(said, windows).map(({ id }) => id)).toEqual(ids));
});

describe('sound', () => {
  /** A sound server that does as it is told, but for `stuck`. */
  const server = (stuck = false) => {
    let level = 0.4;
    let muted = true;
    return fakePrograms({
      wpctl: (args) => {
        if (args[0] === 'set-volume' && !stuck) level = Number(args[2]);
        if (args[0] === 'set-mute' && !stuck) muted = args[2] === '1';
        return args[0] === 'get-volume' ? `Volume: ${level.toFixed(2)}${muted ? ' [MUTED]' : ''}\n` : '';
      },
    });
  };

  it('is set, heard again and confirmed', async () => {
    const programs = server();
    expect(await use(fakeDesktop(programs), 'sound.set-volume', { change: 15 })).toEqual({
      outcome: 'confirmed',
      output: { level: 55, muted: false },
    });
    expect(await use(fakeDesktop(programs), 'sound.set-volume', { change: -90 })).toMatchObject({ output: { level: 0 } });
    expect(await use(fakeDesktop(programs), 'sound.set-volume', { muted: true })).toMatchObject({ output: { muted: true } });
  });

  it('is not claimed to have changed when it has not', async () => {
    expect(await use(fakeDesktop(server(true)), 'sound.set-volume', { level: 80 })).toMatchObject({
      outcome: 'accepted',
      output: { level: 40 },
    });
  });

  it('falls back on the next program when the first has no server', async () => {
    const programs = fakePrograms({
      wpctl: { code: 1, stderr: 'Could not connect to PipeWire' },
      pactl: (args) => (args[0] === 'get-sink-mute' ? 'Mute: yes' : 'Volume: front-left: 22937 /  35% / -27.35 dB'),
    });
    expect((await use(fakeDesktop(programs), 'sound.volume')).output).toEqual({ level: 35, muted: true });
  });

  it('says which program it needs, and what one that fails says', async () => {
    await expect(use(fakeDesktop(fakePrograms({})), 'sound.volume')).rejects.toThrow(
      'I need amixer, pactl or wpctl for that (apt install wireplumber).',
    );
    const broken = fakePrograms({ amixer: { code: 1, stderr: 'amixer: \u001b[31mMixer attach default error\u001b[0m\n' } });
    await expect(use(fakeDesktop(broken), 'sound.volume')).rejects.toThrow(
      'amixer did not do it: amixer: [31mMixer attach default error [0m',
    );
    const hanging = fakePrograms({ amixer: { ending: 'timed-out', code: null } });
    await expect(use(fakeDesktop(hanging), 'sound.volume')).rejects.toThrow('amixer did not answer in time.');
    const endless = fakePrograms({ amixer: { ending: 'too-much-output', code: null } });
    await expect(use(fakeDesktop(endless), 'sound.volume')).rejects.toThrow('far more than it should');
  });

  it.each([{}, { level: 101 }, { level: -1 }, { level: 5, change: 5 }, { level: 'loud' }, { change: 0.5 }])('refuses %j', async (input) => {
    await expect(use(fakeDesktop(server()), 'sound.set-volume', input)).rejects.toThrow();
  });

  it('of a player is paused, and seen to be', async () => {
    const programs = fakePrograms({ playerctl: (args) => (args[0] === 'status' ? 'Paused\n' : '') });
    expect(await use(fakeDesktop(programs), 'sound.media-keys', { key: 'pause' })).toEqual({ outcome: 'confirmed' });
    expect(await use(fakeDesktop(programs), 'sound.media-keys', { key: 'next' })).toEqual({ outcome: 'accepted' });
    const bus = fakePrograms({ 'dbus-send': 'array [ string "org.freedesktop.DBus" ]' });
    await expect(use(fakeDesktop(bus), 'sound.media-keys', { key: 'pause' })).rejects.toThrow('Nothing is playing');
  });
});

describe('the screen', () => {
  it('has its light set by what is there, and read back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jarvis-light-'));
    await mkdir(join(folder, 'panel'));
    await writeFile(join(folder, 'panel/max_brightness'), '200\n');
    await writeFile(join(folder, 'panel/actual_brightness'), '100\n');
    const programs = fakePrograms({ brightnessctl: '' });
    const tools = desktopTools({ ...fakeDesktop(programs), processes: { ourselves: { pid: 1, user: 0 } }, backlights: folder });
    const find = (name: string) => tools.find(({ manifest }) => manifest.name === name);
    expect(await find('display.brightness')?.run({}, contextOf())).toEqual({ outcome: 'confirmed', output: { level: 50 } });
    expect(await find('display.set-brightness')?.run({ change: -20 }, contextOf())).toMatchObject({
      outcome: 'accepted',
      reason: 'The screen says it is at 50 %.',
    });
    expect(programs.ran.at(-1)?.args.at(-1)).toBe('30%');
    expect(await find('display.set-brightness')?.run({ level: 50 }, contextOf())).toMatchObject({ outcome: 'confirmed' });
    await rm(folder, { recursive: true });
  });

  it('without a light of its own says so', async () => {
    const tools = desktopTools({
      ...fakeDesktop(fakePrograms({})),
      processes: { ourselves: { pid: 1, user: 0 } },
      backlights: '/no/such/folder',
    });
    await expect(tools.find(({ manifest }) => manifest.name === 'display.brightness')?.run({}, contextOf())).rejects.toThrow(
      'cannot be set',
    );
  });

  it('is not said to be pictured when there is no picture', async () => {
    const home = await mkdtemp(join(tmpdir(), 'jarvis-shot-'));
    expect(await use(fakeDesktop(fakePrograms({ scrot: '' }), { home, env: { DISPLAY: ':9' } }), 'screen.capture')).toMatchObject({
      outcome: 'failed',
    });
    await rm(home, { recursive: true });
  });

  it('takes a wallpaper whose name is full of quotes', async () => {
    const home = await mkdtemp(join(tmpdir(), 'jarvis-paper-'));
    const path = join(home, 'it\'s $(x) "y".png');
    await writeFile(path, 'x');
    let set = '';
    const programs = fakePrograms({
      gsettings: (args) => {
        if (args[0] === 'set' && args[2] === 'picture-uri') set = args[3] ?? '';
        return args[0] === 'get' ? `${set}\n` : '';
      },
    });
    expect(await use(fakeDesktop(programs), 'appearance.set-wallpaper', { path })).toEqual({ outcome: 'confirmed' });
    expect(set).toMatch(/^'file:\/\/[^"' ]*'$/u);
    expect(await use(fakeDesktop(programs), 'appearance.set-wallpaper', { path: join(home, 'absent.png') })).toMatchObject({
      outcome: 'rejected',
    });
    expect(await use(fakeDesktop(programs), 'appearance.set-wallpaper', { path: '/etc/passwd' })).toMatchObject({ outcome: 'rejected' });
    await rm(home, { recursive: true });
  });
});

describe('the session', () => {
  it('is locked, and that is confirmed only where it is seen', async () => {
    const seen = fakePrograms({ loginctl: (args) => (args[0] === 'show-session' ? 'yes\n' : '') });
    expect(await use(fakeDesktop(seen, { env: { XDG_SESSION_ID: '3' } }), 'session.lock')).toEqual({ outcome: 'confirmed' });
    expect(seen.ran[0]?.args).toEqual(['lock-session', '3']);
    const unseen = fakePrograms({ 'xdg-screensaver': '' });
    expect(await use(fakeDesktop(unseen), 'session.lock')).toMatchObject({
      outcome: 'accepted',
      reason: expect.stringContaining('cannot see'),
    });
  });

  it('is only ever asked to end, and not when it is not known which one', async () => {
    const programs = fakePrograms({ systemctl: '', loginctl: '' });
    expect(await use(fakeDesktop(programs), 'session.shut-down')).toEqual({ outcome: 'accepted' });
    expect(programs.ran.map(({ command, args }) => [command, ...args].join(' '))).toEqual(['systemctl poweroff']);
    await expect(use(fakeDesktop(programs), 'session.log-out')).rejects.toThrow('I do not know which login');
    await expect(use(fakeDesktop(programs, { env: { XDG_SESSION_ID: '3; reboot' } }), 'session.log-out')).rejects.toThrow(
      'I do not know which login',
    );
  });
});

describe('the manifests', () => {
  const tools = desktopTools({ ...fakeDesktop(fakePrograms({})), processes: { ourselves: { pid: 1, user: 0 } } });
  it('say what each may touch, and ask before what cannot be taken back', () => {
    expect(
      Object.fromEntries(
        tools.map(({ manifest }) => [manifest.name, `${manifest.risk}: ${(manifest.permissions.system ?? []).join(' ')}`]),
      ),
    ).toEqual({
      'apps.list': 'observe: apps',
      'apps.open': 'change: apps',
      'apps.open-url': 'change: apps',
      'apps.open-file': 'guarded: apps',
      'windows.list': 'observe: windows',
      'windows.focus': 'change: windows',
      'windows.close': 'guarded: windows',
      'processes.end': 'guarded: processes',
      'sound.volume': 'observe: sound',
      'sound.set-volume': 'change: sound',
      'sound.media-keys': 'change: sound',
      'display.brightness': 'observe: display',
      'display.set-brightness': 'change: display',
      'appearance.set-wallpaper': 'change: display',
      'appearance.set-theme': 'change: display',
      'clipboard.read': 'change: clipboard',
      'clipboard.write': 'change: clipboard',
      'screen.capture': 'change: screen',
      'notifications.show': 'change: notifications',
      'session.lock': 'change: power',
      'session.sleep': 'guarded: power',
      'session.log-out': 'guarded: power',
      'session.restart': 'guarded: power',
      'session.shut-down': 'guarded: power',
    });
  });

  it('mark what comes from outside', () => {
    const marked = tools.flatMap(({ manifest }) => (manifest.taints === undefined ? [] : [`${manifest.name} ${manifest.taints}`]));
    expect(marked).toEqual([
      'apps.list other',
      'windows.list screen',
      'windows.focus screen',
      'windows.close screen',
      'clipboard.read clipboard',
    ]);
  });
});
