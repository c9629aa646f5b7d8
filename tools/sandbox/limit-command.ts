import type { ProgramLimits } from './program.ts';

/** Bytes that a runtime such as Node reserves as data and does not use. */
const RESERVED_BYTES = 512 * 1024 * 1024;
/** CPU seconds beyond the wall time: several cores may be busy at once. */
const CPU_FACTOR = 4;

/**
 * Wraps a command so that the kernel holds each of its processes to the limits: data, file size, processor time, number of processes, no core files.
 * `data` is the last resort for memory: Node reserves hundreds of megabytes that it never touches, so what is really used is watched besides.
 */
export function prlimitCommand(
  prlimit: string,
  limits: ProgramLimits,
  command: readonly string[],
  // The kernel counts all processes of the account, unless they have a user namespace of their own.
  ownProcesses: boolean,
): [string, ...string[]] {
  return [
    prlimit,
    `--data=${limits.memoryBytes + RESERVED_BYTES}`,
    `--fsize=${limits.fileBytes}`,
    `--cpu=${cpuSeconds(limits)}`,
    ...(ownProcesses ? [`--nproc=${limits.processes}`] : []),
    '--core=0',
    '--nofile=256',
    '--',
    ...command,
  ];
}

/** The same by the shell's own `ulimit`, where there is no `prlimit` (macOS); a limit that this system does not know is left out. */
export function ulimitCommand(limits: ProgramLimits, command: readonly string[]): [string, ...string[]] {
  // ulimit counts kibibytes of data and blocks of 512 bytes of file.
  const script = [
    `ulimit -d ${Math.floor((limits.memoryBytes + RESERVED_BYTES) / 1024)} 2>/dev/null`,
    `ulimit -f ${Math.floor(limits.fileBytes / 512)} 2>/dev/null`,
    `ulimit -t ${cpuSeconds(limits)} 2>/dev/null`,
    'ulimit -c 0 2>/dev/null',
    'ulimit -n 256 2>/dev/null',
    'exec "$@"',
  ].join('; ');
  return ['/bin/sh', '-c', script, 'sh', ...command];
}

const cpuSeconds = ({ wallMs }: ProgramLimits): number => Math.ceil((wallMs / 1000) * CPU_FACTOR);

/** A transient unit of the person's own systemd: memory, number of processes and the whole tree's end are the kernel's work. */
export function systemdCommand(systemdRun: string, unit: string, limits: ProgramLimits, command: readonly string[]): [string, ...string[]] {
  return [
    systemdRun,
    ...['--user', '--scope', '--quiet', '--collect', `--unit=${unit}`],
    ...['-p', `MemoryMax=${limits.memoryBytes}`, '-p', 'MemorySwapMax=0', '-p', `TasksMax=${limits.processes}`],
    '--',
    ...command,
  ];
}
