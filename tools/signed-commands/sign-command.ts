import { type KeyObject, sign, verify } from 'node:crypto';
import type { DeviceCommand, SignedCommand } from '../../contract/signed-command.ts';
import { canonicalJson } from '../canonical-json.ts';
import { keyId, publicKeyOf } from './device-key.ts';

/** ms that a command is good for; a slow network takes less. */
export const LIFETIME_MS = 60_000;

export interface SignOptions {
  key: KeyObject;
  /** Id of the host it is meant for, as `jarvis trust host` shows it there. */
  audience: string;
  /** ms since the epoch */
  now: number;
  /** 22 characters: 128 random bits in base64url. */
  nonce: string;
}

export function signCommand(command: DeviceCommand, { key, audience, now, nonce }: SignOptions): SignedCommand {
  const bare: Omit<SignedCommand, 'signature'> = {
    version: 1,
    audience,
    sender: keyId(publicKeyOf(key)),
    nonce,
    issuedAt: now,
    expiresAt: now + LIFETIME_MS,
    command,
  };
  return { ...bare, signature: sign(null, signedText(bare), key).toString('base64url') };
}

/** Is every word of it signed by this key? */
export function isSignedBy({ signature, ...bare }: SignedCommand, publicKey: KeyObject): boolean {
  return verify(null, signedText(bare), publicKey, Buffer.from(signature, 'base64url'));
}

/** The first line keeps a signature that was made for something else from being one of these. */
const signedText = (bare: Omit<SignedCommand, 'signature'>): Buffer => Buffer.from(`jarvis signed command\n${canonicalJson(bare)}`);
