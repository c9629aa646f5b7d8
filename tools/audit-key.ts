import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createFileOnce } from '../store/atomic-file.ts';
import { hasCode } from '../store/error-code.ts';
import type { ChainEnd, FileEnd } from './audit-entry.ts';

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
const prunedText = ({ file, lines, hash }: FileEnd): Buffer => Buffer.from(`jarvis audit pruned\n${file}\n${lines}\n${hash}`);
const exportText = (digest: string): Buffer => Buffer.from(`jarvis audit export\n${digest}`);
const headText = ({ sequence, hash }: ChainEnd): Buffer => Buffer.from(`jarvis audit head\n${sequence}\n${hash}`);

/** Signs everything up to the line of this hash (base64). */
export const signCheckpoint = (key: KeyObject, hash: string): string => sign(null, checkpointText(hash), key).toString('base64');

/** Signs that everything up to the end of this file may be gone. */
export const signPruned = (key: KeyObject, upTo: FileEnd): string => sign(null, prunedText(upTo), key).toString('base64');

/** Signs an export by the digest of its contents. */
export const signExport = (key: KeyObject, digest: string): string => sign(null, exportText(digest), key).toString('base64');

/** SPKI in base64: what an export carries, and what `jarvis audit verify` shows. */
export const publicKeyText = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');

/** Text of the head file: how far the chain had come for certain. It lets a shortened file be told from a short one. */
export const signHead = (key: KeyObject, end: ChainEnd): string =>
  `${JSON.stringify({ ...end, signature: sign(null, headText(end), key).toString('base64') })}\n`;

/** Checks signatures with the public half. */
export class AuditSeal {
  readonly #key: KeyObject;

  /** @param key either half of the pair */
  constructor(key: KeyObject) {
    this.#key = key.type === 'public' ? key : createPublicKey(key);
  }

  isCheckpoint(hash: string, signature: string): boolean {
    return verify(null, checkpointText(hash), this.#key, Buffer.from(signature, 'base64'));
  }

  isPruned(upTo: FileEnd, signature: string): boolean {
    return verify(null, prunedText(upTo), this.#key, Buffer.from(signature, 'base64'));
  }

  isExport(digest: string, signature: string): boolean {
    return verify(null, exportText(digest), this.#key, Buffer.from(signature, 'base64'));
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
