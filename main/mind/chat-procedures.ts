import type { PlanApprovals } from '../../assistant/agent/plan-approvals.ts';
import { ConversationError } from '../../assistant/conversations/conversation-error.ts';
import type { ConversationStore } from '../../assistant/conversations/conversation-store.ts';
import { exportConversation, importConversation } from '../../assistant/conversations/export-conversation.ts';
import type { ChatConversation } from '../../contract/chat.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { InterfaceEvent } from '../../contract/interface.ts';
import type { JarvisApi } from '../gateway/router.ts';
import type { Conversation } from '../host/conversation.ts';

export interface ChatProcedureParts {
  /** Those on the disk, or while nothing is kept those in memory. */
  conversations(): ConversationStore;
  plans: PlanApprovals;
  conversation: Pick<Conversation, 'stop'>;
  publish(event: InterfaceEvent): void;
}

type ChatProcedures = Pick<
  JarvisApi,
  | 'conversations'
  | 'conversation'
  | 'startConversation'
  | 'renameConversation'
  | 'deleteConversation'
  | 'restoreConversation'
  | 'branchConversation'
  | 'showMessage'
  | 'searchConversations'
  | 'exportConversation'
  | 'importConversation'
  | 'attachFile'
  | 'answerPlan'
  | 'stopTurn'
>;

/** Kept conversations and plans, as the page and other programs ask for them. */
export function chatProcedures({ conversations, plans, conversation, publish }: ChatProcedureParts): ChatProcedures {
  const changed = (after: ChatConversation): ChatConversation => {
    publish({ type: 'conversation-changed', conversation: after });
    return after;
  };
  return {
    conversations: (page) => asked(() => conversations().list(defined(page ?? {}))),
    conversation: ({ id }) => asked(() => conversations().thread(id)),
    startConversation: () => asked(() => changed(conversations().create())),
    renameConversation: ({ id, title }) => asked(() => changed(conversations().rename(id, title))),
    deleteConversation: ({ id }) =>
      asked(() => {
        const deleted = conversations().delete(id);
        publish({ type: 'conversation-deleted', id });
        return deleted;
      }),
    restoreConversation: ({ id }) => asked(() => changed(conversations().restore(id))),
    branchConversation: ({ id, messageId }) => asked(() => changed(conversations().branch(id, messageId))),
    showMessage: ({ id, messageId }) =>
      asked(() => {
        changed(conversations().setHead(id, messageId));
        return conversations().thread(id);
      }),
    searchConversations: ({ words, limit }) => asked(() => conversations().search(words, defined({ limit }))),
    exportConversation: ({ id, format }) => asked(() => exportConversation(conversations(), id, format)),
    importConversation: ({ text }) => asked(() => changed(importConversation(conversations(), text))),
    attachFile: (file) => asked(() => conversations().addFile(file)),
    answerPlan({ planId, version, approved }, { source }) {
      const accepted = plans.answer(planId, version, approved, source === 'page' ? 'page' : 'api');
      return accepted ? { accepted } : { accepted, reason: 'That plan does not wait for an answer any more, or has changed since.' };
    },
    stopTurn: ({ turnId }) => ({ stopped: conversation.stop(turnId) }),
  };
}

/** What the store refuses is said to people in its own words. */
function asked<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConversationError) throw new JarvisError('refused', error.message);
    throw error;
  }
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Without members that are there and undefined, as optional input has them. */
function defined<T extends object>(input: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>;
}
