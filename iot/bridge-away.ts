import type { BridgeStatus, Entity } from '../contract/home.ts';
import { theName } from './services/entity-words.ts';

/** "Home Assistant" of "Home Assistant at http://…": an address is nothing to read aloud. Undefined where the bridge has no name for people. */
export const spokenTitle = ({ title }: BridgeStatus): string | undefined => title?.replace(/ at \S+$/u, '');

/** Why a device cannot be reached: its bridge is away. */
export function bridgeAway(status: BridgeStatus, entity: Pick<Entity, 'name'>): string {
  const title = spokenTitle(status);
  if (title === undefined) return 'I cannot reach the home just now.';
  return `${title.charAt(0).toUpperCase()}${title.slice(1)} is not connected, so I cannot reach ${theName(entity)}.`;
}
