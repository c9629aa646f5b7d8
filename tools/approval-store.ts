import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ApprovalDaySchema, ApprovalSchema, ToolRequestSchema } from '../contract/tool.ts';
import { createFileOnce, writeFileAtomic } from '../store/atomic-file.ts';
import { hasCode } from '../store/error-code.ts';

export const APPROVALS_FILE = 'approvals.json';
/** 32 random bytes in hex, readable by their owner alone, made at first use. */
export const APPROVALS_KEY_FILE = 'approvals-key';

/** Who asked, as far as the question itself does not say it. */
export const RepeatSchema = ToolRequestSchema.pick({ person: true, speaker: true, room: true });
export type Repeat = z.infer<typeof RepeatSchema>;

const KeptApprovalSchema = z.object({
  /** Without its code; a new one is made. */
  approval: ApprovalSchema.omit({ code: true, restored: true }),
  /** Absent: its input held a secret that was not kept, so it cannot be asked for again. */
  repeat: RepeatSchema.optional(),
});
export type KeptApproval = z.infer<typeof KeptApprovalSchema>;

const ApprovalRecordSchema = z.object({ pending: z.array(KeptApprovalSchema), days: z.array(ApprovalDaySchema) });
/** What outlives a run. */
export type ApprovalRecord = z.infer<typeof ApprovalRecordSchema>;

export interface ApprovalStore {
  /** `problem`, in words: what lay there is not to be trusted and was put aside. Throws when the disk does not answer. */
  load(): Promise<{ record?: ApprovalRecord; problem?: string }>;
  save(record: ApprovalRecord): Promise<void>;
}

const HeadSchema = z.object({ version: z.literal(1), signature: z.string().regex(/^[0-9a-f]{64}$/u) });

/**
 * `approvals.json`: one line with the signature, one with the record that it signs. The key keeps out a file that was edited, torn or brought from another
 * installation; who can read this folder as its owner can read the key as well.
 */
export async function openApprovalStore(folder: string): Promise<ApprovalStore> {
  const path = join(folder, APPROVALS_FILE);
  const key = await openKey(folder);
  const sign = (body: string): Buffer => createHmac('sha256', key).update(`jarvis approvals\n${body}`).digest();
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return {};
        throw new Error(`${path} cannot be read`, { cause: error });
      }
      const cut = text.indexOf('\n');
      const body = text.slice(cut + 1);
      const head = HeadSchema.safeParse(parsed(text.slice(0, Math.max(0, cut)))).data;
      const isOurs = head !== undefined && timingSafeEqual(Buffer.from(head.signature, 'hex'), sign(body));
      const record = isOurs ? ApprovalRecordSchema.safeParse(parsed(body)).data : undefined;
      if (record !== undefined) return { record };
      await rename(path, `${path}.refused`);
      return { problem: `What waited for a yes before the restart cannot be trusted and lies aside as ${APPROVALS_FILE}.refused.` };
    },
    save(record) {
      const body = `${JSON.stringify(record)}\n`;
      return writeFileAtomic(path, `${JSON.stringify({ version: 1, signature: sign(body).toString('hex') })}\n${body}`);
    },
  };
}

async function openKey(folder: string): Promise<Buffer> {
  const path = join(folder, APPROVALS_KEY_FILE);
  await createFileOnce(path, `${randomBytes(32).toString('hex')}\n`);
  const text = (await readFile(path, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/u.test(text)) throw new Error(`${path} holds no usable key. Remove it, and a new one is made.`);
  return Buffer.from(text, 'hex');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
