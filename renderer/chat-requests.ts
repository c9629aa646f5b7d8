import type { Attachment, ChatConversation, ChatHit, ChatThread } from '../contract/chat.ts';
import type { MindReport } from '../contract/models-interface.ts';
import type { JarvisClient } from './host-link.ts';

/** A question as the chat asks it. */
export interface ChatQuestion {
  text: string;
  conversationId: string;
  /** The message it answers to; another than the last begins a branch. */
  parentId?: string | null;
  /** A question that is there already is answered anew: id of the person's message. */
  again?: string;
  attachments?: string[];
  /** Not said aloud. */
  silent?: boolean;
}

/** What the chat asks of the host; each throws with a sentence for people. */
export interface ChatRequests {
  /** Newest first; `before` in ms since the epoch: only older ones. */
  conversations(before?: number): Promise<ChatConversation[]>;
  conversation(id: string): Promise<ChatThread>;
  start(): Promise<ChatConversation>;
  rename(id: string, title: string): Promise<ChatConversation>;
  /** Resolves to ms since the epoch until when it can be restored. */
  remove(id: string): Promise<number>;
  restore(id: string): Promise<ChatConversation>;
  branch(id: string, messageId: string): Promise<ChatConversation>;
  showMessage(id: string, messageId: string): Promise<ChatThread>;
  search(words: string, signal: AbortSignal): Promise<ChatHit[]>;
  exportAs(id: string, format: 'markdown' | 'json'): Promise<{ name: string; text: string }>;
  importText(text: string): Promise<ChatConversation>;
  attach(file: { name: string; mediaType: string; text: string }, signal: AbortSignal): Promise<Attachment>;
  /** `approved`: ids of steps; empty: none of it. */
  answerPlan(planId: string, version: number, approved: string[]): Promise<{ accepted: boolean; reason?: string | undefined }>;
  stopTurn(turnId: string): Promise<boolean>;
  /** Can anything answer, which providers leave the house, and what money is counted in. */
  mind(): Promise<MindReport>;
}

/** Conversations that are asked for at once. */
export const CONVERSATION_PAGE = 100;

export function chatRequests(client: () => JarvisClient): ChatRequests {
  return {
    conversations: async (before) => client().conversations({ limit: CONVERSATION_PAGE, ...(before !== undefined && { before }) }),
    conversation: async (id) => client().conversation({ id }),
    start: async () => client().startConversation(),
    rename: async (id, title) => client().renameConversation({ id, title }),
    remove: async (id) => (await client().deleteConversation({ id })).restorableUntil,
    restore: async (id) => client().restoreConversation({ id }),
    branch: async (id, messageId) => client().branchConversation({ id, messageId }),
    showMessage: async (id, messageId) => client().showMessage({ id, messageId }),
    search: async (words, signal) => client().searchConversations({ words, limit: 60 }, { signal }),
    exportAs: async (id, format) => client().exportConversation({ id, format }),
    importText: async (text) => client().importConversation({ text }),
    attach: async (file, signal) => client().attachFile(file, { signal }),
    answerPlan: async (planId, version, approved) => client().answerPlan({ planId, version, approved }),
    stopTurn: async (turnId) => (await client().stopTurn({ turnId })).stopped,
    mind: async () => client().mind(),
  };
}
