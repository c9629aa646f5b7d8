import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from './byte-source.ts';
import { DownloadTrouble } from './download-trouble.ts';
import { folderSource } from './folder-source.ts';
import { type HttpSourceOptions, httpSource } from './http-source.ts';
import { decodeSafely, nameOfUrl } from './safe-file-name.ts';

export interface Mirror {
  /** Folder, or address with a path to which names are added. */
  place: string;
  /** Nothing else is asked when the mirror does not have it. */
  only: boolean;
}

/**
 * `JARVIS_MODELS_MIRROR`: a folder, a `file:` or an `http(s):` address; `only:` before it forbids to ask anybody else. Undefined for nothing; throws in words for
 * what cannot be one.
 */
export function readMirror(text: string | undefined): Mirror | undefined {
  const whole = text?.trim() ?? '';
  if (whole === '') return undefined;
  const only = /^only:/iu.test(whole);
  const place = whole.replace(/^only:/iu, '').trim();
  const url = URL.canParse(place) ? new URL(place) : undefined;
  if (url !== undefined && ['http:', 'https:', 'file:'].includes(url.protocol)) return { place, only };
  if (isAbsolute(place)) return { place, only };
  throw new Error(`JARVIS_MODELS_MIRROR: "${place}" is neither an absolute folder nor an http address.`);
}

/** Where to look for a file, in order: at the mirror by path, then by name; then at its own address, where that is allowed. */
export function sourcesFor(
  url: string,
  name: string,
  mirror: Mirror | undefined,
  options: Omit<HttpSourceOptions, 'isMirror'>,
): ByteSource[] {
  const mirrored = mirror === undefined ? [] : inMirror(url, name, mirror, options);
  return mirror?.only === true ? mirrored : [...mirrored, sourceAt(url, { ...options, isMirror: false })];
}

function inMirror(url: string, name: string, { place }: Mirror, options: Omit<HttpSourceOptions, 'isMirror'>): ByteSource[] {
  const segments = new URL(url).pathname.split('/').filter((each) => each !== '');
  // An escaped slash or dots would lead out of the mirror.
  const plain = segments.map(decodeSafely);
  const isSafe = plain.every((each) => !/[/\\\0:]/u.test(each) && each !== '..' && each !== '.');
  const names = [...new Set([name, nameOfUrl(url)])];
  if (/^https?:/iu.test(place)) {
    const base = place.endsWith('/') ? place : `${place}/`;
    const paths = [...(isSafe && segments.length > 1 ? [segments.join('/')] : []), ...names.map(encodeURIComponent)];
    return paths.map((path) => httpSource(new URL(path, base).href, { ...options, isMirror: true }));
  }
  const folder = /^file:/iu.test(place) ? fileURLToPath(place) : place;
  const paths = [...(isSafe && plain.length > 1 ? [join(...plain)] : []), ...names];
  return paths.map((path) => folderSource(join(folder, path), true));
}

function sourceAt(url: string, options: HttpSourceOptions): ByteSource {
  const { protocol, username, password } = new URL(url);
  if (protocol === 'file:') return folderSource(fileURLToPath(url), false);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new DownloadTrouble('refused', `Nothing can be fetched from a ${protocol} address.`);
  if (username !== '' || password !== '')
    throw new DownloadTrouble('refused', 'An address with a password in it is not used; it would end up in lists and logs.');
  return httpSource(url, options);
}
