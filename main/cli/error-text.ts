import { inspect } from 'node:util';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import { CommandError } from './output.ts';

/**
 * What a person reads about an error that ended a command. Errors that JARVIS or the system made say in words what is wrong (file, line, fix);
 * a slip of the programmer keeps its stack, which is all that there is to go by.
 */
export function errorText(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  if (error instanceof JarvisError) return withDetail(sentenceFor(error.failure), error.failure.detail);
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string' && NO_ROOM.has(error.code))
    return `The disk is full, so it could not be kept (${error.message}).`;
  if (SLIPS.some((slip) => error instanceof slip)) return inspect(error);
  return error.message;
}

/** No room on the disk, none left for this person, none for so long a file. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const SLIPS = [TypeError, ReferenceError, RangeError, SyntaxError];

const withDetail = (sentence: string, detail: string | undefined): string =>
  detail === undefined || sentence.includes(detail) ? sentence : `${sentence} (${detail})`;
