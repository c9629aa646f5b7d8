import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { SecretError, type SecretStore } from './secret-store.ts';

/** One entry of the system keyring, as `@napi-rs/keyring` has it. */
export interface KeyringEntry {
  /** null or undefined: there is none. */
  getPassword(): Promise<string | null | undefined>;
  setPassword(value: string): Promise<void>;
  deletePassword(): Promise<boolean>;
}

export type OpenKeyringEntry = (service: string, name: string) => KeyringEntry;

/** Entry that holds the names of all others. */
const NAMES = 'names of the secrets';

/** A locked keyring asks the person to open it; ms they have for that. */
const UNLOCK_MS = 60_000;
/** ms for a question that needs no open keyring; a start waits for it. */
const PROBE_MS = 2_000;

/** The system's keyring: Secret Service, macOS Keychain, Windows Credential Manager. */
export class KeyringSecrets implements SecretStore {
  readonly kind = 'keyring';
  readonly #options: { open: OpenKeyringEntry; service: string; clock: Clock };

  constructor(options: { open: OpenKeyringEntry; service: string; clock: Clock }) {
    this.#options = options;
  }

  /** Is there a keyring at all? */
  async answers(): Promise<boolean> {
    try {
      await this.#use('read', 'probe', (entry) => entry.getPassword(), PROBE_MS);
      return true;
    } catch {
      // Whatever the reason, it is none that can be used.
      return false;
    }
  }

  async get(name: string): Promise<string | undefined> {
    return (await this.#use('read', name, (entry) => entry.getPassword())) ?? undefined;
  }

  async set(name: string, value: string): Promise<void> {
    await this.#use('keep', name, (entry) => entry.setPassword(value));
    const names = await this.names();
    if (!names.includes(name)) await this.#keepNames([...names, name]);
  }

  async delete(name: string): Promise<void> {
    await this.#use('forget', name, (entry) => entry.deletePassword());
    const names = await this.names();
    if (names.includes(name)) await this.#keepNames(names.filter((each) => each !== name));
  }

  /** Keyrings are asked by name and do not list, so the names have an entry of their own; what was kept by an older JARVIS is missing in it. */
  async names(): Promise<string[]> {
    const kept = await this.#use('read', NAMES, (entry) => entry.getPassword());
    try {
      return z
        .array(z.string())
        .parse(JSON.parse(kept ?? '[]'))
        .sort();
    } catch {
      // Somebody wrote into it by hand; the secrets themselves are where they were.
      return [];
    }
  }

  async #keepNames(names: string[]): Promise<void> {
    if (names.length === 0) await this.#use('forget', NAMES, (entry) => entry.deletePassword());
    else await this.#use('keep', NAMES, (entry) => entry.setPassword(JSON.stringify(names)));
  }

  async #use<T>(what: string, name: string, work: (entry: KeyringEntry) => Promise<T>, limitMs = UNLOCK_MS): Promise<T> {
    const { open, service, clock } = this.#options;
    const enough = new AbortController();
    const late = clock.sleep(limitMs, enough.signal).then(() => Promise.reject(new Error('it did not answer')));
    late.catch(() => undefined);
    try {
      return await Promise.race([work(open(service, name)), late]);
    } catch (error) {
      // The keyring's own words name no value, but a cause might hold the call.
      throw new SecretError(
        `The system keyring did not ${what} the secret "${name}": ${error instanceof Error ? error.message : 'it refused'}`,
      );
    } finally {
      enough.abort();
    }
  }
}
