/** Results go to stdout, everything else to stderr. */

const closing = new AbortController();

/** Aborts when whoever reads the results has gone away (`| head -1`): that is no error, and the work left over ends. */
export const outputClosed: AbortSignal = closing.signal;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  closing.abort(error);
});

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

export function print(text: string): void {
  if (!outputClosed.aborted) process.stdout.write(`${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Ends a command with a sentence for the person and exit code 1 (or `code`); never a stack. */
export class CommandError extends Error {
  readonly code: number;
  constructor(message: string, code = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.code = code;
  }
}
