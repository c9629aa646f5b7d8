import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileOnce } from '../../store/atomic-file.ts';

/** PKCS #8 PEM of this device's Ed25519 key pair, readable by its owner alone. */
export const DEVICE_KEY_FILE = 'device-key.pem';

/** The key with which this device signs its commands, made at first use. Throws when the file is there but holds no Ed25519 key. */
export async function openDeviceKey(dataFolder: string): Promise<KeyObject> {
  const path = join(dataFolder, DEVICE_KEY_FILE);
  await createFileOnce(path, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  try {
    const key = createPrivateKey(await readFile(path));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw new Error(`${path} holds no usable key: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  throw new Error(`${path} holds a key of another kind than Ed25519.`);
}

/** The public half as 43 characters: what a person copies to the host that is to trust it. */
export function publicKeyOf(key: KeyObject): string {
  const { x } = (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('this is no Ed25519 key');
  return x;
}

/** Undefined when the text is no Ed25519 public key. */
export function publicKeyFrom(text: string): KeyObject | undefined {
  // Only one way of writing each key, so that it has one id.
  if (text.length !== 43 || Buffer.from(text, 'base64url').toString('base64url') !== text) return undefined;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** How a key is named in commands and in the record: base64url of the SHA-256 of its public half. */
export const keyId = (publicKey: string): string => hash('sha256', Buffer.from(publicKey, 'base64url'), 'base64url');
