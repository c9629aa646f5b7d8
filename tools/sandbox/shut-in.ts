import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { bubblewrapCommand } from './bubblewrap-command.ts';
import { containerCommand, endContainerCommand } from './container-command.ts';
import { prlimitCommand, systemdCommand, ulimitCommand } from './limit-command.ts';
import type { Isolation, Program, ProgramLimits } from './program.ts';
import { isolationOf, type SandboxMeans, SYSTEM_PATH } from './sandbox-means.ts';

export interface ShutIn {
  command: [string, ...string[]];
  env: Record<string, string>;
  isolation: Isolation;
  /** Ends what the end of the command itself does not. */
  endCommand?: [string, ...string[]];
}

/** A network of which only some hosts can be reached, by a proxy of ours at a socket that is bound in. */
export interface GuardedNetwork {
  /** Folder with the socket, on the host. */
  folder: string;
  /** Starts the way to the socket inside, then the command that follows it. */
  relay: readonly string[];
  /** Files that the relay needs. */
  files: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** The network a program gets: none, one behind our proxy, or all of it. */
export type Network = 'none' | 'all' | GuardedNetwork;

/** Where the folder of a guarded network lies inside. */
export const NETWORK_FOLDER = '/run/network';

/**
 * The command that starts `program` shut in as well as these means can, and the environment it gets. Throws with words for people when the program
 * cannot be started like this.
 */
export function shutIn(program: Program, limits: ProgramLimits, network: Network, means: SandboxMeans, unit: string): ShutIn {
  if (program.container !== undefined) return inContainer(program, limits, network, means, unit);
  const [file] = program.command;
  if (!isAbsolute(file)) throw new Error(`${file} is no absolute path`);
  const env = environment(program, means, network);
  const isolation = isolationOf(means);
  const limited = (command: readonly string[], ownProcesses: boolean): readonly string[] =>
    means.prlimit === undefined ? command : prlimitCommand(means.prlimit, limits, command, ownProcesses);
  if (means.bubblewrap !== undefined) {
    const guarded = typeof network === 'object' ? network : undefined;
    // The way to the proxy is ours and stands outside of the limits of what it serves.
    const inside = [...(guarded?.relay ?? []), ...limited(program.command, true)];
    const { path: bwrap, modern } = means.bubblewrap;
    const extra =
      guarded === undefined ? [] : [[guarded.folder, NETWORK_FOLDER] as const, ...guarded.files.map((each) => [each, each] as const)];
    const command = bubblewrapCommand(program, inside, { bwrap, modern, network: network === 'all', env, extra });
    return { command: means.systemdRun === undefined ? command : systemdCommand(means.systemdRun, unit, limits, command), env, isolation };
  }
  if (means.systemdRun !== undefined)
    return { command: systemdCommand(means.systemdRun, unit, limits, limited(program.command, false)), env, isolation };
  if (means.platform === 'win32') return { command: [...program.command], env, isolation };
  const [first, ...rest] = means.prlimit === undefined ? ulimitCommand(limits, program.command) : limited(program.command, false);
  return { command: [first ?? file, ...rest], env, isolation };
}

function inContainer(program: Program, limits: ProgramLimits, network: Network, means: SandboxMeans, name: string): ShutIn {
  const { docker } = means;
  if (docker === undefined) throw new Error('it wants a container, and there is no docker on this machine');
  if (typeof network === 'object') throw new Error('a container gets the whole network or none; it cannot be given only some hosts');
  const env = { LANG: 'C.UTF-8', HOME: program.folder, TMPDIR: '/tmp', ...program.env };
  const user =
    process.getuid === undefined || process.getgid === undefined ? {} : { user: { uid: process.getuid(), gid: process.getgid() } };
  const options = { docker, image: program.container ?? '', name, network: network === 'all', env, ...user };
  return {
    command: containerCommand(program, limits, options),
    // Of the client, which has to find its engine.
    env: { PATH: SYSTEM_PATH, HOME: homedir(), ...(process.env.DOCKER_HOST === undefined ? {} : { DOCKER_HOST: process.env.DOCKER_HOST }) },
    isolation: { kind: 'container', weaker: [] },
    endCommand: endContainerCommand(docker, name),
  };
}

/** Nothing of the host's own: it may hold tokens. What a session of the desktop needs is left out too, and with it the desktop. */
function environment(program: Program, means: SandboxMeans, network: Network): Record<string, string> {
  const own = means.bubblewrap !== undefined;
  const home =
    means.platform === 'win32' ? { USERPROFILE: program.folder, TEMP: program.folder, TMP: program.folder } : { HOME: program.folder };
  return {
    PATH: means.platform === 'win32' ? 'C:\\Windows\\System32;C:\\Windows' : SYSTEM_PATH,
    LANG: 'C.UTF-8',
    ...(means.platform === 'win32' ? { SYSTEMROOT: 'C:\\Windows' } : { TMPDIR: own ? '/tmp' : program.folder }),
    ...home,
    ...(typeof network === 'object' ? network.env : {}),
    ...program.env,
  };
}
