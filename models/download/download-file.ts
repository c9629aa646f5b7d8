import { join } from 'node:path';
import { z } from 'zod';
import { DownloadSchema, ModelKindSchema } from '../../contract/models.ts';
import { safeFileName } from './safe-file-name.ts';

/** What shall be fetched. */
export const DownloadFileSchema = z.object({
  title: z.string().max(500),
  modelId: z.string().min(1).max(300),
  kind: ModelKindSchema,
  /** `http:`, `https:` or `file:` */
  url: z.url().max(4000),
  /** Name on disk; made safe here. */
  name: z.string().min(1).max(1000),
  bytes: z.number().int().min(0).optional(),
  /** True: `bytes` is a guess, and no other length is refused for it. */
  estimated: z.boolean().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/u)
    .optional(),
});
export type DownloadFile = z.infer<typeof DownloadFileSchema>;

const ProofSchema = z.enum(['list', 'publisher', 'size', 'nothing']);
/** A line of the list on disk. */
export const DownloadRecordSchema = z.object({
  download: DownloadSchema,
  file: DownloadFileSchema,
  settled: z.object({ bytes: z.number(), sha256: z.string(), proof: ProofSchema }).optional(),
});
export type DownloadRecord = z.infer<typeof DownloadRecordSchema>;

/** Where a file lies when it is there: in a folder of its model's name. */
export function targetOf(folder: string, file: Pick<DownloadFile, 'modelId' | 'name'>): string {
  const model = safeFileName(file.modelId);
  // Of a model that calls itself as our own folder for bad files does.
  return join(folder, model.toLowerCase() === 'quarantine' ? `_${model}` : model, safeFileName(file.name));
}
