import { randomUUID } from 'node:crypto';
import { openDataFolder } from '../../store/data-folder.ts';
import { keyId, openDeviceKey, publicKeyOf } from '../../tools/signed-commands/device-key.ts';
import { TrustedKeys } from '../../tools/signed-commands/trusted-keys.ts';
import { installationId } from '../host/installation-id.ts';
import { systemClock } from '../host/system-clock.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import type { TrustOptions } from './safety-options.ts';

export async function listTrusted({ json }: { json?: boolean }): Promise<void> {
  const keys = await new TrustedKeys(await openDataFolder()).list();
  if (json === true) for (const key of keys) printJson(key);
  else for (const { id, name, person } of keys) print(`${name.padEnd(20)} ${person.name} (${person.role})  ${id}`);
  if (keys.length === 0 && json !== true) complain('No device is trusted.');
}

export async function addTrusted(publicKey: string, { name, person, role, json }: TrustOptions): Promise<void> {
  const keys = new TrustedKeys(await openDataFolder());
  const added = await keys.add({ publicKey, name, person: { name: person, role }, addedAt: systemClock.now() });
  if (json === true) printJson(added);
  else print(`${name} may now speak for ${person} (${role}).`);
}

export async function removeTrusted(which: string, { json }: { json?: boolean }): Promise<void> {
  const removed = await new TrustedKeys(await openDataFolder()).remove(which);
  if (removed === undefined) throw new CommandError(`No device ${which} is trusted.`);
  if (json === true) printJson(removed);
  else print(`${removed.name} is trusted no more.`);
}

export async function showOwnKey({ json }: { json?: boolean }): Promise<void> {
  const dataFolder = await openDataFolder();
  const publicKey = publicKeyOf(await openDeviceKey(dataFolder));
  const host = await installationId(dataFolder, () => randomUUID());
  if (json === true) printJson({ publicKey, id: keyId(publicKey), host });
  else {
    print(`key   ${publicKey}`);
    print(`id    ${keyId(publicKey)}`);
    print(`host  ${host}`);
  }
}
