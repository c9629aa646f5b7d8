import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ByteSource } from './byte-source.ts';
import { DownloadTrouble } from './download-trouble.ts';
import type { Representation } from './partial-file.ts';

/** A file that lies on this machine, or on a disk that is put in. */
export function folderSource(path: string, isMirror: boolean): ByteSource {
  const url = pathToFileURL(path).href;
  const look = async (): Promise<Representation> => {
    let info: { isFile(): boolean; size: number; mtimeMs: number };
    try {
      info = await stat(path);
    } catch (error) {
      throw new DownloadTrouble('absent', `${path} is not there.`, { cause: error });
    }
    if (!info.isFile()) throw new DownloadTrouble('absent', `${path} is no file.`);
    return { url, total: info.size, validator: `"${info.size}-${info.mtimeMs}"` };
  };
  const read = (start: number, end: number, signal: AbortSignal): AsyncIterable<Uint8Array> =>
    end <= start ? nothing() : createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 20, signal });
  return {
    url,
    title: path,
    isMirror,
    async open(range, _known, signal) {
      const about = await look();
      const total = about.total ?? 0;
      return {
        about,
        ranges: range !== undefined,
        body: read(range?.start ?? 0, Math.min(range?.end ?? total, total), signal),
        async again({ start, end }, inner) {
          const now = await look();
          if (now.total !== about.total || now.validator !== about.validator) {
            throw new DownloadTrouble('changed', `${path} was changed while it was copied.`);
          }
          return read(start, end, inner);
        },
      };
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
