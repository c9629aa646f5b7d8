import { CONVERSATION_MIGRATIONS } from '../../assistant/conversations/conversation-schema.ts';
import { ConversationStore } from '../../assistant/conversations/conversation-store.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { FakeClock } from './fake-clock.ts';

export interface OpenConversations {
  store: ConversationStore;
  clock: FakeClock;
  database: Database;
  /** Appends words of a person, or of JARVIS where `role` says so; gives back the id. */
  say(conversationId: string, text: string, more?: { role?: 'person' | 'jarvis'; parentId?: string | null; person?: string }): string;
}

/** Real conversations in memory, or in a file. Ids count up. */
export function openConversations(path = ':memory:'): OpenConversations {
  const clock = new FakeClock();
  const database = openDatabase({ path, migrations: CONVERSATION_MIGRATIONS, clock });
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `id-${ids}`;
  };
  const store = new ConversationStore({ database, clock, newId });
  return {
    store,
    clock,
    database,
    say: (conversationId, text, more = {}) =>
      store.append({ conversationId, role: 'person', text, turnId: 't', source: 'page', ...more }).id,
  };
}
