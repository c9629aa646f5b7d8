import { z } from 'zod';
import { type ChatConversation, ChatConversationSchema, ChatMessageSchema } from '../../contract/chat.ts';
import { asText } from './as-text.ts';
import { ConversationError } from './conversation-error.ts';
import type { ConversationStore } from './conversation-store.ts';

const ExportSchema = z.object({
  format: z.literal('jarvis-conversation'),
  version: z.literal(1),
  conversation: ChatConversationSchema,
  /** Parents before their children. */
  messages: z.array(ChatMessageSchema).max(500_000),
  files: z.array(z.object({ id: z.string(), name: z.string().min(1).max(255), mediaType: z.string().max(200), text: z.string() })),
});

export interface ExportedConversation {
  /** For a file: no folders, nothing that a system forbids. */
  name: string;
  text: string;
}

/** `markdown`: what is shown, to read. `json`: all of it, hidden branches and files too, to bring it back. */
export function exportConversation(store: ConversationStore, id: string, format: 'markdown' | 'json'): ExportedConversation {
  const conversation = store.conversation(id);
  const stem =
    conversation.title
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/gu, '')
      .slice(0, 80)
      .toLowerCase() || 'conversation';
  if (format === 'markdown') return { name: `${stem}.md`, text: asMarkdown(store, conversation) };
  const messages = store.tree(id);
  const files = store.files(messages.flatMap((message) => message.attachments.map((file) => file.id)));
  const whole: z.input<typeof ExportSchema> = { format: 'jarvis-conversation', version: 1, conversation, messages, files };
  return { name: `${stem}.json`, text: JSON.stringify(whole, undefined, 2) };
}

function asMarkdown(store: ConversationStore, { id, title }: ChatConversation): string {
  const parts = store.path(id).map((message) => {
    const who = message.role === 'jarvis' ? 'JARVIS' : (message.person ?? 'You');
    const lines = [`## ${who}, ${new Date(message.at).toLocaleString('en-GB')}`];
    for (const { name } of message.attachments) lines.push(`*File: ${name}*`);
    for (const step of message.steps) lines.push(`*${step.title}: ${step.outcome}${step.reason === undefined ? '' : `, ${step.reason}`}*`);
    if (message.text !== '') lines.push(message.text);
    if (message.heard !== undefined && message.heard !== message.text) lines.push(`*Broken off after: “${message.heard}”*`);
    else if (message.stopped === true) lines.push('*Stopped here.*');
    if (message.sources.length > 0)
      lines.push(message.sources.map(({ title: name, url }) => `- ${url === undefined ? name : `[${name}](${url})`}`).join('\n'));
    return lines.join('\n\n');
  });
  return `# ${title}\n\n${parts.join('\n\n')}\n`;
}

/**
 * Brings back what was exported as JSON, as a conversation of its own, whole or not at all. Its words come from a file, so they count as outside text.
 * Throws a `ConversationError` in words.
 */
export function importConversation(store: ConversationStore, text: string): ChatConversation {
  const { conversation, messages, files } = parse(text);
  return store.together(() => {
    const { id } = store.create({ title: conversation.title, named: conversation.named });
    const texts = new Map(files.map((file) => [file.id, file]));
    const newIds = new Map<string, string>();
    for (const message of messages) {
      const parentId = message.parentId === null ? null : newIds.get(message.parentId);
      if (parentId === undefined || newIds.has(message.id))
        throw new ConversationError('not-readable', 'The messages of this file do not fit together.');
      const attachments = message.attachments.flatMap((file) => {
        const kept = texts.get(file.id);
        return kept === undefined ? [] : [store.addFile({ ...kept, bytes: file.bytes }).id];
      });
      const taint = [...(message.taint ?? []), { origin: 'file' as const, name: asText(conversation.title).slice(0, 200) }].slice(-50);
      const { id: _old, ...kept } = message;
      newIds.set(message.id, store.append({ ...kept, conversationId: id, parentId, attachments, taint }).id);
    }
    const head = conversation.head === null ? undefined : newIds.get(conversation.head);
    if (conversation.named) store.rename(id, conversation.title);
    else store.suggestTitle(id, conversation.title);
    return head === undefined ? store.conversation(id) : store.setHead(id, head);
  });
}

function parse(text: string): z.infer<typeof ExportSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConversationError('not-readable', 'This file is no conversation that JARVIS has exported: it is not JSON.', { cause: error });
  }
  const { data, error } = ExportSchema.safeParse(json);
  if (data !== undefined) return data;
  const where = error.issues[0]?.path.join('.') ?? '';
  throw new ConversationError(
    'not-readable',
    `This file is no conversation that JARVIS has exported${where === '' ? '' : `: “${where}” is wrong`}.`,
    {
      cause: error,
    },
  );
}
