import { z } from 'zod';
import { type Attachment, AttachmentSchema } from '../../contract/chat.ts';

/** What is written but not sent, with the files that the host has already. */
export interface ChatDraft {
  text: string;
  attachments: Attachment[];
}

const DraftSchema = z.object({ text: z.string(), attachments: z.array(AttachmentSchema) });
const place = (conversationId: string | undefined): string => `jarvis-draft:${conversationId ?? 'new'}`;

/** Of this window, so that it outlives a reload; unreadable ones count as none. */
export function readDraft(storage: Storage, conversationId: string | undefined): ChatDraft {
  const none: ChatDraft = { text: '', attachments: [] };
  const kept = storage.getItem(place(conversationId));
  if (kept === null) return none;
  try {
    const draft = DraftSchema.safeParse(JSON.parse(kept));
    return draft.success ? draft.data : none;
  } catch {
    // Not JSON: somebody else's, or cut off.
    return none;
  }
}

/** A full storage loses the draft on reload, and nothing else. */
export function writeDraft(storage: Storage, conversationId: string | undefined, draft: ChatDraft): void {
  if (draft.text === '' && draft.attachments.length === 0) {
    storage.removeItem(place(conversationId));
    return;
  }
  try {
    storage.setItem(place(conversationId), JSON.stringify(draft));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    storage.removeItem(place(conversationId));
  }
}
