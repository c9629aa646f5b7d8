import { hasCode } from './error-code.ts';

export type StoreTrouble = 'corrupt' | 'full' | 'busy' | 'newer' | 'not-writable' | 'failed';

/** Why something could not be kept or read; `message` is a sentence for people, without anything of what was to be kept. */
export class StoreError extends Error {
  readonly trouble: StoreTrouble;
  constructor(trouble: StoreTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.trouble = trouble;
  }
}

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html */
const TROUBLES: Readonly<Record<number, StoreTrouble>> = {
  5: 'busy',
  6: 'busy',
  8: 'not-writable',
  11: 'corrupt',
  13: 'full',
  14: 'not-writable',
  26: 'corrupt',
};

/** What SQLite or the system threw, in words. Anything else, a mistake of ours among it, is handed back as it is. */
export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error;
  if (hasCode(error, 'ENOSPC')) return storeError('full', path, error);
  if (hasCode(error, 'EACCES') || hasCode(error, 'EPERM') || hasCode(error, 'EROFS')) return storeError('not-writable', path, error);
  if (!hasCode(error, 'ERR_SQLITE_ERROR') || !('errcode' in (error as object))) return error;
  const { errcode } = error as { errcode: unknown };
  const code = typeof errcode === 'number' ? errcode & 0xff : 0;
  const trouble = TROUBLES[code];
  if (trouble !== undefined) return storeError(trouble, path, error);
  // 10: the disk itself failed. Everything else is a statement that is wrong, or a rule of the schema that was broken.
  return code === 10 ? storeError('failed', path, error) : error;
}

export function storeError(trouble: StoreTrouble, path: string, cause?: unknown): StoreError {
  return new StoreError(trouble, `${path} ${WORDS[trouble]}`, { cause });
}

const WORDS: Readonly<Record<StoreTrouble, string>> = {
  corrupt: 'is damaged. Put back a copy of it, or let JARVIS move it aside and begin anew',
  full: 'cannot take more: the disk is full. What was kept before is untouched',
  busy: 'is held by another program',
  newer: 'was written by a newer JARVIS. Start that one, or put back an older copy of the file',
  'not-writable': 'cannot be written with the rights of this account',
  failed: 'cannot be read or written: the disk reports a failure',
};
