import type { BridgeStatus } from '../../contract/home.ts';
import { spokenTitle } from '../../iot/bridge-away.ts';
import { asSentence, listed } from '../skills/wording.ts';

const isAway = ({ state }: BridgeStatus): boolean => state === 'disconnected' || state === 'refused';

const nameOf = (bridge: BridgeStatus): string => spokenTitle(bridge) ?? bridge.name;

/** Says once which way into the home is away, and again only after it has been back. */
export class OutageNotices {
  #told = new Set<string>();

  /**
   * A sentence about what was not told yet; undefined when there is nothing new to say.
   * @param said the reply so far: what it has told already need not be told twice
   */
  untold(bridges: readonly BridgeStatus[], said = ''): string | undefined {
    const away = bridges.filter(isAway);
    const saidLow = said.toLowerCase();
    const fresh = away.filter(
      (bridge) => !this.#told.has(bridge.name) && !saidLow.includes(`${nameOf(bridge)} is not connected`.toLowerCase()),
    );
    this.#told = new Set(away.map(({ name }) => name));
    if (fresh.length === 0) return undefined;
    const names = listed(fresh.map(nameOf));
    return asSentence(`${names} ${fresh.length === 1 ? 'is' : 'are'} not connected just now`);
  }
}
