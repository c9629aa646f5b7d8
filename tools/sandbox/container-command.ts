import type { Program, ProgramLimits } from './program.ts';

export interface ContainerOptions {
  /** Path of `docker`, or of something that takes the same words. */
  docker: string;
  image: string;
  /** Of the container, to end it by. */
  name: string;
  /** Whole network; else none. */
  network: boolean;
  env: Readonly<Record<string, string>>;
  /** Whoever owns the folders that are bound in; absent on systems without such numbers. */
  user?: { uid: number; gid: number };
}

const TEMPORARY_MB = 64;

/**
 * Runs a program in a container of an image that is there already: nothing is fetched in the middle of a call. The same paths as on the host, so that a
 * program finds things where its environment says they are.
 */
export function containerCommand(program: Program, limits: ProgramLimits, options: ContainerOptions): [string, ...string[]] {
  const { docker, image, name, network, env, user } = options;
  const bound = [...(program.paths ?? []), { path: program.folder, mode: 'write' as const }];
  return [
    docker,
    ...['run', '--rm', '--interactive', '--pull', 'never', '--name', name],
    ...['--network', network ? 'bridge' : 'none', '--read-only', '--tmpfs', `/tmp:size=${TEMPORARY_MB}m`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    // The same twice: no swap on top.
    ...['--memory', `${limits.memoryBytes}b`, '--memory-swap', `${limits.memoryBytes}b`],
    ...['--pids-limit', String(limits.processes), '--ulimit', `fsize=${limits.fileBytes}`, '--ulimit', 'core=0'],
    ...(user === undefined ? [] : ['--user', `${user.uid}:${user.gid}`]),
    ...bound.flatMap(({ path, mode }) => ['--mount', `type=bind,source=${path},target=${path}${mode === 'read' ? ',readonly' : ''}`]),
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--workdir', program.folder, image, ...program.command],
  ];
}

/** Ending the client leaves the container running: it is ended by its name. */
export const endContainerCommand = (docker: string, name: string): [string, ...string[]] => [docker, 'kill', name];
