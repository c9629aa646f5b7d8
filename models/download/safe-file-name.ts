/** Bytes of a name: file systems take 255, and partial files add their endings. */
const MAXIMUM_BYTES = 180;

/** Names that Windows keeps for devices, with any ending. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/iu;

/** Endings that our own partial files and temporary files have. */
const OURS = /\.(part|part\.json|tmp|lock)$/iu;

/**
 * A name for one file or folder on any system, from text of outside: no path, no control signs, nothing hidden, not too long. The ending survives a cut.
 * Different texts may give the same name.
 */
export function safeFileName(text: string, otherwise = 'model'): string {
  const last =
    text
      .normalize('NFC')
      .split(/[/\\]/u)
      .findLast((part) => part !== '') ?? '';
  const plain = last
    .replace(/[\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/gu, '_')
    .replace(/^[\s.~-]+/u, '')
    .replace(/[\s.]+$/u, '');
  const named = plain === '' ? otherwise : plain;
  const free = RESERVED.test(named) || OURS.test(named) ? `_${named.replace(OURS, '_$1')}` : named;
  return shorten(free);
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAXIMUM_BYTES) return name;
  const ending = /\.[A-Za-z0-9]{1,12}$/u.exec(name)?.[0] ?? '';
  let stem = name.slice(0, name.length - ending.length);
  // By code points, so that no sign is cut in two.
  while (Buffer.byteLength(stem + ending) > MAXIMUM_BYTES) stem = [...stem].slice(0, -1).join('');
  return stem.replace(/[\s.]+$/u, '') + ending;
}

/** The name that an address ends with; query and fragment do not count. */
export function nameOfUrl(url: string): string {
  const { pathname } = new URL(url);
  const last = pathname.split('/').findLast((part) => part !== '') ?? '';
  return safeFileName(decodeSafely(last));
}

/** Undoes %20 and the like; what is no valid escape stays as it is. */
export function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
