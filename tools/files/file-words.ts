import { dirname } from 'node:path';
import { type FileKind, kindNoun } from './file-kinds.ts';
import { type FileRoots, shown } from './file-roots.ts';
import type { SeenFile } from './seen-file.ts';

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** 12 345 678 → "12 MB"; decimal, as disks and file managers count. */
export function sizeWords(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 || value >= 9.95 ? String(Math.round(value)) : String(Number(value.toFixed(1)));
  return unit === 0 && text === '1' ? '1 byte' : `${text} ${UNITS[unit]}`;
}

/** Names in one sentence; further ones are counted. */
const MOST_NAMED = 5;

/** "a.pdf (1.2 MB)", "3 PDFs (12 MB)"; `names` ": a.pdf, b.pdf, c.pdf" for several. */
export function filesWords(files: readonly SeenFile[], kind: FileKind | undefined): { what: string; names: string } {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const size = files.some(({ type }) => type === 'file') ? ` (${sizeWords(bytes)})` : '';
  const [only] = files;
  if (files.length === 1 && only !== undefined)
    return { what: `${only.type === 'folder' ? 'the folder ' : ''}${shown(only.name)}${size}`, names: '' };
  const folders = files.filter(({ type }) => type === 'folder').length;
  const noun = folders === 0 ? kindNoun(kind, files.length) : folders === files.length ? 'folders' : 'files and folders';
  const named = files.slice(0, files.length <= MOST_NAMED ? MOST_NAMED : MOST_NAMED - 2).map(({ name }) => shown(name, 60));
  const more = files.length - named.length;
  return { what: `${files.length} ${noun}${size}`, names: `: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}` };
}

/** "from Downloads", "from 3 folders". */
export function fromWords(files: readonly SeenFile[], roots: FileRoots): string {
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  return folders.length === 1 ? `from ${roots.words(folders[0] ?? '')}` : `from ${folders.length} folders`;
}
