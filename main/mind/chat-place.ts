import type { ConversationStore } from '../../assistant/conversations/conversation-store.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { ChatPlace } from '../host/conversation.ts';

interface Question {
  conversationId?: string | undefined;
  parentId?: string | null | undefined;
  again?: string | undefined;
  attachments?: string[] | undefined;
}

/** Where a question stands in the kept conversations; undefined: where its place of talking leads. Throws in words for what is not there any more. */
export function chatPlaceOf({ conversationId, parentId, again, attachments }: Question, store: ConversationStore): ChatPlace | undefined {
  if (conversationId !== undefined && store.find(conversationId) === undefined)
    throw new JarvisError('refused', 'That conversation is not there any more.');
  for (const messageId of [parentId, again]) {
    if (typeof messageId !== 'string') continue;
    const message = store.message(messageId);
    if (message === undefined || message.conversationId !== conversationId)
      throw new JarvisError('refused', 'The message that this answers is not there any more.');
  }
  const place: ChatPlace = {
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(again === undefined ? {} : { again }),
    ...(attachments === undefined || attachments.length === 0 ? {} : { attachments }),
  };
  return Object.keys(place).length === 0 ? undefined : place;
}
