import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createFileOnce, writeFileAtomic } from '../atomic-file.ts';
import { hasCode } from '../error-code.ts';
import { KEY_LENGTH, type KeySource, newScryptSource, type SealedBox, SealedBoxSchema, seal, stretch, unseal } from './sealed-box.ts';
import { SecretError, type SecretStore } from './secret-store.ts';

export const SECRETS_FILE = 'secrets.json';
export const KEY_FILE = 'secrets.key';

/** Pairs, so that a name may be any text. */
const ContentsSchema = z.array(z.tuple([z.string(), z.string()]));

/**
 * An encrypted file in the data folder. With a passphrase the key is made from it; without one it lies in a file of its own, which protects
 * against copies of the settings and casual eyes, not against somebody who can read all the files of this person.
 * A file that cannot be opened is left as it is: nothing is overwritten.
 */
export class FileSecrets implements SecretStore {
  readonly kind = 'file';
  readonly #path: string;
  readonly #keyPath: string;
  /** Of a key that is about to take the place of the one before. */
  readonly #nextKeyPath: string;
  #passphrase: string | undefined;
  /** One change after another: each reads what the one before wrote. */
  #last: Promise<unknown> = Promise.resolve();
  /** Stretching costs half a second; a salt's key is made once. */
  #stretched: { salt: string; cost: number; key: Buffer } | undefined;

  constructor(options: { folder: string; passphrase: string | undefined }) {
    this.#path = join(options.folder, SECRETS_FILE);
    this.#keyPath = join(options.folder, KEY_FILE);
    this.#nextKeyPath = `${this.#keyPath}.next`;
    this.#passphrase = options.passphrase;
  }

  get(name: string): Promise<string | undefined> {
    return this.#inTurn(async () => (await this.#open()).get(name));
  }

  set(name: string, value: string): Promise<void> {
    return this.#inTurn(async () => {
      const all = await this.#open();
      await this.#close(all.set(name, value));
    });
  }

  delete(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const all = await this.#open();
      if (all.delete(name)) await this.#close(all);
    });
  }

  names(): Promise<string[]> {
    return this.#inTurn(async () => [...(await this.#open()).keys()].sort());
  }

  /** A new salt or a new key file each time: what was sealed with the old one is opened by nothing that is left. */
  reseal(passphrase: string | undefined): Promise<void> {
    return this.#inTurn(async () => {
      const all = await this.#open();
      const before = this.#passphrase;
      this.#passphrase = passphrase;
      try {
        if (passphrase === undefined) await this.#resealByFile(all);
        else await this.#write(all, newScryptSource());
      } catch (error) {
        this.#passphrase = before;
        throw error;
      }
    });
  }

  /** The new key lies beside the old one until the box that it opens is written, so that a crash leaves one pair whole. */
  async #resealByFile(all: Map<string, string>): Promise<void> {
    const key = randomBytes(KEY_LENGTH);
    try {
      await writeFileAtomic(this.#nextKeyPath, `${key.toString('base64')}\n`);
      await writeFileAtomic(this.#path, seal(JSON.stringify([...all]), key, { type: 'file' }));
      await rename(this.#nextKeyPath, this.#keyPath);
    } catch (error) {
      throw new SecretError(`The secrets cannot be written to ${this.#path}: ${codeOf(error)}.`, { cause: error });
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #open(): Promise<Map<string, string>> {
    const box = await this.#readBox();
    if (box === undefined) return new Map();
    const key = await this.#keyOf(box.key);
    let contents: string;
    try {
      contents = unseal(box, key);
    } catch (error) {
      const resealed = box.key.type === 'file' ? await this.#openWithNextKey(box) : undefined;
      if (resealed !== undefined) return new Map(ContentsSchema.parse(JSON.parse(resealed)));
      const why =
        box.key.type === 'scrypt' ? 'JARVIS_PASSPHRASE is not the one it was closed with, or it' : `${this.#keyPath} is not its key, or it`;
      throw new SecretError(`The secrets in ${this.#path} cannot be opened: ${why} was changed. Nothing was overwritten.`, {
        cause: error,
      });
    }
    return new Map(ContentsSchema.parse(JSON.parse(contents)));
  }

  /** A process that was killed between box and key leaves the new key beside the old one. */
  async #openWithNextKey(box: SealedBox): Promise<string | undefined> {
    try {
      const contents = unseal(box, Buffer.from((await readFile(this.#nextKeyPath, 'utf8')).trim(), 'base64'));
      await rename(this.#nextKeyPath, this.#keyPath);
      return contents;
    } catch {
      // There is none, or it is not the key either: the caller tells.
      return undefined;
    }
  }

  async #readBox(): Promise<SealedBox | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw new SecretError(`The secrets in ${this.#path} cannot be read: ${codeOf(error)}.`, { cause: error });
    }
    const parsed = SealedBoxSchema.safeParse(asJson(text));
    if (parsed.success) return parsed.data;
    throw new SecretError(
      `${this.#path} is damaged or is no file of secrets of this version. Nothing was overwritten. Put back a copy of it, or move it away and connect again.`,
    );
  }

  async #close(all: Map<string, string>): Promise<void> {
    await this.#write(all, this.#passphrase === undefined ? { type: 'file' } : ((await this.#scryptInUse()) ?? newScryptSource()));
  }

  async #write(all: Map<string, string>, source: KeySource): Promise<void> {
    const key = source.type === 'file' ? await this.#keyFromFile(true) : await this.#keyOf(source);
    try {
      await writeFileAtomic(this.#path, seal(JSON.stringify([...all]), key, source));
      // A key that opens only old copies is better gone.
      if (source.type === 'scrypt') await rm(this.#keyPath, { force: true });
    } catch (error) {
      throw new SecretError(`The secrets cannot be written to ${this.#path}: ${codeOf(error)}.`, { cause: error });
    }
  }

  async #scryptInUse(): Promise<KeySource | undefined> {
    const box = await this.#readBox();
    return box?.key.type === 'scrypt' ? box.key : undefined;
  }

  async #keyOf(source: KeySource): Promise<Buffer> {
    if (source.type === 'file') return this.#keyFromFile(false);
    if (this.#passphrase === undefined) {
      throw new SecretError(`The secrets in ${this.#path} are closed with a passphrase. Set JARVIS_PASSPHRASE to it.`);
    }
    const { salt, cost } = source;
    if (this.#stretched?.salt !== salt || this.#stretched.cost !== cost) {
      this.#stretched = { salt, cost, key: await stretch(this.#passphrase, source) };
    }
    return this.#stretched.key;
  }

  async #keyFromFile(make: boolean): Promise<Buffer> {
    try {
      if (make) await createFileOnce(this.#keyPath, `${randomBytes(KEY_LENGTH).toString('base64')}\n`);
      // A copy that came back from elsewhere may have lost its mode.
      await chmod(this.#keyPath, 0o600);
      const key = Buffer.from((await readFile(this.#keyPath, 'utf8')).trim(), 'base64');
      if (key.length === KEY_LENGTH) return key;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) {
        throw new SecretError(
          `The secrets in ${this.#path} cannot be opened without their key ${this.#keyPath}, which is missing. Nothing was overwritten.`,
          { cause: error },
        );
      }
      throw new SecretError(`The key of the secrets, ${this.#keyPath}, cannot be used: ${codeOf(error)}.`, { cause: error });
    }
    throw new SecretError(`The key of the secrets, ${this.#keyPath}, is damaged. Nothing was overwritten.`);
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no box; the schema says so.
    return undefined;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'the system refused';
