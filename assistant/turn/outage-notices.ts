import type { BridgeStatus } from '../../contract/home.ts';
import { asSentence, listed } from '../skills/wording.ts';

const isAway = ({ state }: BridgeStatus): boolean => state === 'disconnected' || state === 'refused';

/** Says once which way into the home is away, and again only after it has been back. */
export class OutageNotices {
  #told = new Set<string>();

  /** A sentence about what was not told yet; undefined when there is nothing new to say. */
  untold(bridges: readonly BridgeStatus[]): string | undefined {
    const away = bridges.filter(isAway);
    const fresh = away.filter(({ name }) => !this.#told.has(name));
    this.#told = new Set(away.map(({ name }) => name));
    if (fresh.length === 0) return undefined;
    const names = listed(fresh.map(({ title, name }) => title ?? name));
    return asSentence(`${names} ${fresh.length === 1 ? 'is' : 'are'} not connected just now`);
  }
}
