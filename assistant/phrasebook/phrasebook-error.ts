/** A phrasebook file that cannot be used: which file, which line (1-based), and what to write instead. */
export class PhrasebookError extends Error {
  readonly file: string;
  readonly line: number | undefined;
  readonly fix: string;
  constructor(file: string, line: number | undefined, problem: string, fix: string, options?: ErrorOptions) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${problem}; ${fix}`, options);
    this.name = 'PhrasebookError';
    this.file = file;
    this.line = line;
    this.fix = fix;
  }
}
