import { createHash } from 'node:crypto';
import type { Outcome, Risk, Source } from '../contract/tool.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';

interface Call {
  requestId: string;
  turnId: string;
  tool: string;
  /** Of tool and input as recorded here; where nothing is secret, the digest that an approval is bound to. */
  digest: string;
}

/** What one line says; the writer adds its place in the chain. */
export type AuditBody =
  | ({ kind: 'requested'; source: Source; risk?: Risk; input: unknown; dryRun: boolean } & Call)
  | ({ kind: 'approval'; approvalId: string; approved: boolean; by: string } & Call)
  /** On its way to the effect: without the `ended` that belongs to it, the effect may or may not have happened. */
  | ({ kind: 'started' } & Call)
  /** `late`: the tool came to its end after the gate had given it up; what it then did is this. */
  | ({ kind: 'ended'; outcome: Outcome; reason?: string; late?: boolean } & Call)
  /** Signs everything up to the line before. */
  | { kind: 'checkpoint'; signature: string }
  /** What an earlier run left unfinished or unsound lies aside in this file of the same folder. */
  | { kind: 'torn'; keptIn: string; reason: string };

/** Where a chain stands. */
export interface ChainEnd {
  /** Of the last line; 0 before the first. Lines count 1, 2, 3 … within one file. */
  sequence: number;
  hash: string;
}

export const CHAIN_START: ChainEnd = { sequence: 0, hash: '0'.repeat(64) };

const HASH_BEFORE = ',"hash":"';
/** Bytes that the hash and its quotes take at the end of a line. */
const HASH_BYTES = HASH_BEFORE.length + 64 + 2;

/**
 * One line of text with its line feed: the canonical JSON of body, sequence, time (ISO 8601) and the hash before it, with the SHA-256 of just that text
 * as the last member.
 */
export function sealLine(body: AuditBody, time: string, after: ChainEnd): { text: string; end: ChainEnd } {
  const sequence = after.sequence + 1;
  const bare = canonicalJson({ ...body, sequence, time, previous: after.hash });
  const hash = sha256(bare);
  return { text: `${bare.slice(0, -1)}${HASH_BEFORE}${hash}"}\n`, end: { sequence, hash } };
}

export interface ReadLine extends ChainEnd {
  previous: string;
  /** Of a checkpoint. */
  signature: string | undefined;
}

/** Reads a line (without its line feed); undefined when it is none or does not say what it said when it was written. */
export function readLine(bytes: Uint8Array): ReadLine | undefined {
  if (bytes.length <= HASH_BYTES) return undefined;
  const cut = bytes.length - HASH_BYTES;
  // Over the bytes as they lie there: decoding first would make different broken bytes equal.
  const hash = createHash('sha256').update(bytes.subarray(0, cut)).update('}').digest('hex');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (!text.endsWith(`${HASH_BEFORE}${hash}"}`)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('sequence' in value) || !('previous' in value)) return undefined;
  const { sequence, previous } = value;
  if (typeof sequence !== 'number' || typeof previous !== 'string') return undefined;
  if (!('kind' in value) || value.kind !== 'checkpoint') return { sequence, previous, hash, signature: undefined };
  if (!('signature' in value) || typeof value.signature !== 'string') return undefined;
  return { sequence, previous, hash, signature: value.signature };
}
