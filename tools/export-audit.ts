import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { type AuditProblem, AuditProblemSchema } from '../contract/audit.ts';
import { readLine } from './audit-entry.ts';
import { linesOf, namesIn } from './audit-files.ts';
import { AuditSeal, openAuditKey, publicKeyText, readAuditKey, signExport } from './audit-key.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';
import { entryOf } from './search-audit.ts';
import { verifyAudit } from './verify-audit.ts';

/** Everything that the record says about one task, as a document that proves itself: the lines as they were written, and a signature over all of it. */
export const AuditExportSchema = z
  .object({
    format: z.literal('jarvis-audit-export'),
    version: z.literal(1),
    /** Id of the turn, or of one request in it. */
    task: z.string(),
    /** ISO 8601 */
    madeAt: z.string(),
    /** Of the record's key: SPKI in base64. */
    publicKey: z.base64(),
    /** What was wrong with the whole record when this was made. */
    problems: z.array(AuditProblemSchema),
    lines: z.array(z.object({ file: z.string(), text: z.string() }).strict()),
    signature: z.base64(),
  })
  .strict();
export type AuditExport = z.infer<typeof AuditExportSchema>;

/** @param now ms since the epoch */
export async function exportAudit(folder: string, task: string, now: number): Promise<AuditExport> {
  const { problems } = await verifyAudit(folder);
  const quoted = JSON.stringify(task);
  const lines: (AuditExport['lines'][number] & { time: string })[] = [];
  for (const file of (await namesIn(folder)).filter((name) => name.endsWith('.jsonl')).sort()) {
    for await (const bytes of linesOf(join(folder, file))) {
      if (!bytes.includes(quoted)) continue;
      const entry = entryOf(file, bytes);
      if (entry?.turnId === task || entry?.requestId === task) lines.push({ file, text: bytes.toString('utf8'), time: entry.time });
    }
  }
  lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const key = await openAuditKey(folder);
  const bare: Omit<AuditExport, 'signature'> = {
    format: 'jarvis-audit-export',
    version: 1,
    task,
    madeAt: new Date(now).toISOString(),
    publicKey: publicKeyText(key),
    problems,
    lines: lines.map(({ file, text }) => ({ file, text })),
  };
  return { ...bare, signature: signExport(key, sha256(canonicalJson(bare))) };
}

export interface ExportVerdict {
  entries: number;
  problems: AuditProblem[];
  /** SHA-256 of the public key, in hex: whose record it is. */
  key: string;
}

/** Checks an export by itself; nothing but the document is read. Throws a sentence for people when it is none. */
export function verifyExport(text: string): ExportVerdict {
  const document = AuditExportSchema.safeParse(asJson(text)).data;
  if (document === undefined) throw new Error('This is no export of a JARVIS record, or it was damaged.');
  const { signature, ...bare } = document;
  const problems: AuditProblem[] = [...document.problems];
  const problem = (line: number, words: string): void => {
    problems.push({ file: 'export', line, problem: words });
  };
  if (!isSigned(document.publicKey, sha256(canonicalJson(bare)), signature))
    problem(0, 'is not what was signed: something in it was altered');
  for (const [index, line] of document.lines.entries()) {
    const bytes = Buffer.from(line.text);
    if (readLine(bytes) === undefined) problem(index + 1, 'was altered, or is no audit line');
    const entry = entryOf(line.file, bytes);
    if (entry?.turnId !== document.task && entry?.requestId !== document.task) problem(index + 1, 'belongs to another task');
  }
  return { entries: document.lines.length, problems, key: fingerprintOf(document.publicKey) };
}

/** How `verifyExport` names the key of this folder; undefined when it has none. */
export async function auditKeyFingerprint(folder: string): Promise<string | undefined> {
  const key = await readAuditKey(folder);
  return key === undefined ? undefined : fingerprintOf(publicKeyText(key));
}

const fingerprintOf = (publicKey: string): string => sha256(Buffer.from(publicKey, 'base64'));

function isSigned(publicKey: string, digest: string, signature: string): boolean {
  // Base64 has several ways of writing the same bytes; only one of them was signed.
  if (Buffer.from(signature, 'base64').toString('base64') !== signature) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && new AuditSeal(key).isExport(digest, signature);
  } catch {
    // No key is no signature.
    return false;
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
