import { implement, ORPCError } from '@orpc/server';
import type { ChatConversation, ChatHit, ChatMessage, ChatThread } from '../../contract/chat.ts';
import { type InterfaceEvent, jarvisInterface } from '../../contract/interface.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';

/** What the fake host has kept of conversations: a test sets it, and reads what was asked. */
export class FakeHostChat {
  /** The last one first. */
  threads: ChatThread[] = [];
  hits: ChatHit[] = [];
  planAnswers: { planId: string; version: number; approved: string[] }[] = [];
  /** Set: plans cannot be answered, for this reason. */
  planTrouble: string | undefined;
  readonly attached: { name: string; text: string }[] = [];
  readonly stopped: string[] = [];
  /** Ids of messages whose version was asked for. */
  readonly shown: string[] = [];
  readonly imported: string[] = [];
  /** What follows the beginning of a written turn; absent: it is repeated, and that is all. */
  answer: ((text: string) => TurnEventBody[]) | undefined;
  #next = 1;

  add(title: string, at: number): ChatThread {
    const id = `conversation-${this.#next++}`;
    const conversation: ChatConversation = { id, title, named: false, createdAt: at, updatedAt: at, messages: 0, head: null, preview: '' };
    const thread: ChatThread = { conversation, messages: [] };
    this.threads = [thread, ...this.threads];
    return thread;
  }

  /** One more message at the end of what is shown of it. */
  keep(
    thread: ChatThread,
    role: ChatMessage['role'],
    text: string,
    more: Partial<ChatThread['messages'][number]> = {},
  ): ChatThread['messages'][number] {
    const before = thread.messages.at(-1);
    const id = more.id ?? `message-${this.#next++}`;
    const message = {
      id,
      conversationId: thread.conversation.id,
      parentId: before?.id ?? null,
      role,
      text,
      at: (before?.at ?? thread.conversation.createdAt) + 1000,
      turnId: role === 'jarvis' && before !== undefined ? before.turnId : `kept-${id}`,
      source: 'page' as const,
      steps: [],
      sources: [],
      attachments: [],
      siblings: [id],
      ...more,
    };
    thread.messages = [...thread.messages, message];
    thread.conversation = {
      ...thread.conversation,
      messages: thread.messages.length,
      head: id,
      preview: text.slice(0, 120),
      updatedAt: message.at,
    };
    return message;
  }
}

export function chatHandlers(chat: FakeHostChat, send: (event: InterfaceEvent) => void) {
  const contract = implement(jarvisInterface);
  const threadOf = (id: string): ChatThread => {
    const thread = chat.threads.find(({ conversation }) => conversation.id === id);
    if (thread === undefined) throw new ORPCError('BAD_REQUEST', { message: 'There is no such conversation.' });
    return thread;
  };
  const removed: ChatThread[] = [];
  return {
    conversations: contract.conversations.handler(() => chat.threads.map(({ conversation }) => conversation)),
    conversation: contract.conversation.handler(({ input }) => threadOf(input.id)),
    startConversation: contract.startConversation.handler(() => chat.add('New conversation', Date.now()).conversation),
    renameConversation: contract.renameConversation.handler(({ input }) => {
      const thread = threadOf(input.id);
      thread.conversation = { ...thread.conversation, title: input.title, named: true };
      send({ type: 'conversation-changed', conversation: thread.conversation });
      return thread.conversation;
    }),
    deleteConversation: contract.deleteConversation.handler(({ input }) => {
      removed.push(threadOf(input.id));
      chat.threads = chat.threads.filter(({ conversation }) => conversation.id !== input.id);
      send({ type: 'conversation-deleted', id: input.id });
      return { restorableUntil: Date.now() + 30_000 };
    }),
    restoreConversation: contract.restoreConversation.handler(({ input }) => {
      const thread = removed.find(({ conversation }) => conversation.id === input.id);
      if (thread === undefined) throw new ORPCError('BAD_REQUEST', { message: 'It is too late for that.' });
      chat.threads = [thread, ...chat.threads];
      send({ type: 'conversation-changed', conversation: thread.conversation });
      return thread.conversation;
    }),
    branchConversation: contract.branchConversation.handler(({ input }) => {
      const from = threadOf(input.id);
      const thread = chat.add(`${from.conversation.title} (branch)`, Date.now());
      thread.conversation = { ...thread.conversation, branchOf: { conversationId: input.id, messageId: input.messageId } };
      thread.messages = from.messages.slice(0, from.messages.findIndex(({ id }) => id === input.messageId) + 1);
      return thread.conversation;
    }),
    showMessage: contract.showMessage.handler(({ input }) => {
      chat.shown.push(input.messageId);
      return threadOf(input.id);
    }),
    searchConversations: contract.searchConversations.handler(() => chat.hits),
    exportConversation: contract.exportConversation.handler(({ input }) => ({
      name: `conversation.${input.format === 'json' ? 'json' : 'md'}`,
      text: threadOf(input.id)
        .messages.map(({ text }) => text)
        .join('\n\n'),
    })),
    importConversation: contract.importConversation.handler(({ input }) => {
      chat.imported.push(input.text);
      return chat.add('Imported', Date.now()).conversation;
    }),
    attachFile: contract.attachFile.handler(({ input }) => {
      chat.attached.push(input);
      return { id: `file-${chat.attached.length}`, name: input.name, mediaType: input.mediaType, bytes: input.text.length };
    }),
    answerPlan: contract.answerPlan.handler(({ input }) => {
      chat.planAnswers.push(input);
      return chat.planTrouble === undefined ? { accepted: true } : { accepted: false, reason: chat.planTrouble };
    }),
    stopTurn: contract.stopTurn.handler(({ input }) => {
      chat.stopped.push(input.turnId);
      return { stopped: true };
    }),
  };
}
