import { BlockList, isIP } from 'node:net';
import type { ProviderSettings } from '../../contract/models.ts';

const HOME = new BlockList();
// This machine; the networks of RFC 1918; link-local; and carrier-grade addresses, which private overlay networks use.
for (const [address, prefix] of [
  ['0.0.0.0', 32],
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  HOME.addSubnet(address, prefix, 'ipv4');
}
for (const [address, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  HOME.addSubnet(address, prefix, 'ipv6');
}

/** Names that only a network at home resolves. */
const HOME_NAME = /^(?:localhost|[^.]+)$|\.(?:local|localhost|lan|home|internal|home\.arpa)$/u;

/**
 * Whether what is said to this provider leaves the house. What the person set holds; else it stays only where the address itself says so: this machine, a
 * private network, `.local` and its like. Names are not looked up: an answer from outside could claim to be at home.
 */
export function leavesHouse({ leavesHouse: set, type, url }: Pick<ProviderSettings, 'leavesHouse' | 'type' | 'url'>): boolean {
  if (type === 'local') return false;
  if (set !== undefined) return set;
  if (url === undefined) return type !== 'ollama';
  const host = hostOf(url);
  return host === undefined || !isAtHome(host);
}

function hostOf(url: string): string | undefined {
  // [::1] and a name's last dot
  return URL.parse(url)
    ?.hostname.toLowerCase()
    .replace(/^\[|\]$/gu, '')
    .replace(/\.$/u, '');
}

function isAtHome(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return HOME_NAME.test(host);
  return HOME.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
