import type { BridgeStatus } from '../../contract/home.ts';
import { upperFirst } from './attributes.ts';

/** "Home Assistant" of "Home Assistant at http://…", at the start of a sentence. */
export function bridgeName({ name, title }: BridgeStatus): string {
  return upperFirst((title ?? name).replace(/ at \S+$/u, ''));
}

export const bridgeStates = {
  connecting: 'Connecting…',
  connected: 'Connected',
  disconnected: 'Not connected',
  refused: 'Needs your help',
} as const satisfies Record<BridgeStatus['state'], string>;
