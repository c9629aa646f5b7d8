import { ToolRefusal } from '../tool-refusal.ts';

/** Why a file is left alone, in words for people. */
export class FileRefusal extends ToolRefusal {}

/** What the system says of a file, in words for people; the system's own words where there are none. */
export function fileTrouble(error: unknown): string {
  if (error instanceof FileRefusal) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'It is no longer there.';
    case 'EACCES':
    case 'EPERM':
      return 'This account may not do that.';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full.';
    case 'EROFS':
      return 'That disk cannot be written.';
    case 'EBUSY':
    case 'ETXTBSY':
      return 'It is in use.';
    case 'ENAMETOOLONG':
      return 'Its name is too long there.';
    case 'EINVAL':
      return 'Its name is not allowed there.';
    case 'EIO':
      return 'The disk does not answer as it should.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
