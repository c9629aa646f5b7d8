import { hash as hashBytes } from 'node:crypto';
import { z } from 'zod';
import type { Outcome, Person, Risk, Source, Taint } from '../contract/tool.ts';
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
  /** `why`: what decided whether it asks. `person` and `taint` only where they are known. */
  | ({
      kind: 'requested';
      source: Source;
      risk?: Risk;
      input: unknown;
      dryRun: boolean;
      person?: Person;
      taint?: Taint[];
      why?: string;
    } & Call)
  | ({ kind: 'approval'; approvalId: string; approved: boolean; by: string } & Call)
  /** On its way to the effect: without the `ended` that belongs to it, the effect may or may not have happened. */
  | ({ kind: 'started' } & Call)
  /** `late`: the tool came to its end after the gate had given it up; what it then did is this. */
  | ({ kind: 'ended'; outcome: Outcome; reason?: string; late?: boolean } & Call)
  /** Signs everything up to the line before. */
  | { kind: 'checkpoint'; signature: string }
  /** What an earlier run left unfinished or unsound lies aside in this file of the same folder. */
  | { kind: 'torn'; keptIn: string; reason: string }
  /** A tool redeemed the handle of a secret, or was refused it. */
  | ({ kind: 'secret'; act: 'used' | 'refused'; name: string; reason?: string } & Call)
  /** A person changed what is kept. */
  | { kind: 'secret'; act: 'kept' | 'replaced' | 'forgotten'; name: string; by: string }
  /** A command that came with a signature: `name` of its sender, where that is known. */
  | { kind: 'signed'; act: 'accepted' | 'refused'; sender: string; name?: string; nonce: string; reason?: string }
  | { kind: 'stop'; act: 'stopped' | 'released'; by: string }
  /** First line of a file that goes on from another one. */
  | { kind: 'continued'; previousFile: string; previousLines: number; previousHash: string }
  /** Everything up to this file's end was deleted because it was old enough; signed, so that nobody else can say so. */
  | { kind: 'pruned'; upTo: FileEnd; signature: string };

/** Where a file of the audit ends. */
export interface FileEnd {
  file: string;
  lines: number;
  hash: string;
}

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

/** What stands in a line beside its place in the chain, where that is about the chain itself. */
export type ChainNote =
  | { kind: 'checkpoint'; signature: string }
  | { kind: 'continued'; from: FileEnd }
  | { kind: 'pruned'; upTo: FileEnd; signature: string };

export interface ReadLine extends ChainEnd {
  previous: string;
  /** ms since the epoch */
  time: number;
  note: ChainNote | undefined;
}

const FileEndSchema = z.object({ file: z.string(), lines: z.number().int(), hash: z.string() });
const LineSchema = z.object({
  sequence: z.number(),
  previous: z.string(),
  time: z.string().transform((text) => Date.parse(text)),
});
const NoteSchema = z.union([
  z.object({ kind: z.literal('checkpoint'), signature: z.string() }),
  z
    .object({ kind: z.literal('continued'), previousFile: z.string(), previousLines: z.number().int(), previousHash: z.string() })
    .transform((line) => ({
      kind: line.kind,
      from: { file: line.previousFile, lines: line.previousLines, hash: line.previousHash },
    })),
  z.object({ kind: z.literal('pruned'), upTo: FileEndSchema, signature: z.string() }),
]);

/** Reads a line (without its line feed); undefined when it is none or does not say what it said when it was written. */
export function readLine(bytes: Buffer): ReadLine | undefined {
  const hash = hashOf(bytes);
  const value = hash === undefined ? undefined : asJson(bytes);
  const line = LineSchema.safeParse(value).data;
  if (hash === undefined || line === undefined) return undefined;
  return { sequence: line.sequence, previous: line.previous, time: line.time, hash, note: NoteSchema.safeParse(value).data };
}

/** A line in its place: its hash, and what it says about the chain. Or why it is not. */
export type Followed = { hash: string; note: ChainNote | undefined } | 'altered' | 'misplaced';

/** Members are sorted, and only lines about the chain itself begin like this. */
const ABOUT_THE_CHAIN = Buffer.from('{"kind":');

/**
 * Does this line stand right behind `end`? Its own hash covers all of its text, so the text needs no parsing: whoever holds the hash before in his line
 * and hashes right stands in the chain.
 */
export function followLine(bytes: Buffer, end: ChainEnd): Followed {
  const hash = hashOf(bytes);
  if (hash === undefined) return 'altered';
  if (!bytes.includes(`"previous":"${end.hash}"`, 0, 'latin1') || !bytes.includes(`"sequence":${end.sequence + 1},`, 0, 'latin1')) {
    return asJson(bytes) === undefined ? 'altered' : 'misplaced';
  }
  if (!bytes.subarray(0, ABOUT_THE_CHAIN.length).equals(ABOUT_THE_CHAIN)) return { hash, note: undefined };
  const note = NoteSchema.safeParse(asJson(bytes)).data;
  return note === undefined ? 'altered' : { hash, note };
}

const CLOSING = 0x7d;

/** The hash at the line's end when it is that of the text before; over the bytes as they lie there, since decoding would make different broken bytes equal. */
function hashOf(bytes: Buffer): string | undefined {
  const cut = bytes.length - HASH_BYTES;
  if (cut <= 0) return undefined;
  const stood = bytes[cut] ?? 0;
  // Put back at once; copying the line instead takes as long as hashing it.
  bytes[cut] = CLOSING;
  const hash = hashBytes('sha256', bytes.subarray(0, cut + 1));
  bytes[cut] = stood;
  return bytes.toString('latin1', cut) === `${HASH_BEFORE}${hash}"}` ? hash : undefined;
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
