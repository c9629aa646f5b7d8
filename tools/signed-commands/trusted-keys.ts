import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PersonSchema } from '../../contract/tool.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { hasCode } from '../../store/error-code.ts';
import { keyId, publicKeyFrom } from './device-key.ts';

/** Whom this host takes signed commands from; nobody, until a person adds a key. */
export const TRUSTED_KEYS_FILE = 'trusted-keys.json';

const TrustedKeySchema = z
  .object({
    id: z.string(),
    publicKey: z.string(),
    /** Of the device, for people. */
    name: z.string().min(1).max(100),
    /** For whom it speaks. */
    person: PersonSchema,
    /** ms since the epoch */
    addedAt: z.number(),
  })
  .strict();
export type TrustedKey = z.infer<typeof TrustedKeySchema>;

/** The file is read at every look, so that a key that was removed counts no more at once, also for a host that runs. Throws when it is damaged. */
export class TrustedKeys {
  readonly path: string;

  constructor(dataFolder: string) {
    this.path = join(dataFolder, TRUSTED_KEYS_FILE);
  }

  async list(): Promise<TrustedKey[]> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
    const keys = z.array(TrustedKeySchema).safeParse(asJson(text)).data;
    // An id that is not that of its key would let one key speak in the name of another.
    if (keys === undefined || keys.some(({ id, publicKey }) => id !== keyId(publicKey) || publicKeyFrom(publicKey) === undefined)) {
      throw new Error(`${this.path} is damaged; nobody is trusted until it is put right or removed.`);
    }
    return keys;
  }

  /** Replaces what is known of the same key. Throws a sentence for people when the text is no key. */
  async add(key: Omit<TrustedKey, 'id'>): Promise<TrustedKey> {
    if (publicKeyFrom(key.publicKey) === undefined) {
      throw new Error('This is no public key of a device. On that device, "jarvis trust key" shows the 43 characters to give here.');
    }
    const added = { id: keyId(key.publicKey), ...key };
    await this.#write([...(await this.list()).filter(({ id }) => id !== added.id), added]);
    return added;
  }

  /** By id, public key or name; undefined when there is none. */
  async remove(which: string): Promise<TrustedKey | undefined> {
    const keys = await this.list();
    const found = keys.find(({ id, publicKey, name }) => which === id || which === publicKey || which === name);
    if (found !== undefined) await this.#write(keys.filter((key) => key !== found));
    return found;
  }

  async #write(keys: TrustedKey[]): Promise<void> {
    await writeFileAtomic(this.path, `${JSON.stringify(keys, undefined, 2)}\n`);
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
