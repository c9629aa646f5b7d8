/** Where pages of ours come from when they are handed ports: the built folder, under a scheme of its own. */
export const PAGE_SCHEME = 'jarvis';
export const PAGE_ADDRESS = `${PAGE_SCHEME}://page/`;

/** Nothing but our own files; sound and commands travel by port or by websocket to the page's own origin. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Whether `url` is a page of ours: the built one, or the host's on loopback. `hostAddress` is any address the host has given. */
export function isOwnPage(url: string, hostAddress: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  if (protocol === `${PAGE_SCHEME}:`) return host === 'page';
  if (hostAddress === undefined || !URL.canParse(hostAddress)) return false;
  const own = new URL(hostAddress);
  return protocol === own.protocol && host === own.host;
}

/** Path inside the page's folder that a request means, or undefined for one that leaves it. */
export function pageFile(url: string): string | undefined {
  const { pathname } = new URL(url);
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    // A broken escape names no file.
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\') || path.split('/').includes('..')) return undefined;
  return path === '/' ? 'index.html' : path.slice(1);
}
