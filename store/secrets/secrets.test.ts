import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { FileSecrets, KEY_FILE, SECRETS_FILE } from './file-secrets.ts';
import type { OpenKeyringEntry } from './keyring-secrets.ts';
import { openSecrets } from './open-secrets.ts';
import { SecretError } from './secret-store.ts';

const TOKEN = 'eyJ-a-token-nobody-may-read';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const secretsFile = (): string => join(folder, SECRETS_FILE);
const inFile = (passphrase?: string): FileSecrets => new FileSecrets({ folder, passphrase });

/** A keyring in memory. */
class FakeKeyring {
  readonly kept = new Map<string, string>();
  broken: string | undefined;
  silent = false;

  readonly open: OpenKeyringEntry = (service, name) => {
    const key = `${service}|${name}`;
    const answer = <T>(work: () => T): Promise<T> => {
      if (this.silent) return new Promise(() => undefined);
      return this.broken === undefined ? Promise.resolve(work()) : Promise.reject(new Error(this.broken));
    };
    return {
      getPassword: () => answer(() => this.kept.get(key) ?? null),
      setPassword: (value) => answer(() => void this.kept.set(key, value)),
      deletePassword: () => answer(() => this.kept.delete(key)),
    };
  };
}

const openWith = (keyring: FakeKeyring | undefined, env: NodeJS.ProcessEnv = {}, clock = new FakeClock()) =>
  openSecrets({ dataFolder: folder, clock, env, keyring: async () => keyring?.open });

