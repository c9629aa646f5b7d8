import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createFileOnce } from '../store/atomic-file.ts';
import { hasCode } from '../store/error-code.ts';
import type { ChainEnd } from './audit-entry.ts';

/** PKCS #8 PEM of the folder's Ed25519 key pair, readable by its owner alone. */
export const AUDIT_KEY_FILE = 'audit-key.pem';

/** The key of the folder, made at first use. Two that start at once end with the same one. Throws when the file is there but holds no key. */
export async function openAuditKey(folder: string): Promise<KeyObject> {
  const path = join(folder, AUDIT_KEY_FILE);
  const present = await readAuditKey(folder);
  if (present !== undefined) return present;
  const { privateKey } = generateKeyPairSync('ed25519');
  const created = await createFileOnce(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return created ? privateKey : createPrivateKey(await readFile(path));
}

/** Undefined when there is none yet. */
export async function readAuditKey(folder: string): Promise<KeyObject | undefined> {
  const path = join(folder, AUDIT_KEY_FILE);
  try {
    return createPrivateKey(await readFile(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new Error(`${path} holds no usable key: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const HeadSchema = z.object({ sequence: z.number().int().nonnegative(), hash: z.string(), signature: z.string() });

const checkpointText = (hash: string): Buffer => Buffer.from(`jarvis audit checkpoint\n${hash}`);
const headText = ({ sequence, hash }: ChainEnd): Buffer => Buffer.from(`jarvis audit head\n${sequence}\n${hash}`);

/** Signs everything up to the line of this hash (base64). */
export const signCheckpoint = (key: KeyObject, hash: string): string => sign(null, checkpointText(hash), key).toString('base64');

/** Text of the head file: how far the chain had come for certain. It lets a shortened file be told from a short one. */
export const signHead = (key: KeyObject, end: ChainEnd): string =>
  `${JSON.stringify({ ...end, signature: sign(null, headText(end), key).toString('base64') })}\n`;

/** Checks signatures with the public half. */
export class AuditSeal {
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = createPublicKey(key);
  }

  isCheckpoint(hash: string, signature: string): boolean {
    return verify(null, checkpointText(hash), this.#key, Buffer.from(signature, 'base64'));
  }

  /** Undefined when it is torn, altered or signed by another key. */
  readHead(text: string): ChainEnd | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
    const head = HeadSchema.safeParse(value).data;
    if (head === undefined || !verify(null, headText(head), this.#key, Buffer.from(head.signature, 'base64'))) return undefined;
    return { sequence: head.sequence, hash: head.hash };
  }
}
