import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/**
 * Why a request is none of ours, or undefined. `Host` must be a name that this host answers to: a stranger's page that points its own name at this
 * machine (DNS rebinding) still sends that name. `Origin`, where a browser sends it, must be the page that this host served.
 * @param listening address that the gateway listens on
 */
export function whyForeign({ headers }: Pick<IncomingMessage, 'headers'>, listening: string): string | undefined {
  const host = headers.host ?? '';
  const name = nameOf(host);
  if (name === undefined || !answersTo(name, listening)) return 'This host does not answer to that name.';
  if (headers.origin === undefined) return undefined;
  if (headers.origin !== `http://${host}` && headers.origin !== `https://${host}`) return 'Requests from other pages are refused.';
  return undefined;
}

/** Is this a name (without port and brackets) that a page of ours may be reached by? */
export function answersTo(name: string, listening: string): boolean {
  if (LOOPBACK.includes(name) || name === listening) return true;
  // On the network the machine has addresses nobody listed; a numeric address cannot be rebound.
  return !LOOPBACK.includes(listening) && isIP(name) !== 0;
}

/** Host without port and brackets; undefined when it is none. */
function nameOf(host: string): string | undefined {
  if (!URL.canParse(`http://${host}`)) return undefined;
  const { hostname, pathname, username, search } = new URL(`http://${host}`);
  if (pathname !== '/' || username !== '' || search !== '') return undefined;
  return hostname.replace(/^\[|\]$/gu, '');
}
