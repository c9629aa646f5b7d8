import type { SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { type ChatConversation, type ChatMessage, ChatMessageSchema } from '../../contract/chat.ts';
import { type Taint, TaintSchema } from '../../contract/tool.ts';
import type { Row } from '../../store/database.ts';

const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});

const MessageRow = z
  .object({
    id: z.string(),
    conversation_id: z.string(),
    parent_id: z.string().nullable(),
    role: z.string(),
    text: z.string(),
    heard: z.string().nullable(),
    stopped: z.number(),
    at: z.number(),
    turn_id: z.string(),
    source: z.string(),
    person: z.string().nullable(),
    steps: Json,
    sources: Json,
    attachments: Json,
    model: Json.nullable(),
    taint: Json.nullable(),
  })
  .transform(
    ({ conversation_id: conversationId, parent_id: parentId, turn_id: turnId, heard, stopped, person, model, taint, ...row }): unknown => ({
      ...row,
      conversationId,
      parentId,
      turnId,
      ...(heard !== null && { heard }),
      ...(stopped !== 0 && { stopped: true }),
      ...(person !== null && { person }),
      ...(model !== null && { model }),
      ...(taint !== null && { taint }),
    }),
  )
  .pipe(ChatMessageSchema);

/** Columns of a message, in the order of `messageValues`. */
export const MESSAGE_COLUMNS =
  'id, conversation_id, parent_id, role, text, heard, stopped, at, turn_id, source, person, steps, sources, attachments, model, taint';

/** The same, of a table that is called `m` in the statement. */
export const MESSAGE_COLUMNS_OF_M = MESSAGE_COLUMNS.replaceAll(/\w+/gu, 'm.$&');

export function messageOf(row: Row): ChatMessage {
  return MessageRow.parse(row);
}

export function messageValues(message: ChatMessage): SQLInputValue[] {
  return [
    message.id,
    message.conversationId,
    message.parentId,
    message.role,
    message.text,
    message.heard ?? null,
    message.stopped === true ? 1 : 0,
    message.at,
    message.turnId,
    message.source,
    message.person ?? null,
    JSON.stringify(message.steps),
    JSON.stringify(message.sources),
    JSON.stringify(message.attachments),
    message.model === undefined ? null : JSON.stringify(message.model),
    message.taint === undefined || message.taint.length === 0 ? null : JSON.stringify(message.taint),
  ];
}

const ConversationRow = z.object({
  id: z.string(),
  title: z.string(),
  named: z.number(),
  created_at: z.number(),
  updated_at: z.number(),
  messages: z.number(),
  head: z.string().nullable(),
  preview: z.string(),
  branch_conversation: z.string().nullable(),
  branch_message: z.string().nullable(),
});

export function conversationOf(row: Row): ChatConversation {
  const { branch_conversation: conversationId, branch_message: messageId, ...kept } = ConversationRow.parse(row);
  return {
    id: kept.id,
    title: kept.title,
    named: kept.named !== 0,
    createdAt: kept.created_at,
    updatedAt: kept.updated_at,
    messages: kept.messages,
    head: kept.head,
    preview: kept.preview,
    ...(conversationId !== null && messageId !== null && { branchOf: { conversationId, messageId } }),
  };
}

const Taints = Json.pipe(z.array(TaintSchema));

/** A column with what was read of outside. */
export function taintOf(column: Row[string] | undefined): Taint[] {
  return Taints.parse(column);
}
