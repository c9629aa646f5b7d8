import { asFit, type Fit } from './fit.ts';

/** `*` is any host, `*.example.org` every name below it (not itself), anything else exactly that host. Reads URLs and bare hosts. */
export function fitsHost(pattern: string, value: string): Fit {
  const host = hostOf(value);
  if (host === undefined) return 'unclear';
  if (pattern === '*') return 'yes';
  const below = pattern.startsWith('*.');
  const wanted = hostOf(below ? pattern.slice(2) : pattern);
  if (wanted === undefined) return 'unclear';
  return asFit(below ? host.endsWith(`.${wanted}`) : host === wanted);
}

/** As a browser would reach it: names in lower case and ASCII, numbers as dotted addresses, user names and ports left out. */
function hostOf(value: string): string | undefined {
  const address = /^[a-z][a-z0-9+.-]*:[/\\]{2}/iu.test(value) ? value : `http://${value}`;
  let url: URL;
  try {
    url = new URL(address);
    // Schemes that browsers do not know are not put into one form by the parser; their host is read again as that of a page.
    if (url.hostname !== '' && !/^(https?|wss?|ftp):$/u.test(url.protocol)) url = new URL(`http://${url.host}`);
  } catch {
    return undefined;
  }
  const host = url.hostname.replace(/\.$/u, '');
  return host === '' ? undefined : host;
}
