import type { ChatHit, ChatMessage } from '../../contract/chat.ts';
import type { Database, Row } from '../../store/database.ts';
import { conversationOf, MESSAGE_COLUMNS_OF_M, messageOf } from './message-row.ts';
import { anyWord, everyWord } from './search-words.ts';

/** A message that has to do with some words, and where it stands. `score`: more is better; only to compare hits of one search. */
export interface RelatedMessage {
  message: ChatMessage;
  title: string;
  score: number;
}

/** Where to look for it. */
export type RelatedWhere = { conversationId: string } | { person: string | null; except: string };

/** Messages with all of these words, the last one perhaps unfinished; the best first, the newer of two that are as good. */
export function searchMessages(database: Database, words: string, { limit = 50, person }: { limit?: number; person?: string }): ChatHit[] {
  const query = everyWord(words);
  if (query === undefined) return [];
  const rows = database.all(
    `SELECT c.*, m.id AS message_id, m.role, m.at, snippet(message_words, 0, char(1), char(2), '…', 16) AS snippet
     FROM message_words JOIN message m ON m.number = message_words.rowid JOIN conversation c ON c.id = m.conversation_id
     WHERE message_words MATCH ? AND c.deleted_at IS NULL AND (? IS NULL OR m.person = ?)
     ORDER BY message_words.rank, m.number DESC LIMIT ?`,
    ...[query, person ?? null, person ?? null, limit],
  );
  return rows.map(hitOf);
}

/** Messages with any of these words, the best first: of one conversation, or of all others of a person (null: whoever has no name). */
export function relatedMessages(database: Database, words: readonly string[], where: RelatedWhere, limit: number): RelatedMessage[] {
  const query = anyWord(words);
  if (query === undefined) return [];
  const [condition, values] =
    'conversationId' in where
      ? ['m.conversation_id = ?', [where.conversationId]]
      : ['m.person IS ? AND c.id <> ?', [where.person, where.except]];
  const rows = database.all(
    `SELECT ${MESSAGE_COLUMNS_OF_M}, c.title AS title, -message_words.rank AS score
     FROM message_words JOIN message m ON m.number = message_words.rowid JOIN conversation c ON c.id = m.conversation_id
     WHERE message_words MATCH ? AND c.deleted_at IS NULL AND ${condition} ORDER BY message_words.rank LIMIT ?`,
    ...[query, ...values, limit],
  );
  return rows.map((row) => ({ message: messageOf(row), title: String(row.title), score: Number(row.score) }));
}

function hitOf(row: Row): ChatHit {
  // What stands in the text itself is no hit.
  const snippet = String(row.snippet).replaceAll('[[', '[ [').replaceAll(']]', '] ]').replaceAll('\u0001', '[[').replaceAll('\u0002', ']]');
  const role = row.role === 'person' ? 'person' : 'jarvis';
  return { conversation: conversationOf(row), messageId: String(row.message_id), role, snippet, at: Number(row.at) };
}