describe('secrets in a file', () => {
  it('are listed by name alone', async () => {
    await inFile().set('b', TOKEN);
    await inFile().set('a', 'another');
    expect(await inFile().names()).toEqual(['a', 'b']);
  });

  it('are sealed anew with another key, and the old key opens nothing', async () => {
    await inFile().set('a', TOKEN);
    const oldKey = await readFile(join(folder, 'secrets.key'), 'utf8');
    await inFile().reseal(undefined);
    expect(await inFile().get('a')).toBe(TOKEN);
    expect(await readFile(join(folder, 'secrets.key'), 'utf8')).not.toBe(oldKey);
    await writeFile(join(folder, 'secrets.key'), oldKey);
    await expect(inFile().get('a')).rejects.toThrow('is not its key');
  });

  it('survive a process that was killed between the new box and its key', async () => {
    await inFile().set('a', TOKEN);
    const oldKey = await readFile(join(folder, 'secrets.key'), 'utf8');
    await inFile().reseal(undefined);
    await rename(join(folder, 'secrets.key'), join(folder, 'secrets.key.next'));
    await writeFile(join(folder, 'secrets.key'), oldKey);
    expect(await inFile().get('a')).toBe(TOKEN);
    expect(await readdir(folder)).not.toContain('secrets.key.next');
  });

  it('go from a key to a passphrase, to another one, and back', async () => {
    await inFile().set('a', TOKEN);
    const secrets = inFile();
    await secrets.reseal('first');
    expect(await readdir(folder)).toEqual(['secrets.json']);
    expect(await inFile('first').get('a')).toBe(TOKEN);
    await secrets.reseal('second');
    await expect(inFile('first').get('a')).rejects.toThrow('JARVIS_PASSPHRASE is not the one');
    expect(await inFile('second').get('a')).toBe(TOKEN);
    await secrets.reseal(undefined);
    expect(await inFile().get('a')).toBe(TOKEN);
  });

  it('come back after a restart, one by one', async () => {
    await inFile().set('home-assistant http://a', TOKEN);
    await inFile().set('mqtt mqtt://b', 'another');
    expect(await inFile().get('home-assistant http://a')).toBe(TOKEN);
    await inFile().delete('home-assistant http://a');
    expect(await inFile().get('home-assistant http://a')).toBeUndefined();
    expect(await inFile().get('mqtt mqtt://b')).toBe('another');
  });

  it('leave neither value nor name readable, and are for their owner only', async () => {
    await inFile().set('home-assistant http://a', TOKEN);
    const text = await readFile(secretsFile(), 'utf8');
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('home-assistant');
    for (const name of [SECRETS_FILE, KEY_FILE]) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('are not there before the first one is kept, and asking makes no file', async () => {
    expect(await inFile().get('anything')).toBeUndefined();
    await inFile().delete('anything');
    expect(await readdir(folder)).toEqual([]);
  });

  it('do not get lost when many are kept at once', async () => {
    const secrets = inFile();
    await Promise.all(Array.from({ length: 20 }, (_, index) => secrets.set(`name ${index}`, `value ${index}`)));
    expect(await Promise.all(Array.from({ length: 20 }, (_, index) => inFile().get(`name ${index}`)))).toEqual(
      Array.from({ length: 20 }, (_, index) => `value ${index}`),
    );
  });

  it('keep names such as __proto__ like any other', async () => {
    await inFile().set('__proto__', TOKEN);
    expect(await inFile().get('__proto__')).toBe(TOKEN);
    expect(await inFile().get('constructor')).toBeUndefined();
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['emptied', () => ''],
    ['replaced by another program', () => '{"hello": "world"}'],
    ['no text at all', () => '\u0000\u0001\u0002'],
    ['from a later version', (text: string) => text.replace('"version":1', '"version":2')],
    [
      'changed in one byte',
      (text: string) => text.replace(/"sealed":"(.)/u, (_, first: string) => `"sealed":"${first === 'A' ? 'B' : 'A'}`),
    ],
  ])('that were %s are refused in words, and nothing is overwritten', async (_, change) => {
    await inFile().set('a', TOKEN);
    const bad = change(await readFile(secretsFile(), 'utf8'));
    await writeFile(secretsFile(), bad);
    for (const use of [() => inFile().get('a'), () => inFile().set('b', 'new'), () => inFile().delete('a')]) {
      await expect(use()).rejects.toThrow(SecretError);
      await expect(use()).rejects.toThrow(/Nothing was overwritten/u);
    }
    expect(await readFile(secretsFile(), 'utf8')).toBe(bad);
  });

  it('without their key say which file is missing, and do not make another', async () => {
    await inFile().set('a', TOKEN);
    await rm(join(folder, KEY_FILE));
    await expect(inFile().set('b', 'new')).rejects.toThrow(/secrets\.key, which is missing/u);
    expect(await readdir(folder)).toEqual([SECRETS_FILE]);
  });

  it('with the key of another folder are refused', async () => {
    await inFile().set('a', TOKEN);
    await writeFile(join(folder, KEY_FILE), Buffer.alloc(32).toString('base64'));
    await expect(inFile().get('a')).rejects.toThrow(/cannot be opened/u);
    await writeFile(join(folder, KEY_FILE), 'short');
    await expect(inFile().get('a')).rejects.toThrow(/is damaged/u);
  });

  it('closed with a passphrase open with it alone, and leave no key behind', async () => {
    await inFile().set('a', TOKEN);
    await inFile('open sesame').set('b', 'second');
    expect(await readdir(folder)).toEqual([SECRETS_FILE]);
    expect(await inFile('open sesame').get('a')).toBe(TOKEN);
    expect(await inFile('open sesame').get('b')).toBe('second');
    await expect(inFile('open barley').get('a')).rejects.toThrow(/JARVIS_PASSPHRASE is not the one/u);
    await expect(inFile().get('a')).rejects.toThrow(/Set JARVIS_PASSPHRASE/u);
    await expect(inFile().set('c', 'third')).rejects.toThrow(/Set JARVIS_PASSPHRASE/u);
  }, 30_000);

  it('never show a value in an error', async () => {
    await inFile().set('a', TOKEN);
    await rm(join(folder, KEY_FILE));
    const error: unknown = await inFile()
      .set('b', TOKEN)
      .catch((caught: unknown) => caught);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(TOKEN);
  });
});

describe('the store of secrets', () => {
  it('is the system keyring where one answers, apart for each data folder', async () => {
    const keyring = new FakeKeyring();
    const secrets = await openWith(keyring);
    expect(secrets.kind).toBe('keyring');
    await secrets.set('a', TOKEN);
    expect(await secrets.get('a')).toBe(TOKEN);
    expect([...keyring.kept.keys()]).toEqual([`JARVIS ${folder}|a`, `JARVIS ${folder}|names of the secrets`]);
    expect(await secrets.names()).toEqual(['a']);
    await secrets.delete('a');
    expect(await secrets.get('a')).toBeUndefined();
    expect([...keyring.kept.keys()]).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is a file where there is none, where it fails, and where it is switched off', async () => {
    const failing = new FakeKeyring();
    failing.broken = "Couldn't access platform storage";
    expect((await openWith(undefined)).kind).toBe('file');
    expect((await openWith(failing)).kind).toBe('file');
    expect((await openWith(new FakeKeyring(), { JARVIS_KEYRING: 'off' })).kind).toBe('file');
  });

  it('is a file where the keyring hangs', async () => {
    const hanging = new FakeKeyring();
    hanging.silent = true;
    const clock = new FakeClock();
    const opening = openWith(hanging, {}, clock);
    await clock.advance(2_000);
    expect((await opening).kind).toBe('file');
  });

  it('finds in the file what was kept before there was a keyring, and moves it when it is kept anew', async () => {
    await inFile().set('a', TOKEN);
    const secrets = await openWith(new FakeKeyring());
    expect(await secrets.get('a')).toBe(TOKEN);
    await secrets.set('a', 'newer');
    expect(await secrets.get('a')).toBe('newer');
    expect(await inFile().get('a')).toBeUndefined();
  });

  it('says in words when the keyring refuses later, without the value', async () => {
    const keyring = new FakeKeyring();
    const secrets = await openWith(keyring);
    keyring.broken = 'the keyring is locked';
    const error: unknown = await secrets.set('a', TOKEN).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SecretError);
    expect(String(error)).toContain('the keyring is locked');
    expect(String(error)).not.toContain(TOKEN);
  });
});
