import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/host/system-clock.ts';
import { bubblewrapCommand } from './bubblewrap-command.ts';
import { isAllowed, openGuardedNetwork } from './guarded-network.ts';
import { ProcessTree, parseStat } from './process-tree.ts';
import { DEFAULT_LIMITS, type Program } from './program.ts';
import { ProgramRunner } from './run-program.ts';
import { findSandboxMeans, isolationOf } from './sandbox-means.ts';
import { NETWORK_FOLDER, shutIn } from './shut-in.ts';

const program: Program = { command: ['/opt/tool/run', '--fast'], folder: '/data/own', env: { KEY: 'value' } };
const options = { bwrap: '/usr/bin/bwrap', modern: true, network: false, env: { PATH: '/usr/bin' } };

/** The paths that come after each `flag`, as `from to`. */
const pairsOf = (command: readonly string[], flag: string): string[] =>
  command.flatMap((part, index) => (part === flag ? [`${command[index + 1]} ${command[index + 2]}`] : []));

describe('the command of bubblewrap', () => {
  it('shares nothing, ends with its parent, has no terminal and an environment of its own', () => {
    const command = bubblewrapCommand(program, program.command, options);
    for (const flag of ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session', '--clearenv'])
      expect(command).toContain(flag);
    expect(command).not.toContain('--share-net');
    expect(pairsOf(command, '--setenv')).toEqual(['PATH /usr/bin']);
    expect(pairsOf(command, '--bind')).toEqual(['/data/own /data/own']);
    expect(command.slice(command.indexOf('--') + 1)).toEqual(['/opt/tool/run', '--fast']);
  });

  it('shows programs of the system and nothing that belongs to anybody', () => {
    const shown = pairsOf(bubblewrapCommand(program, program.command, options), '--ro-bind-try').map((pair) => pair.split(' ')[0] ?? '');
    expect(shown).toContain('/usr');
    expect(shown.filter((path) => /^\/(home|root|var|run|mnt|media|etc)$/u.test(path))).toEqual([]);
    expect(shown.some((path) => path.includes('resolv.conf'))).toBe(false);
  });

  it('hides what lies in a permitted path and is not for it, and brings back what was permitted by itself', () => {
    const command = bubblewrapCommand(
      {
        ...program,
        paths: [
          { path: '/home/ada/jarvis/plugin-code/x', mode: 'read' },
          { path: '/home/ada', mode: 'write' },
        ],
        hidden: ['/home/ada/jarvis', '/elsewhere'],
      },
      program.command,
      options,
    );
    const order = ['--bind /home/ada', '--tmpfs /home/ada/jarvis', '--ro-bind /home/ada/jarvis/plugin-code/x'].map((words) =>
      command.join(' ').lastIndexOf(words),
    );
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(order).not.toContain(-1);
    expect(command.join(' ')).not.toContain('/elsewhere');
  });

  it('knows an older bubblewrap', () => {
    const command = bubblewrapCommand(program, program.command, { ...options, modern: false });
    expect(command).not.toContain('--disable-userns');
    expect(command).not.toContain('--size');
  });
});

describe('a program is shut in', () => {
  const build = (platform: NodeJS.Platform, means: object = {}, network: Parameters<typeof shutIn>[2] = 'none') =>
    shutIn(program, DEFAULT_LIMITS, network, { platform, ...means }, 'jarvis-1');

  it('with everything that Linux has', () => {
    const { command, isolation, env } = build('linux', {
      bubblewrap: { path: '/usr/bin/bwrap', modern: true },
      prlimit: '/usr/bin/prlimit',
      systemdRun: '/usr/bin/systemd-run',
    });
    expect(command[0]).toBe('/usr/bin/systemd-run');
    expect(command).toContain('TasksMax=32');
    expect(command.indexOf('/usr/bin/bwrap')).toBeLessThan(command.indexOf('/usr/bin/prlimit'));
    expect(command).toContain('--nproc=32');
    expect(isolation).toEqual({ kind: 'bubblewrap', weaker: [] });
    expect(Object.keys(env).sort()).toEqual(['HOME', 'KEY', 'LANG', 'PATH', 'TMPDIR']);
  });

  it('behind a proxy of ours where only some hosts are permitted, never with the whole network', () => {
    const network = { folder: '/tmp/n', relay: ['/node', '/relay.mjs'], files: ['/node'], env: { HTTPS_PROXY: 'http://127.0.0.1:3128' } };
    const { command, env } = build('linux', { bubblewrap: { path: '/usr/bin/bwrap', modern: true } }, network);
    expect(command).not.toContain('--share-net');
    expect(pairsOf(command, '--ro-bind')).toContain(`/tmp/n ${NETWORK_FOLDER}`);
    expect(command.slice(command.indexOf('--') + 1)).toEqual(['/node', '/relay.mjs', '/opt/tool/run', '--fast']);
    expect(env.HTTPS_PROXY).toBe('http://127.0.0.1:3128');
  });

  it('by limits alone where there is nothing better, and says so', () => {
    const { command, isolation } = build('linux', { prlimit: '/usr/bin/prlimit' });
    expect(command[0]).toBe('/usr/bin/prlimit');
    // It would count every process of the person.
    expect(command.join(' ')).not.toContain('nproc');
    expect(isolation.kind).toBe('limits');
    expect(isolation.weaker).toContain('its network is not cut off');
  });

  it('by the shell on macOS', () => {
    const { command, isolation } = build('darwin');
    expect(command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(command[2]).toMatch(/ulimit -d \d+ 2>\/dev\/null.*exec "\$@"$/u);
    expect(command.slice(-2)).toEqual(['/opt/tool/run', '--fast']);
    expect(isolation.weaker).toContain('the number of its processes is not limited');
  });

  it('by nothing but its ending on Windows', () => {
    const { command, env, isolation } = shutIn({ ...program, command: ['/tool.exe'] }, DEFAULT_LIMITS, 'none', { platform: 'win32' }, 'u');
    expect(command).toEqual(['/tool.exe']);
    expect(env).toMatchObject({ USERPROFILE: '/data/own', SYSTEMROOT: 'C:\\Windows' });
    expect(isolation.kind).toBe('none');
  });

  it('in the best way that was found', () => {
    expect(isolationOf({ platform: 'linux', systemdRun: '/x' })).toMatchObject({ kind: 'systemd' });
    expect(isolationOf({ platform: 'linux', bubblewrap: { path: '/x', modern: true } }).weaker).toHaveLength(1);
  });

  it('in a container with nothing, of an image that is there, which is ended by its name', () => {
    const contained: Program = { ...program, container: 'alpine:3', paths: [{ path: '/plugin', mode: 'read' }] };
    const means = { platform: 'linux', docker: '/usr/bin/docker' } as const;
    const { command, endCommand, isolation } = shutIn(contained, DEFAULT_LIMITS, 'none', means, 'jarvis-1');
    const said = command.join(' ');
    for (const words of ['--network none', '--read-only', '--cap-drop ALL', '--pull never', '--pids-limit 32', '--memory 536870912b'])
      expect(said).toContain(words);
    expect(said).toContain('type=bind,source=/plugin,target=/plugin,readonly');
    expect(said).toContain('type=bind,source=/data/own,target=/data/own ');
    expect(command.slice(-3)).toEqual(['alpine:3', '/opt/tool/run', '--fast']);
    expect(endCommand).toEqual(['/usr/bin/docker', 'kill', 'jarvis-1']);
    expect(isolation).toEqual({ kind: 'container', weaker: [] });
    const guarded = { folder: '/n', relay: [], files: [], env: {} };
    expect(() => shutIn(contained, DEFAULT_LIMITS, guarded, means, 'u')).toThrow('whole network or none');
    expect(() => shutIn(contained, DEFAULT_LIMITS, 'none', { platform: 'linux' }, 'u')).toThrow('no docker');
  });

  it('only by an absolute path', () => {
    expect(() => shutIn({ ...program, command: ['run'] }, DEFAULT_LIMITS, 'none', { platform: 'linux' }, 'u')).toThrow('no absolute path');
  });
});

describe('the processes of a program', () => {
  const entry = (pid: number, parent: number, session = 1, startedAt = pid) => ({ pid, parent, session, startedAt, memory: 1 });

  it('are read from a line whose name holds brackets and blanks', () => {
    const line = '42 (a) R 1) (x) S 7 42 40 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 12345 1000000 250 18446744073709551615';
    expect(parseStat(line)).toEqual({ pid: 42, parent: 7, session: 40, startedAt: 12345, memory: 250 * 4096 });
  });

  it.each(['', '42', '42 (a) S', 'x (a) S 1 1 1', '42 (a) S a b c'])('are not read from %j', (line) => {
    expect(parseStat(line)).toBeUndefined();
  });

  it('are its descendants, its session, and those that have broken away since they were seen', () => {
    let all = [entry(1, 0), entry(10, 1), entry(11, 10), entry(12, 11, 12), entry(20, 1, 10), entry(30, 1)];
    const tree = new ProcessTree(10, () => all);
    const pids = (): number[] =>
      tree
        .look()
        .map(({ pid }) => pid)
        .sort((one, other) => one - other);
    expect(pids()).toEqual([10, 11, 12, 20]);
    // 11 has gone, so that 12 belongs to init; 20 has gone and its number was given to somebody else.
    all = [entry(1, 0), entry(12, 1, 12), entry(20, 1, 5, 999), entry(30, 1)];
    expect(pids()).toEqual([12]);
  });
});

describe('the network of named hosts', () => {
  it.each([
    ['api.example.org', 'api.example.org', 443, true],
    ['api.example.org', 'example.org', 443, false],
    ['api.example.org', 'evil-api.example.org', 443, false],
    ['*.example.org', 'api.example.org', 443, true],
    ['*.example.org', 'a.b.example.org', 80, true],
    ['*.example.org', 'example.org', 443, false],
    ['*.example.org', 'evilexample.org', 443, false],
    ['example.org:8443', 'example.org', 8443, true],
    ['example.org:8443', 'example.org', 443, false],
    ['Example.ORG', 'example.org', 443, true],
  ])('%s lets %s:%d through: %s', (pattern, host, port, allowed) => {
    expect(isAllowed(pattern, host, port)).toBe(allowed);
  });

  /** One line to the proxy, and the first of what comes back. */
  async function ask(hosts: string[], words: string, resolve: (host: string) => Promise<string>): Promise<string> {
    await using guarded = await openGuardedNetwork({ hosts, node: process.execPath, resolve });
    const socket = connect(join(guarded.network.folder, 'proxy.sock'));
    socket.write(words);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer).split('\r\n')[0] ?? '';
  }

  it('does not lead back to this machine by a name that only says so', async () => {
    const server = createServer((_, response) => response.end('inside'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const loopback = async (): Promise<string> => '127.0.0.1';
    const tunnel = `CONNECT api.example.org:${port} HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect(await ask(['api.example.org'], tunnel, loopback)).toBe('HTTP/1.1 403 Forbidden');
    expect(await ask(['localhost'], `CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`, loopback)).toContain('200');
    expect(await ask(['localhost'], `GET http://localhost:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`, loopback)).toContain('200');
    expect(await ask(['localhost'], `GET /etc HTTP/1.1\r\nHost: x\r\n\r\n`, loopback)).toContain('403');
    server.close();
  });
});

describe('a real program', () => {
  let folder: string;
  let runner: ProgramRunner;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-sandbox-'));
    let ids = 0;
    const newId = (): string => {
      ids += 1;
      return `s${ids}`;
    };
    runner = new ProgramRunner({ clock: systemClock, newId, means: await findSandboxMeans(), node: process.execPath });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const never = new AbortController().signal;
  const run = (script: string, more: Partial<Program> = {}, signal = never) =>
    runner.run({ command: ['/bin/sh', '-c', script], folder, ...more }, { signal });

  it.runIf(process.platform === 'linux')('ends as it ends', async () => {
    expect(await run('echo out; echo err >&2; exit 4')).toMatchObject({ ending: 'exited', code: 4, stdout: 'out\n', stderr: 'err\n' });
    expect(await run('cat', {})).toMatchObject({ ending: 'exited', code: 0, stdout: '' });
  });

  it.runIf(process.platform === 'linux')('reads what it is given', async () => {
    const given = await runner.run({ command: ['/bin/cat'], folder }, { signal: never, input: 'hello' });
    expect(given).toMatchObject({ code: 0, stdout: 'hello' });
  });

  it.runIf(process.platform === 'linux')('writes no larger files than it may', async () => {
    const result = await run('head -c 3000000 /dev/zero >big; wc -c <big', { limits: { fileBytes: 1_000_000 } });
    expect(result.stdout.trim()).toBe('1000000');
  });

  it('that is not there is an ending, not an error', async () => {
    const result = await runner.run({ command: ['/nowhere/at-all'], folder }, { signal: never });
    expect(result.stdout).toBe('');
    expect(result.ending === 'not-started' || result.code !== 0).toBe(true);
    expect(await runner.run({ command: ['/bin/true'], folder: '/nowhere' }, { signal: never })).not.toMatchObject({ code: 0 });
  });

  it('does not begin when it was called off before', async () => {
    expect(await run('touch begun', {}, AbortSignal.abort())).toMatchObject({ ending: 'aborted' });
  });

  it.runIf(process.platform === 'linux')('is among those that the emergency stop ends, all at once', async () => {
    const many = Array.from({ length: 10 }, () => run('sleep 300'));
    expect(runner.running).toBe(10);
    runner.endAll();
    const endings = await Promise.all(many);
    expect(new Set(endings.map(({ ending }) => ending))).toEqual(new Set(['aborted']));
    expect(runner.running).toBe(0);
  });
});
