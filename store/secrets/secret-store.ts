/** Where tokens and passwords lie. Values never go into logs, errors or settings. */
export interface SecretStore {
  /** `keyring`: the system's; `file`: an encrypted file in the data folder. */
  readonly kind: 'keyring' | 'file';
  /** Undefined when there is none of that name. @throws SecretError when what is kept cannot be read */
  get(name: string): Promise<string | undefined>;
  /** @throws SecretError when it cannot be kept; what was kept before is then untouched */
  set(name: string, value: string): Promise<void>;
  /** Nothing happens when there is none of that name. @throws SecretError */
  delete(name: string): Promise<void>;
  /** What is kept, by name, sorted. @throws SecretError */
  names(): Promise<string[]>;
  /** Closes everything anew: with this passphrase, or with a key of its own where there is none. Absent: the system looks after that. @throws SecretError */
  reseal?(passphrase: string | undefined): Promise<void>;
}

/** Secrets cannot be read or kept; the message is a sentence for people and holds no value. */
export class SecretError extends Error {
  override name = 'SecretError';
}
