/** Results go to stdout, everything else to stderr. */

const closing = new AbortController();

/** Aborts when whoever reads the results has gone away (`| head -1`): that is no error, and the work left over ends. */
export const outputClosed: AbortSignal = closing.signal;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  closing.abort(error);
});

export function printJson(value: unknown): void {
  write(inert(JSON.stringify(value)));
}

export function print(text: string): void {
  write(visible(text));
}

export function complain(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}

/** A piece of a line, made inert as all else. `styled`: our own codes of a terminal are in it, and it was made inert before. */
export function printPiece(text: string, styled = false): void {
  if (!outputClosed.aborted) process.stdout.write(styled ? text : visible(text));
}

function write(text: string): void {
  if (!outputClosed.aborted) process.stdout.write(`${text}\n`);
}

/** Names and states come from devices: what a terminal would obey, or what turns the direction of the line, is not passed on. */
export const visible = (text: string): string => text.replace(/(?![\n\t])[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu, ' ');

/** JSON leaves the upper controls as they are. */
const inert = (json: string): string =>
  json.replace(/[\u007F-\u009F\u2028\u2029]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Ends a command with a sentence for the person and exit code 1 (or `code`); never a stack. */
export class CommandError extends Error {
  readonly code: number;
  constructor(message: string, code = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.code = code;
  }
}
