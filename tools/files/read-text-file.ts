import { open, readlink } from 'node:fs/promises';
import { READ_ONLY_ITSELF } from './disk.ts';
import { endingOf } from './file-kinds.ts';
import { FileRefusal } from './file-refusal.ts';
import { type FileRoots, shown } from './file-roots.ts';

export interface TextRead {
  text: string;
  /** Of the whole file. */
  bytes: number;
  truncated: boolean;
}

/** Bytes that are read of one file at most. */
const MOST_BYTES = 4_000_000;

/** The text of a file in the allowed folders, up to `characters`. Throws `FileRefusal` where it is no text. */
export async function readTextFile(path: string, characters: number, roots: FileRoots): Promise<TextRead> {
  const real = roots.checkTarget(path);
  const file = await open(real, READ_ONLY_ITSELF);
  try {
    const stats = await file.stat();
    const name = shown(path.split(/[\\/]/u).at(-1) ?? path);
    if (stats.isDirectory()) throw new FileRefusal(`${name} is a folder.`);
    if (!stats.isFile()) throw new FileRefusal(`${name} is no ordinary file.`);
    // A folder on the way may have become a link between the check and the opening: the opened file itself tells where it lies.
    if (process.platform === 'linux') roots.checkTarget(await readlink(`/proc/self/fd/${file.fd}`));
    const length = Math.min(stats.size, MOST_BYTES, characters * 4 + 4);
    const bytes = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(bytes, done, length - done, done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    const text = textOf(bytes.subarray(0, done), done < stats.size);
    if (text === undefined)
      throw new FileRefusal(`${name} is no text${endingOf(name) === 'pdf' ? ' but a PDF' : ''}, so I cannot read it.`);
    const kept = text.length <= characters ? text : text.slice(0, characters).replace(/[\uD800-\uDBFF]$/u, '');
    return { text: kept, bytes: stats.size, truncated: kept.length < text.length || done < stats.size };
  } finally {
    await file.close();
  }
}

/** Undefined where the bytes are no text. A letter that is cut at the end is left out. */
export function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  if (encoding === 'utf-8' && bytes.includes(0)) return undefined;
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isCut });
    return strangeSigns(text) > text.length / 50 ? undefined : text;
  } catch {
    // Old western files: text all the same, if it has no control signs and mostly plain letters.
    const text = new TextDecoder('windows-1252').decode(bytes);
    const plain = text.match(/[ -~\n\r\t]/gu)?.length ?? 0;
    return strangeSigns(text) > 0 || plain < text.length * 0.85 ? undefined : text;
  }
}

/** Control signs that no text has; colours of a terminal are none of them. */
function strangeSigns(text: string): number {
  let count = 0;
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    const isUsual = code === 9 || code === 10 || code === 12 || code === 13 || code === 27;
    if ((code < 32 && !isUsual) || (code >= 127 && code < 160)) count += 1;
  }
  return count;
}
