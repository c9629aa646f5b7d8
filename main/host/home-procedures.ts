import { JarvisError } from '../../contract/failure.ts';
import type { JarvisApi } from '../gateway/router.ts';
import { answersTo } from '../gateway/same-origin.ts';
import { parseHomeAddress } from './home-address.ts';
import type { HomeConnections } from './home-connections.ts';
import type { HomeLogins } from './home-login.ts';

export interface HomeProcedureParts {
  connections: Pick<HomeConnections, 'list' | 'connect' | 'disconnect'>;
  logins: HomeLogins;
  /** Address the page is served on (`server.host`). */
  listening: string;
  /** Of the page that this host serves on loopback; undefined before it is served. */
  origin(): string | undefined;
  /** Aborts when the host ends. */
  ending: AbortSignal;
}

/** The ways into the home, as other programs and the page ask for them. */
export function homeProcedures({
  connections,
  logins,
  listening,
  origin,
  ending,
}: HomeProcedureParts): Pick<JarvisApi, 'connections' | 'connectHome' | 'startHomeLogin' | 'disconnectHome'> {
  return {
    connections: () => connections.list(),
    async connectHome({ token, ...request }) {
      const { connection } = await connections.connect(
        { ...request, ...(token !== undefined && { credentials: { type: 'token', token } }) },
        ending,
      );
      return connection;
    },
    startHomeLogin({ url, returnTo, insecure }) {
      const address = parseHomeAddress(url);
      if (address.type !== 'home-assistant')
        throw new JarvisError('home-refused', 'Only a Home Assistant has a login; a broker wants a name and a password.');
      const from = originOf(returnTo, listening) ?? origin();
      if (from === undefined) throw new JarvisError('home-refused', 'There is no page of JARVIS to come back to.');
      return logins.start({ url: address.url, insecure: insecure ?? false, origin: from, returnTo });
    },
    async disconnectHome({ id }) {
      await connections.disconnect(id);
      return {};
    },
  };
}

/**
 * Where Home Assistant may send a person (and the code) back to: a page served by this host, under whatever name it is reached.
 * Undefined for a page that no browser can be sent to, such as the window's own.
 * @throws JarvisError for somebody else's
 */
function originOf(returnTo: string, listening: string): string | undefined {
  const { protocol, hostname, origin } = new URL(returnTo);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const name = hostname.replace(/^\[|\]$/gu, '');
  if (!answersTo(name, listening)) {
    throw new JarvisError('home-refused', 'A login can only come back to a page of JARVIS.');
  }
  return origin;
}
