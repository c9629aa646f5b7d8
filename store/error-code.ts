/** Is this the system's error of that code (`ENOENT`, `EEXIST` …)? */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
