import { isIPv6 } from 'node:net';
import { JarvisError } from '../../contract/failure.ts';

/** Where a Home Assistant is reached, from whatever a person typed. */
export interface HomeAssistantAddress {
  /** `http://homeassistant.local:8123`, without a slash at the end; for people and for REST calls (`${base}/api/…`). */
  base: string;
  /** `ws://homeassistant.local:8123/api/websocket` */
  websocket: string;
}

const homeAssistantPort = '8123';
/** Characters that a name may have in the domain name system. */
const longestHost = 253;
const example = 'It looks like http://homeassistant.local:8123';

const withoutSecrets = (typed: string): string => typed.replace(/\/\/[^@/]*@/, '//').slice(0, 200);

/**
 * Takes `host`, `host:8123`, `[IPv6]`, any page's address inside Home Assistant, a Nabu Casa address, and `http://supervisor/core`
 * (from inside an add-on). Without a scheme the port is 8123.
 * @throws JarvisError `home-refused` for what can be no address
 */
export function homeAssistantAddress(typed: string): HomeAssistantAddress {
  const text = typed.trim();
  const refuse = (): never => {
    throw new JarvisError('home-refused', `"${withoutSecrets(text)}" is not the address of a Home Assistant. ${example}`);
  };
  if (text === '' || /\s/.test(text)) return refuse();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  const known = { http: 'http', https: 'https', ws: 'http', wss: 'https' } as const;
  if (scheme !== undefined && !Object.hasOwn(known, scheme)) return refuse();
  const parsed = URL.parse(scheme === undefined ? `http://${isIPv6(text) ? `[${text}]` : text}` : text.replace(/^ws/i, 'http'));
  if (!parsed || parsed.hostname === '' || parsed.hostname.length > longestHost) return refuse();
  if (parsed.username !== '' || parsed.password !== '')
    throw new JarvisError('home-refused', 'The address must not hold a name or a password; JARVIS asks for a token instead.');
  if (scheme === undefined && (/\.ui\.nabu\.casa$/i.test(parsed.hostname) || parsed.port === '443')) parsed.protocol = 'https:';
  else if (scheme === undefined && parsed.port === '' && !/:80(\/|$)/.test(text)) parsed.port = homeAssistantPort;
  const socketOrigin = parsed.origin.replace(/^http/, 'ws');
  // the supervisor's proxy is the only place where Home Assistant does not live at the root
  if (parsed.hostname === 'supervisor' && parsed.pathname.startsWith('/core'))
    return { base: `${parsed.origin}/core`, websocket: `${socketOrigin}/core/websocket` };
  return { base: parsed.origin, websocket: `${socketOrigin}/api/websocket` };
}
