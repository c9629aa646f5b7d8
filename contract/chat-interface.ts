import { oc } from '@orpc/contract';
import { z } from 'zod';
import { AttachmentSchema, ChatConversationSchema, ChatHitSchema, ChatThreadSchema } from './chat.ts';
import { queryNumber } from './query-number.ts';

const ConversationId = z.object({ id: z.string().min(1).max(100) });

/** Characters of text that a dropped file may have. */
export const LARGEST_ATTACHMENT = 1_000_000;

export const chatInterface = {
  conversations: oc
    .route({ method: 'GET', path: '/conversations', summary: 'Conversations, the last one first' })
    .input(
      z
        .object({
          /** ms since the epoch: only older ones. */ before: queryNumber(0, Number.MAX_SAFE_INTEGER).optional(),
          limit: queryNumber(1, 200).optional(),
        })
        .optional(),
    )
    .output(z.array(ChatConversationSchema)),
  conversation: oc
    .route({ method: 'GET', path: '/conversations/{id}', summary: 'One conversation, as it is shown' })
    .input(ConversationId)
    .output(ChatThreadSchema),
  startConversation: oc.route({ method: 'POST', path: '/conversations', summary: 'Begin a new one' }).output(ChatConversationSchema),
  renameConversation: oc
    .route({ method: 'POST', path: '/conversations/{id}/title', summary: 'Give it a name' })
    .input(ConversationId.extend({ title: z.string().trim().min(1).max(200) }))
    .output(ChatConversationSchema),
  deleteConversation: oc
    .route({ method: 'POST', path: '/conversations/{id}/delete', summary: 'Delete it; for half a minute it can be restored' })
    .input(ConversationId)
    .output(z.object({ restorableUntil: z.number() })),
  restoreConversation: oc
    .route({ method: 'POST', path: '/conversations/{id}/restore', summary: 'Take a deletion back' })
    .input(ConversationId)
    .output(ChatConversationSchema),
  branchConversation: oc
    .route({ method: 'POST', path: '/conversations/{id}/branch', summary: 'A new conversation that goes on from one of its messages' })
    .input(ConversationId.extend({ messageId: z.string().min(1).max(100) }))
    .output(ChatConversationSchema),
  showMessage: oc
    .route({ method: 'POST', path: '/conversations/{id}/head', summary: 'Show the version of a message that was another one' })
    .input(ConversationId.extend({ messageId: z.string().min(1).max(100) }))
    .output(ChatThreadSchema),
  searchConversations: oc
    .route({ method: 'GET', path: '/conversations/search', summary: 'Messages that hold these words' })
    .input(z.object({ words: z.string().trim().min(1).max(500), limit: queryNumber(1, 200).optional() }))
    .output(z.array(ChatHitSchema)),
  exportConversation: oc
    .route({ method: 'POST', path: '/conversations/{id}/export', summary: 'As Markdown to read, or as JSON to bring it back' })
    .input(ConversationId.extend({ format: z.enum(['markdown', 'json']) }))
    .output(z.object({ name: z.string(), text: z.string() })),
  importConversation: oc
    .route({ method: 'POST', path: '/conversations/import', summary: 'Bring back what was exported as JSON' })
    .input(z.object({ text: z.string().max(7_500_000) }))
    .output(ChatConversationSchema),
  attachFile: oc
    .route({ method: 'POST', path: '/attachments', summary: 'The text of a file, to be asked about' })
    .input(z.object({ name: z.string().min(1).max(255), mediaType: z.string().max(200), text: z.string().max(LARGEST_ATTACHMENT) }))
    .output(AttachmentSchema),
  answerPlan: oc
    .route({ method: 'POST', path: '/plans/answer', summary: 'Agree to a plan, to some of its steps, or to none' })
    .input(z.object({ planId: z.string().max(200), version: z.number().int().min(1), approved: z.array(z.string().max(100)).max(50) }))
    .output(z.object({ accepted: z.boolean(), /** Why not, in words. */ reason: z.string().optional() })),
  stopTurn: oc
    .route({ method: 'POST', path: '/turns/stop', summary: 'Stop one turn; what was said of it stays' })
    .input(z.object({ turnId: z.string().min(1).max(200) }))
    .output(z.object({ stopped: z.boolean() })),
};
