import { extname } from 'node:path';

/** What people call kinds of files, and the endings of each. */
const ENDINGS = {
  pdf: 'pdf',
  image: 'jpg jpeg png gif webp heic heif avif bmp tif tiff svg raw cr2 nef arw dng',
  video: 'mp4 mkv mov avi webm m4v mpg mpeg wmv 3gp',
  audio: 'mp3 flac ogg oga opus wav m4a aac wma aiff',
  document: 'pdf doc docx odt rtf txt md pages epub',
  spreadsheet: 'xls xlsx ods csv tsv numbers',
  presentation: 'ppt pptx odp key',
  archive: 'zip tar gz tgz bz2 xz zst 7z rar',
  text: 'txt md rst log csv tsv json yaml yml xml ini toml',
  installer: 'deb rpm appimage exe msi dmg pkg',
} as const;

export const FILE_KINDS = [
  'pdf',
  'image',
  'video',
  'audio',
  'document',
  'spreadsheet',
  'presentation',
  'archive',
  'text',
  'installer',
  'folder',
] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const SETS = new Map(Object.entries(ENDINGS).map(([kind, endings]) => [kind, new Set(endings.split(' '))]));

export const endingOf = (name: string): string => extname(name).slice(1).toLowerCase();

/** Is a file of this name of that kind? A folder is of the kind `folder` alone. */
export const isOfKind = (name: string, isFolder: boolean, kind: FileKind): boolean =>
  kind === 'folder' ? isFolder : !isFolder && SETS.get(kind)?.has(endingOf(name)) === true;

const NOUNS: Record<FileKind, readonly [one: string, more: string]> = {
  pdf: ['PDF', 'PDFs'],
  image: ['picture', 'pictures'],
  video: ['video', 'videos'],
  audio: ['piece of music', 'pieces of music'],
  document: ['document', 'documents'],
  spreadsheet: ['spreadsheet', 'spreadsheets'],
  presentation: ['presentation', 'presentations'],
  archive: ['archive', 'archives'],
  text: ['text file', 'text files'],
  installer: ['installer', 'installers'],
  folder: ['folder', 'folders'],
};

/** "PDF", "3 pictures" without the number. */
export const kindNoun = (kind: FileKind | undefined, count: number): string => {
  const [one, more] = kind === undefined ? (['file', 'files'] as const) : NOUNS[kind];
  return count === 1 ? one : more;
};
