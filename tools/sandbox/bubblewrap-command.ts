import type { BoundPath, Program } from './program.ts';

/** Where the system's programs and libraries lie; what is missing on a machine is left out. Nothing of a person is below them. */
const SYSTEM_PATHS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc/alternatives', '/etc/ld.so.cache', '/etc/localtime'];
/** For names and certificates, only with network. */
const NETWORK_PATHS = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ssl', '/etc/ca-certificates', '/etc/pki'];

export interface BubblewrapOptions {
  /** Path of `bwrap`. */
  bwrap: string;
  /** Since 0.8: no user namespaces inside, and temporary folders of limited size. */
  modern: boolean;
  /** Whole network of the machine; else none at all. */
  network: boolean;
  /** Files at paths of their own beside what the program was given: `[from, to]`. */
  extra?: readonly (readonly [string, string])[];
  env: Readonly<Record<string, string>>;
}

/**
 * The arguments that shut `command` in: a file system of its own with nothing of the machine but its programs, fresh `/proc`, no network, no other
 * process in sight, no terminal, and its end when ours comes. Order matters: a later path lies over an earlier one.
 */
export function bubblewrapCommand(program: Program, command: readonly string[], options: BubblewrapOptions): [string, ...string[]] {
  const temporary = (path: string): string[] => [...(options.modern ? ['--size', String(TEMPORARY_BYTES)] : []), '--tmpfs', path];
  const network = options.network ? ['--share-net'] : [];
  const bound = [...(program.paths ?? [])].sort(byDepth);
  return [
    options.bwrap,
    '--unshare-all',
    ...network,
    '--unshare-user',
    ...(options.modern ? ['--disable-userns'] : []),
    '--die-with-parent',
    '--new-session',
    ...['--hostname', 'sandbox', '--clearenv'],
    ...Object.entries(options.env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...[...SYSTEM_PATHS, ...(options.network ? NETWORK_PATHS : [])].flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', ...temporary('/dev/shm'), '--remount-ro', '/dev', ...temporary('/tmp')],
    ...bound.flatMap(bind),
    ...(program.hidden ?? []).filter((path) => bound.some((each) => covers(each.path, path))).flatMap((path) => ['--tmpfs', path]),
    // What lies below a hidden folder and was permitted by itself comes back.
    ...bound.filter(({ path }) => program.hidden?.some((hidden) => covers(hidden, path))).flatMap(bind),
    ...(options.extra ?? []).flatMap(([from, to]) => ['--ro-bind', from, to]),
    ...['--bind', program.folder, program.folder, '--chdir', program.folder],
    '--',
    ...command,
  ];
}

/** Bytes in each temporary folder: they are memory that belongs to no process. */
const TEMPORARY_BYTES = 64 * 1024 * 1024;

const bind = ({ path, mode }: BoundPath): string[] => [mode === 'write' ? '--bind' : '--ro-bind', path, path];

const byDepth = (one: BoundPath, other: BoundPath): number => one.path.split('/').length - other.path.split('/').length;

/** Is `path` the folder itself or below it? */
export const covers = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
