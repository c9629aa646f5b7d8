import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';

export const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** N = 2^17, r = 8: 128 MiB and some tenths of a second for each guess at a passphrase. */
const SCRYPT_COST = 2 ** 17;
const SCRYPT_BLOCK = 8;
/** A file may ask for this at most, so that a planted one cannot eat the memory. */
const HIGHEST_COST = 2 ** 20;

const Base64Schema = z.base64().transform((text) => Buffer.from(text, 'base64'));

/** The head says how the key is had; it is sealed with the contents, so that nobody can swap it. */
const KeySourceSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file') }).strict(),
  z
    .object({
      type: z.literal('scrypt'),
      salt: z.base64(),
      cost: z.number().int().min(2).max(HIGHEST_COST),
      block: z.literal(SCRYPT_BLOCK),
    })
    .strict(),
]);
export type KeySource = z.infer<typeof KeySourceSchema>;

export const SealedBoxSchema = z
  .object({
    format: z.literal('jarvis-secrets'),
    version: z.literal(1),
    key: KeySourceSchema,
    nonce: Base64Schema.refine((nonce) => nonce.length === NONCE_LENGTH),
    /** Ciphertext, then the tag of 16 bytes. */
    sealed: Base64Schema.refine((sealed) => sealed.length >= TAG_LENGTH),
  })
  .strict();
export type SealedBox = z.infer<typeof SealedBoxSchema>;

/** AES-256-GCM over `text`, as one JSON document. */
export function seal(text: string, key: Uint8Array, source: KeySource): string {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(headOf(source));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const box = { format: 'jarvis-secrets', version: 1, key: source, nonce: nonce.toString('base64'), sealed: sealed.toString('base64') };
  return `${JSON.stringify(box)}\n`;
}

/** @throws when the key is another or a byte was changed */
export function unseal(box: SealedBox, key: Uint8Array): string {
  const decipher = createDecipheriv('aes-256-gcm', key, box.nonce, { authTagLength: TAG_LENGTH }).setAAD(headOf(box.key));
  decipher.setAuthTag(box.sealed.subarray(-TAG_LENGTH));
  return Buffer.concat([decipher.update(box.sealed.subarray(0, -TAG_LENGTH)), decipher.final()]).toString('utf8');
}

export const newScryptSource = (): Extract<KeySource, { type: 'scrypt' }> => ({
  type: 'scrypt',
  salt: randomBytes(16).toString('base64'),
  cost: SCRYPT_COST,
  block: SCRYPT_BLOCK,
});

export function stretch(passphrase: string, source: Extract<KeySource, { type: 'scrypt' }>): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = { N: source.cost, r: source.block, p: 1, maxmem: 128 * source.cost * source.block * 2 };
  scrypt(passphrase.normalize('NFKC'), Buffer.from(source.salt, 'base64'), KEY_LENGTH, options, (error, key) => {
    if (error === null) resolve(key);
    else reject(error);
  });
  return promise;
}

const headOf = (source: KeySource): Buffer =>
  Buffer.from(
    JSON.stringify(['jarvis-secrets', 1, source.type, ...(source.type === 'scrypt' ? [source.salt, source.cost, source.block] : [])]),
  );
