/** What a program may take of the machine. */
export interface ProgramLimits {
  /** ms of the clock on the wall, after which it is ended. */
  wallMs: number;
  /** Of all its processes together, in bytes. */
  memoryBytes: number;
  /** Of standard output, and of standard error by itself. */
  outputBytes: number;
  processes: number;
  /** Largest file it can write, in bytes. */
  fileBytes: number;
}

export const DEFAULT_LIMITS: ProgramLimits = {
  wallMs: 30_000,
  memoryBytes: 512 * 1024 * 1024,
  outputBytes: 1024 * 1024,
  processes: 32,
  fileBytes: 256 * 1024 * 1024,
};

export interface BoundPath {
  /** Absolute. */
  path: string;
  mode: 'read' | 'write';
}

/** A program that is not ours, and all that it is given. */
export interface Program {
  /** Absolute path of the executable, then its arguments. */
  command: readonly [string, ...string[]];
  /** Absolute; its working folder and its HOME, the only place where it may write unless `paths` say more. */
  folder: string;
  /** Beside PATH, HOME, LANG and the like; nothing of the host's own environment goes in. */
  env?: Readonly<Record<string, string>>;
  paths?: readonly BoundPath[];
  /** Hidden even where a bound path contains them: where JARVIS keeps what is its own. */
  hidden?: readonly string[];
  /** Hosts it may speak to, as in a manifest; empty or absent: none. `*`: any. */
  network?: readonly string[];
  limits?: Partial<ProgramLimits>;
  /** Image in which it runs; the command is one of the image then. */
  container?: string;
}

/** How well a program is shut in. */
export interface Isolation {
  kind: 'bubblewrap' | 'container' | 'systemd' | 'limits' | 'none';
  /** What is not prevented here, in words; empty when everything asked for is enforced. */
  weaker: readonly string[];
}

export interface ProgramResult {
  ending: 'exited' | 'timed-out' | 'aborted' | 'too-much-output' | 'too-much-memory' | 'too-many-processes' | 'not-started';
  /** Exit code; null when it was ended or never began. */
  code: number | null;
  /** Signal that ended it. */
  signal: string | null;
  stdout: string;
  stderr: string;
  /** Why it was not started, in words. */
  reason?: string;
  isolation: Isolation;
}
