import { z } from 'zod';
import { FILE_KINDS } from './file-kinds.ts';

export const PathText = z.string().min(1).max(4096);
const moment = z.number('A time is a number of milliseconds since 1970.').min(0);

/** Files told by what they are, not by their paths: "the PDFs from yesterday in Downloads". */
export const WhichFilesSchema = z.strictObject({
  /** "downloads", "Documents/Taxes", a path; absent: everywhere, for which a name is needed. */
  folder: PathText.optional(),
  kind: z.enum(FILE_KINDS).optional(),
  /** Words of the name. */
  named: z.string().trim().min(1).max(255).optional(),
  /** ms since the epoch; last changed between these. */
  from: moment.optional(),
  to: moment.optional(),
  /** Only the one changed last. */
  newest: z.boolean().optional(),
  /** Exactly one is meant; several that fit are refused by name. */
  one: z.boolean().optional(),
});
export type WhichFiles = z.infer<typeof WhichFilesSchema>;

export const FilesInput = {
  /** Exactly these. */
  paths: z.array(PathText).min(1).max(1000).optional(),
  which: WhichFilesSchema.optional(),
};

export const eitherPathsOrWhich = ({ paths, which }: { paths?: unknown; which?: unknown }): boolean =>
  (paths === undefined) !== (which === undefined);
export const EITHER = 'Give either paths or which files are meant.';
