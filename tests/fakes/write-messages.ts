/** A program for tests: writes messages to the database that is named until it is killed, and says each one that was kept. */
import { writeSync } from 'node:fs';
import { CONVERSATION_MIGRATIONS } from '../../assistant/conversations/conversation-schema.ts';
import { ConversationStore } from '../../assistant/conversations/conversation-store.ts';
import { openDatabase } from '../../store/database.ts';

const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
const [path = '', run = ''] = process.argv.slice(2);
const database = openDatabase({ path, migrations: CONVERSATION_MIGRATIONS, clock });
let ids = 0;
const newId = (): string => {
  ids += 1;
  return `${run}-${ids}`;
};
const store = new ConversationStore({ database, clock, newId });
const { id: conversationId } = store.create();
for (;;) {
  const { id } = store.append({
    conversationId,
    role: 'person',
    text: `message of run ${run} ${'x'.repeat(200)}`,
    turnId: 't',
    source: 'page',
  });
  writeSync(1, `${id}\n`);
}
