import { z } from 'zod';
import { UsageSchema } from './models.ts';
import { OutcomeSchema, SourceSchema, TaintSchema } from './tool.ts';

/** Conversations as they are kept. Messages of one conversation are a tree: an edit or a new answer is a sibling; `head` is the leaf that is shown. */

export const ChatSourceSchema = z.object({
  /** What the answer leans on: a tool's title, a page, a file. */
  title: z.string().max(300),
  tool: z.string().max(200).optional(),
  url: z.string().max(2000).optional(),
});
export type ChatSource = z.infer<typeof ChatSourceSchema>;

export const ChatStepSchema = z.object({
  requestId: z.string(),
  tool: z.string(),
  title: z.string(),
  /** Input as the audit may keep it: redacted, as JSON. */
  input: z.unknown(),
  outcome: OutcomeSchema,
  reason: z.string().optional(),
});
export type ChatStep = z.infer<typeof ChatStepSchema>;

/** A file that was dropped into the chat; its text is what a model reads. */
export const AttachmentSchema = z.object({
  id: z.string().max(100),
  name: z.string().min(1).max(255),
  mediaType: z.string().max(200),
  bytes: z.number().int().min(0),
});
export type Attachment = z.infer<typeof AttachmentSchema>;

export const ChatMessageSchema = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** null: the first of its conversation. */
  parentId: z.string().nullable(),
  role: z.enum(['person', 'jarvis']),
  /** As it is shown: Markdown where a model wrote it. */
  text: z.string(),
  /** What was heard of it, where it was spoken and broken off; this is what counts as said. */
  heard: z.string().optional(),
  /** The person stopped it, or it failed on the way. */
  stopped: z.boolean().optional(),
  /** ms since the epoch */
  at: z.number(),
  turnId: z.string(),
  source: SourceSchema,
  person: z.string().max(100).optional(),
  steps: z.array(ChatStepSchema).default([]),
  sources: z.array(ChatSourceSchema).default([]),
  attachments: z.array(AttachmentSchema).default([]),
  model: z.object({ provider: z.string(), model: z.string(), usage: UsageSchema }).optional(),
  /** Text from outside that its turn had read: whoever reads the message again has read it too. */
  taint: z.array(TaintSchema).max(50).optional(),
});
export type ChatMessage = z.infer<typeof ChatMessageSchema>;

export const ChatConversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** A person named it; it is not renamed by itself any more. */
  named: z.boolean(),
  createdAt: z.number(),
  updatedAt: z.number(),
  messages: z.number().int(),
  head: z.string().nullable(),
  branchOf: z.object({ conversationId: z.string(), messageId: z.string() }).optional(),
  /** The end of the last message, for the list. */
  preview: z.string(),
});
export type ChatConversation = z.infer<typeof ChatConversationSchema>;

/** The path that is shown, and for each message of it its siblings in the order they were made. */
export const ChatThreadSchema = z.object({
  conversation: ChatConversationSchema,
  messages: z.array(ChatMessageSchema.extend({ siblings: z.array(z.string()) })),
});
export type ChatThread = z.infer<typeof ChatThreadSchema>;

export const ChatHitSchema = z.object({
  conversation: ChatConversationSchema,
  messageId: z.string(),
  role: z.enum(['person', 'jarvis']),
  /** Around the words; `[[` and `]]` around each hit. */
  snippet: z.string(),
  at: z.number(),
});
export type ChatHit = z.infer<typeof ChatHitSchema>;
