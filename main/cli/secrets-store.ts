import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { openDataFolder } from '../../store/data-folder.ts';
import { openSecrets } from '../../store/secrets/open-secrets.ts';
import type { SecretStore } from '../../store/secrets/secret-store.ts';
import { findRunningHost } from '../host/running-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { secretFromStdin, secretFromTerminal } from './read-secret.ts';
import type { SecretOptions } from './safety-options.ts';
import { writeRecord } from './write-record.ts';

export async function listSecrets({ json }: SecretOptions): Promise<void> {
  const running = await findRunningHost();
  const names =
    running === undefined ? await (await open()).secrets.names() : await running.request(z.array(z.string()), 'GET', '/secrets');
  if (json === true) printJson({ names });
  else for (const name of names) print(name);
  if (json !== true && names.length === 0) complain('No secret is kept.');
}

export async function setSecret(name: string, options: SecretOptions): Promise<void> {
  const value = await valueFor(`Value of "${name}" (it is not shown): `, options);
  const replaced = await keepSecret(name, value);
  if (options.json === true) printJson({ name, replaced });
  else print(replaced ? `"${name}" has its new value.` : `"${name}" is kept.`);
}

export async function rotateSecret(name: string | undefined, options: SecretOptions): Promise<void> {
  if (options.key === true) return reseal(undefined, true, options);
  if (name === undefined) throw new CommandError('Which one? Give its name, or --key for the key of the file.');
  const running = await findRunningHost();
  const names =
    running === undefined ? await (await open()).secrets.names() : await running.request(z.array(z.string()), 'GET', '/secrets');
  if (!names.includes(name)) throw new CommandError(`There is no secret "${name}" to rotate. "jarvis secrets set" keeps a new one.`);
  const value =
    options.generate === true
      ? randomBytes(32).toString('base64url')
      : await valueFor(`New value of "${name}" (it is not shown): `, options);
  await keepSecret(name, value);
  if (options.json === true) printJson({ name, replaced: true });
  else print(`"${name}" has its new value; the old one is gone from here. Take it back where it came from, too.`);
}

export async function deleteSecret(name: string, { json }: SecretOptions): Promise<void> {
  const running = await findRunningHost();
  let deleted: boolean;
  if (running === undefined) {
    const { secrets, dataFolder } = await open();
    deleted = (await secrets.get(name)) !== undefined;
    if (deleted) {
      await writeRecord(dataFolder, { kind: 'secret', act: 'forgotten', name, by: 'cli' });
      await secrets.delete(name);
    }
  } else ({ deleted } = await running.request(z.object({ deleted: z.boolean() }), 'POST', '/secrets/delete', { name }));
  if (json === true) printJson({ name, deleted });
  else print(deleted ? `"${name}" is forgotten.` : `There is no secret "${name}".`);
}

export async function changePassphrase(options: SecretOptions): Promise<void> {
  const passphrase =
    options.stdin === true
      ? await secretFromStdin('passphrase')
      : await secretFromTerminal('New passphrase (it is not shown; empty: none): ');
  if (passphrase === undefined) throw new CommandError('Nobody is here to ask for the passphrase. Give it with --stdin.');
  if (options.stdin !== true && passphrase !== '' && (await secretFromTerminal('Once more: ')) !== passphrase)
    throw new CommandError('The two are not the same. Nothing was changed.');
  await reseal(passphrase === '' ? undefined : passphrase, false, options);
}

/** @param same keep the passphrase that is in force */
async function reseal(passphrase: string | undefined, same: boolean, { json }: SecretOptions): Promise<void> {
  if ((await findRunningHost()) !== undefined)
    throw new CommandError('JARVIS is running and holds the old key. End it first, then do this again.');
  const { secrets, dataFolder } = await open();
  if (secrets.reseal === undefined) throw new CommandError('The secrets lie in the keyring of the system, which looks after its own key.');
  const inForce = process.env.JARVIS_PASSPHRASE;
  await writeRecord(dataFolder, {
    kind: 'secret',
    act: 'replaced',
    name: same ? 'key of the secrets' : 'passphrase of the secrets',
    by: 'cli',
  });
  await secrets.reseal(same ? (inForce === '' ? undefined : inForce) : passphrase);
  if (json === true) printJson({ resealed: true });
  else
    print(
      same || passphrase === undefined
        ? 'The secrets are sealed with a new key.'
        : 'The secrets are closed with the new passphrase. Set JARVIS_PASSPHRASE to it.',
    );
}

/** Where the person keeps secrets; with a JARVIS that runs, by it. True: it replaces an older one. */
export async function keepSecret(name: string, value: string): Promise<boolean> {
  const running = await findRunningHost();
  if (running !== undefined)
    return (await running.request(z.object({ replaced: z.boolean() }), 'POST', '/secrets', { name, value })).replaced;
  const { secrets, dataFolder } = await open();
  const replaced = (await secrets.get(name)) !== undefined;
  await writeRecord(dataFolder, { kind: 'secret', act: replaced ? 'replaced' : 'kept', name, by: 'cli' });
  await secrets.set(name, value);
  return replaced;
}

async function open(): Promise<{ secrets: SecretStore; dataFolder: string }> {
  const dataFolder = await openDataFolder();
  return { dataFolder, secrets: await openSecrets({ dataFolder, clock: systemClock }) };
}

async function valueFor(question: string, { stdin }: SecretOptions): Promise<string> {
  if (stdin === true) return secretFromStdin('secret');
  const value = await secretFromTerminal(question);
  if (value === undefined) throw new CommandError('Nobody is here to ask for the value. Give it with --stdin.');
  if (value === '') throw new CommandError('An empty secret is none. Nothing was changed.');
  return value;
}
