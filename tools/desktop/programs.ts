/** How a program that was run came to its end. */
export interface Ran {
  ending: 'exited' | 'missing' | 'timed-out' | 'too-much-output';
  /** Exit code; null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunProgramOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** What it reads; its standard input is closed behind it. */
  input?: string;
}

/** Runs a program with exactly these arguments, never through a shell. Rejects only when `signal` is aborted. */
export type RunProgram = (command: string, args: readonly string[], options: RunProgramOptions) => Promise<Ran>;

/** A program that goes on by itself. */
export interface Started {
  pid: number;
  /** Its exit code, should it end within so many ms; undefined: it runs on. Null: a signal ended it. */
  endsWithin(ms: number, signal: AbortSignal): Promise<number | null | undefined>;
}

/** The programs of this computer. */
export interface Programs {
  /** Can it be run: a name on the PATH, or an absolute path. */
  has(program: string): boolean;
  run: RunProgram;
  /** Starts something that outlives JARVIS. Rejects with words when it cannot be started. */
  start(command: string, args: readonly string[], folder: string): Promise<Started>;
  /** Was this process started here by `start`, and does it still run? It is nobody's but the person's. */
  isStarted(pid: number): boolean;
}
