import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { bubblewrapCommand } from './bubblewrap-command.ts';
import type { Isolation } from './program.ts';

/** What this machine has to shut a program in; found by trying, since what is installed may still be forbidden. */
export interface SandboxMeans {
  platform: NodeJS.Platform;
  bubblewrap?: { path: string; modern: boolean };
  prlimit?: string;
  systemdRun?: string;
  /** Path of `docker`; whether its engine answers is seen when a container is wanted. */
  docker?: string;
  /** Why the best way is not there, in words, and what would help. */
  improve?: string;
}

/** ms for a probe: a hung one is no way to shut anything in. */
const PROBE_MS = 5_000;

/** Looks at the machine; takes some tens of ms, so once per process. */
export async function findSandboxMeans(platform: NodeJS.Platform = process.platform): Promise<SandboxMeans> {
  const docker = await onSystemPath('docker');
  const containers = docker === undefined ? {} : { docker };
  if (platform !== 'linux') return { platform, ...containers, improve: 'programs are shut in well on Linux only, or in containers' };
  const [bwrap, prlimit, systemdRun] = await Promise.all(['bwrap', 'prlimit', 'systemd-run'].map(onSystemPath));
  const [bubblewrap, scope] = await Promise.all([
    bwrap === undefined ? undefined : probeBubblewrap(bwrap),
    systemdRun !== undefined && (await succeeds([systemdRun, '--user', '--scope', '--quiet', '--collect', '--', 'true'])),
  ]);
  return {
    platform,
    ...containers,
    ...(bubblewrap === undefined ? {} : { bubblewrap }),
    ...(prlimit === undefined ? {} : { prlimit }),
    ...(scope && systemdRun !== undefined ? { systemdRun } : {}),
    ...(bubblewrap !== undefined
      ? {}
      : {
          improve:
            bwrap === undefined
              ? 'sudo apt install bubblewrap'
              : 'bubblewrap is installed and may not work here: unprivileged user namespaces are switched off in this system or container',
        }),
  };
}

/** What these means enforce, and what they do not. */
export function isolationOf(means: SandboxMeans): Isolation {
  if (means.bubblewrap !== undefined)
    return { kind: 'bubblewrap', weaker: means.prlimit === undefined ? ['the size of the files it writes is not limited'] : [] };
  const open = [
    'its network is not cut off',
    'it can read and write what you can',
    'it sees the other programs that run',
    'a process that breaks away from it may go on',
  ];
  if (means.systemdRun !== undefined) return { kind: 'systemd', weaker: open.slice(0, 3) };
  if (means.platform === 'win32') return { kind: 'none', weaker: [...open, 'memory and number of processes are not limited'] };
  return {
    kind: 'limits',
    weaker: means.platform === 'linux' ? open : [...open, 'the number of its processes is not limited'],
  };
}

async function probeBubblewrap(path: string): Promise<SandboxMeans['bubblewrap']> {
  const command = (modern: boolean): [string, ...string[]] =>
    bubblewrapCommand({ command: ['/bin/true'], folder: '/tmp' }, ['/bin/true'], { bwrap: path, modern, network: false, env: {} });
  if (await succeeds(command(true))) return { path, modern: true };
  return (await succeeds(command(false))) ? { path, modern: false } : undefined;
}

function succeeds([file, ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(file ?? '', args, { timeout: PROBE_MS, killSignal: 'SIGKILL' }, (error) => resolve(error === null));
  });
}

/** Only where the system keeps its programs: what lies in a folder of the person could be anything. */
async function onSystemPath(name: string): Promise<string | undefined> {
  for (const folder of SYSTEM_PATH.split(delimiter)) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // The next folder.
    }
  }
  return undefined;
}

export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
