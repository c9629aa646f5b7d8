/** One running child process, whoever started it: Node's `fork` or Electron's `utilityProcess`. */
export interface Child {
  readonly pid: number | undefined;
  /** Structured clone: typed arrays arrive as such. Silently lost once the child has gone; `onExit` tells of that. */
  send(message: object): void;
  onMessage(listen: (message: unknown) => void): void;
  /** Called exactly once; also when the program could not even be started. */
  onExit(listen: (exit: ChildExit) => void): void;
  /** A line the child printed. */
  onOutput(listen: (line: string) => void): void;
  /** Asks the child to end. */
  end(): void;
  /** Ends it at once; works on a hung one too. */
  kill(): void;
}

export interface ChildExit {
  code: number | null;
  /** Name of the signal that ended it. */
  signal: string | null;
  error?: Error;
}

export interface ChildLauncher {
  launch(): Child;
}
