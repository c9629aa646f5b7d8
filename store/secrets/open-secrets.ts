import type { Clock } from '../../contract/clock.ts';
import { FileSecrets } from './file-secrets.ts';
import { type KeyringEntry, KeyringSecrets, type OpenKeyringEntry } from './keyring-secrets.ts';
import type { SecretStore } from './secret-store.ts';

export interface SecretsOptions {
  dataFolder: string;
  clock: Clock;
  env?: NodeJS.ProcessEnv;
  /** Undefined: this machine has none. */
  keyring?: () => Promise<OpenKeyringEntry | undefined>;
}

/**
 * The system keyring where it answers, else an encrypted file. What the file kept before there was a keyring is found in it still.
 * `JARVIS_KEYRING=off` takes the file at once; `JARVIS_PASSPHRASE` closes it with a passphrase. Never throws: what is wrong is told when a secret is asked for.
 */
export async function openSecrets({ dataFolder, clock, env = process.env, keyring = systemKeyring }: SecretsOptions): Promise<SecretStore> {
  const file = new FileSecrets({ folder: dataFolder, passphrase: nonEmpty(env.JARVIS_PASSPHRASE) });
  const open = env.JARVIS_KEYRING === 'off' ? undefined : await keyring();
  if (open === undefined) return file;
  // By folder, so that another data folder on this machine has its own.
  const inKeyring = new KeyringSecrets({ open, service: `JARVIS ${dataFolder}`, clock });
  return (await inKeyring.answers()) ? withOlder(inKeyring, file) : file;
}

function withOlder(store: SecretStore, older: SecretStore): SecretStore {
  return {
    kind: store.kind,
    get: async (name) => (await store.get(name)) ?? older.get(name),
    async set(name, value) {
      await store.set(name, value);
      await older.delete(name);
    },
    async delete(name) {
      await store.delete(name);
      await older.delete(name);
    },
    names: async () => [...new Set([...(await store.names()), ...(await older.names())])].sort(),
  };
}

async function systemKeyring(): Promise<OpenKeyringEntry | undefined> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    // On Linux only the Secret Service: the kernel's keyring, which is tried next by default, forgets at every restart.
    return (service, name): KeyringEntry => new AsyncEntry(service, name, { linux: { store: 'secret-service' } });
  } catch {
    // No build for this platform.
    return undefined;
  }
}

const nonEmpty = (text: string | undefined): string | undefined => (text === undefined || text === '' ? undefined : text);
