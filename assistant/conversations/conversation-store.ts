import type { Attachment, ChatConversation, ChatHit, ChatMessage, ChatThread } from '../../contract/chat.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Database, Row } from '../../store/database.ts';
import { asText } from './as-text.ts';
import { ConversationError } from './conversation-error.ts';
import { ConversationFiles, type FileText } from './conversation-files.ts';
import { NEW_TITLE, titleFromWords } from './conversation-title.ts';
import { conversationOf, MESSAGE_COLUMNS, MESSAGE_COLUMNS_OF_M, messageOf, messageValues, taintOf } from './message-row.ts';
import { type RelatedMessage, type RelatedWhere, relatedMessages, searchMessages } from './search-messages.ts';

/** A message before it has its place; `parentId` absent: it follows the head, null: it begins the conversation. */
export type NewMessage = Omit<ChatMessage, 'id' | 'at' | 'parentId' | 'attachments' | 'steps' | 'sources'> & {
  id?: string;
  at?: number;
  parentId?: string | null;
  steps?: ChatMessage['steps'];
  sources?: ChatMessage['sources'];
  /** Ids of files that were added before. */
  attachments?: readonly string[];
};

export interface KeptSummary {
  /** The last message that it covers. */
  upTo: string;
  text: string;
  taint: NonNullable<ChatMessage['taint']>;
}

/** ms for which a deletion can be taken back. */
const RESTORABLE_MS = 30_000;
const DAY_MS = 86_400_000;
/** ms that the order may run ahead of the clock when much is said at once. */
const SAME_MOMENT_MS = 60_000;
const LONGEST_MESSAGE = 1_000_000;
const PREVIEW = 120;

/**
 * Conversations in a database with `CONVERSATION_MIGRATIONS`. A message that a method gave back is on the disk. Methods throw `ConversationError` for what is
 * not there or too large, and `StoreError` for a disk that refuses.
 */
export class ConversationStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #files: ConversationFiles;

  constructor(options: { database: Database; clock: Clock; newId(): string }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#newId = () => options.newId();
    this.#files = new ConversationFiles(options);
  }

  /** `place`: where people talk without naming a conversation. */
  create(
    options: { id?: string; title?: string; named?: boolean; place?: string; branchOf?: ChatConversation['branchOf'] } = {},
  ): ChatConversation {
    const id = options.id ?? this.#newId();
    const { title = NEW_TITLE, named = false, place, branchOf } = options;
    const now = this.#unusedTime();
    this.#database.run(
      `INSERT INTO conversation (id, title, named, created_at, updated_at, branch_conversation, branch_message, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, asText(title), named ? 1 : 0, now, now, branchOf?.conversationId ?? null, branchOf?.messageId ?? null, place ?? null],
    );
    return this.conversation(id);
  }

  conversation(id: string): ChatConversation {
    return this.find(id) ?? unknownConversation();
  }

  find(id: string): ChatConversation | undefined {
    const row = this.#database.get('SELECT * FROM conversation WHERE id = ? AND deleted_at IS NULL', id);
    return row === undefined ? undefined : conversationOf(row);
  }

  /** The last one at a place, when something was said in it after `since`, in ms since the epoch. */
  openAt(place: string, since: number): ChatConversation | undefined {
    const row = this.#database.get(
      'SELECT * FROM conversation WHERE place = ? AND deleted_at IS NULL AND updated_at > ? ORDER BY updated_at DESC LIMIT 1',
      ...[place, since],
    );
    return row === undefined ? undefined : conversationOf(row);
  }

  /** Newest first. `before`: `updatedAt` of the last one of the page before. */
  list({ limit = 50, before = Number.MAX_SAFE_INTEGER }: { limit?: number; before?: number } = {}): ChatConversation[] {
    const rows = this.#database.all(
      'SELECT * FROM conversation WHERE deleted_at IS NULL AND updated_at < ? ORDER BY updated_at DESC LIMIT ?',
      ...[before, limit],
    );
    return rows.map(conversationOf);
  }

  /** Becomes the head. The first words of a person name the conversation until somebody does. */
  append(message: NewMessage): ChatMessage {
    return this.#database.transaction(() => {
      const conversation = this.conversation(message.conversationId);
      const parentId = message.parentId === undefined ? conversation.head : message.parentId;
      if (parentId !== null && this.message(parentId)?.conversationId !== conversation.id) {
        throw new ConversationError('unknown', 'The message that this answers is not there any more.');
      }
      const kept: ChatMessage = {
        ...message,
        id: message.id ?? this.#newId(),
        at: Math.round(message.at ?? this.#clock.now()),
        parentId,
        text: longEnough(message.text),
        ...(message.heard !== undefined && { heard: asText(message.heard) }),
        steps: message.steps ?? [],
        sources: message.sources ?? [],
        attachments: this.#files.waiting(message.attachments ?? []),
      };
      this.#insert(kept);
      const isFirst = message.role === 'person' && conversation.title === NEW_TITLE && !conversation.named;
      this.#database.run(
        'UPDATE conversation SET head = ?, preview = ?, messages = messages + 1, updated_at = ?, title = ? WHERE id = ?',
        ...[kept.id, previewOf(kept.text), this.#unusedTime(), isFirst ? titleFromWords(kept.text) : conversation.title, conversation.id],
      );
      return kept;
    });
  }

  /** Puts right what became known later: what was heard, that it was stopped. */
  amend(
    id: string,
    change: Partial<Pick<ChatMessage, 'text' | 'heard' | 'stopped' | 'steps' | 'sources' | 'model' | 'taint'>>,
  ): ChatMessage {
    return this.#database.transaction(() => {
      const before = this.message(id) ?? unknownMessage();
      const after = { ...before, ...change, text: longEnough(change.text ?? before.text) };
      const settings = MESSAGE_COLUMNS.split(', ').map((column) => `${column} = ?`);
      this.#database.run(`UPDATE message SET ${settings.join(', ')} WHERE id = ?`, ...messageValues(after), id);
      if (change.text !== undefined) this.#database.run('UPDATE conversation SET preview = ? WHERE head = ?', previewOf(after.text), id);
      return after;
    });
  }

  /** Takes back a message that nothing follows, and its conversation when nothing else was said in it. What is shown then is the branch beside it, if there is one. */
  withdraw(id: string): void {
    this.#database.transaction(() => {
      const { conversationId, parentId } = this.message(id) ?? unknownMessage();
      if (this.#database.get('SELECT 1 FROM message WHERE parent_id = ?', id) !== undefined)
        throw new ConversationError('unknown', 'Something was said after that message already.');
      this.#database.run('DELETE FROM message WHERE id = ?', id);
      if (this.#database.run('DELETE FROM conversation WHERE id = ? AND messages <= 1', conversationId) > 0) return;
      this.#database.run('UPDATE conversation SET messages = messages - 1 WHERE id = ?', conversationId);
      if (this.conversation(conversationId).head === id) this.#setHead(conversationId, this.#leafBeside(conversationId, parentId));
    });
  }

  message(id: string): ChatMessage | undefined {
    const row = this.#database.get(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE id = ?`, id);
    return row === undefined ? undefined : messageOf(row);
  }

  /** The path from the first message to the head, or the last `limit` messages of it. */
  path(conversationId: string, limit = Number.MAX_SAFE_INTEGER): ChatMessage[] {
    const { head } = this.conversation(conversationId);
    return head === null ? [] : this.#pathTo(head, limit).map(messageOf);
  }

  /** Only what a person said on that path, oldest first: much quicker to read when there is very much of it. */
  personWords(conversationId: string): { id: string; text: string }[] {
    const rows = this.#database.all(
      `WITH RECURSIVE path (number, parent_id, depth) AS (
         SELECT number, parent_id, 0 FROM message WHERE id = ? UNION ALL
         SELECT m.number, m.parent_id, depth + 1 FROM path JOIN message m ON m.id = path.parent_id
       ) SELECT m.id, m.text FROM path JOIN message m USING (number) WHERE m.role = 'person' ORDER BY depth DESC`,
      this.conversation(conversationId).head,
    );
    return rows.map(({ id, text }) => ({ id: String(id), text: String(text) }));
  }

  thread(conversationId: string, limit?: number): ChatThread {
    const conversation = this.conversation(conversationId);
    const messages = this.path(conversationId, limit);
    const parents = JSON.stringify(messages.map(({ parentId }) => parentId));
    const rows = this.#database.all(
      'SELECT id, parent_id FROM message WHERE parent_id IN (SELECT value FROM json_each(?)) OR (parent_id IS NULL AND conversation_id = ?) ORDER BY number',
      ...[parents, conversationId],
    );
    const siblings = Map.groupBy(rows, (row) => (row.parent_id === null ? null : String(row.parent_id)));
    const idsBeside = ({ parentId }: ChatMessage): string[] => (siblings.get(parentId) ?? []).map((row) => String(row.id));
    return {
      conversation,
      messages: messages.map((message) => ({ ...message, siblings: idsBeside(message) })),
    };
  }

  rename(id: string, title: string): ChatConversation {
    this.#database.run(
      'UPDATE conversation SET title = ?, named = 1 WHERE id = ?',
      asText(title).trim() || NEW_TITLE,
      this.conversation(id).id,
    );
    return this.conversation(id);
  }

  /** A title that a model found; one that a person gave stays. */
  suggestTitle(id: string, title: string): void {
    this.#database.run('UPDATE conversation SET title = ? WHERE id = ? AND named = 0', asText(title), id);
  }

  /** Shows the branch that this message is on, with what was said after it last. */
  setHead(conversationId: string, messageId: string): ChatConversation {
    return this.#database.transaction(() => {
      if (this.message(messageId)?.conversationId !== this.conversation(conversationId).id) unknownMessage();
      this.#setHead(conversationId, this.#leafBelow(messageId));
      return this.conversation(conversationId);
    });
  }

  /** A new conversation with a copy of everything up to this message. */
  branch(conversationId: string, messageId: string): ChatConversation {
    return this.#database.transaction(() => {
      const from = this.conversation(conversationId);
      if (this.message(messageId)?.conversationId !== from.id) unknownMessage();
      const { id } = this.create({ title: from.title, named: from.named, branchOf: { conversationId, messageId } });
      let parentId: string | null = null;
      for (const row of this.#pathTo(messageId)) {
        const message = messageOf(row);
        const attachments = this.files(message.attachments.map((each) => each.id)).map((file) => this.addFile(file).id);
        parentId = this.append({ ...message, id: this.#newId(), conversationId: id, parentId, attachments }).id;
      }
      this.#database.run('UPDATE conversation SET title = ? WHERE id = ?', from.title, id);
      return this.conversation(id);
    });
  }

  /** Gone from sight at once, and from the disk when it can be restored no more, at `restorableUntil` in ms since the epoch. */
  delete(id: string): { restorableUntil: number } {
    const now = this.#clock.now();
    this.#database.run('UPDATE conversation SET deleted_at = ? WHERE id = ?', now, this.conversation(id).id);
    return { restorableUntil: now + RESTORABLE_MS };
  }

  restore(id: string): ChatConversation {
    const restored = this.#database.run(
      'UPDATE conversation SET deleted_at = NULL WHERE id = ? AND deleted_at > ?',
      ...[id, this.#clock.now() - RESTORABLE_MS],
    );
    return restored > 0 ? this.conversation(id) : unknownConversation();
  }

  /** Takes from the disk what was deleted, what is older than `keepDays` (0: nothing is), and files that nobody asked about. To be called now and then. */
  tidy(keepDays: number): { conversations: number } {
    const now = this.#clock.now();
    const conversations = this.#database.transaction(() => {
      this.#files.forgetUnused();
      const tooOld = keepDays > 0 ? now - keepDays * DAY_MS : Number.MIN_SAFE_INTEGER;
      return this.#database.run('DELETE FROM conversation WHERE deleted_at <= ? OR updated_at < ?', now - RESTORABLE_MS, tooOld);
    });
    if (conversations > 0) this.#database.checkpoint();
    return { conversations };
  }

  /** Runs `tidy` at once and every minute, until the signal aborts. `failed` hears of a disk that refuses. */
  async keepTidy(keepDays: () => number, failed: (error: unknown) => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.tidy(keepDays());
      } catch (error) {
        failed(error);
      }
      await this.#clock.sleep(60_000, signal).catch(() => undefined);
    }
  }

  /** Messages with all of these words, the last one perhaps unfinished; the best first, the newer of two that are as good. */
  search(words: string, options: { limit?: number; person?: string } = {}): ChatHit[] {
    return searchMessages(this.#database, words, options);
  }

  /** Messages with any of these words, the best first: of one conversation, or of all others of a person (null: whoever has no name). */
  related(words: readonly string[], where: RelatedWhere, limit: number): RelatedMessage[] {
    return relatedMessages(this.#database, words, where, limit);
  }

  /** A file that waits to be asked about. Its text is what a model reads. */
  addFile(file: { name: string; mediaType: string; text: string; bytes?: number }): Attachment {
    return this.#files.add(file);
  }

  /** With their texts, in this order; what is not there is left out. */
  files(ids: readonly string[]): FileText[] {
    return this.#files.texts(ids);
  }

  summary(conversationId: string): KeptSummary | undefined {
    const row = this.#database.get('SELECT up_to, text, taint FROM summary WHERE conversation_id = ?', conversationId);
    return row === undefined ? undefined : { upTo: String(row.up_to), text: String(row.text), taint: taintOf(row.taint) };
  }

  keepSummary(conversationId: string, { upTo, text, taint }: KeptSummary): void {
    this.#database.run(
      'INSERT OR REPLACE INTO summary (conversation_id, up_to, text, taint) VALUES (?, ?, ?, ?)',
      ...[this.conversation(conversationId).id, upTo, asText(text), JSON.stringify(taint)],
    );
  }

  /** Every message of the tree in the order they were made, hidden branches too. */
  tree(conversationId: string): ChatMessage[] {
    const rows = this.#database.all(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE conversation_id = ? ORDER BY number`, conversationId);
    return rows.map(messageOf);
  }

  /** All of it or nothing. */
  together<T>(work: () => T): T {
    return this.#database.transaction(work);
  }

  /** Where what was said last after a message ends. */
  #leafBelow(messageId: string): string {
    const [leaf] = this.#database.all(
      `WITH RECURSIVE down (id, depth) AS (
         SELECT ?, 0 UNION ALL
         SELECT (SELECT c.id FROM message c WHERE c.parent_id = down.id ORDER BY c.number DESC LIMIT 1), depth + 1 FROM down WHERE down.id IS NOT NULL
       ) SELECT id FROM down WHERE id IS NOT NULL ORDER BY depth DESC LIMIT 1`,
      messageId,
    );
    return String(leaf?.id ?? messageId);
  }

  #leafBeside(conversationId: string, parentId: string | null): string | null {
    if (parentId !== null) return this.#leafBelow(parentId);
    const root = this.#database.get(
      'SELECT id FROM message WHERE conversation_id = ? AND parent_id IS NULL ORDER BY number DESC LIMIT 1',
      conversationId,
    );
    return root === undefined ? null : this.#leafBelow(String(root.id));
  }

  #insert(message: ChatMessage): void {
    const marks = MESSAGE_COLUMNS.replaceAll(/\w+/gu, '?');
    this.#database.run(`INSERT INTO message (${MESSAGE_COLUMNS}) VALUES (${marks})`, ...messageValues(message));
    this.#files.assign(message.attachments, message.id);
  }

  #pathTo(head: string, limit = Number.MAX_SAFE_INTEGER): Row[] {
    return this.#database.all(
      `WITH RECURSIVE path (number, parent_id, depth) AS (
         SELECT number, parent_id, 0 FROM message WHERE id = ? UNION ALL
         SELECT m.number, m.parent_id, depth + 1 FROM path JOIN message m ON m.id = path.parent_id WHERE depth + 1 < ?
       ) SELECT ${MESSAGE_COLUMNS_OF_M} FROM path JOIN message m USING (number) ORDER BY depth DESC`,
      ...[head, limit],
    );
  }

  #setHead(conversationId: string, head: string | null): void {
    const text = head === null ? '' : (this.message(head)?.text ?? '');
    this.#database.run('UPDATE conversation SET head = ?, preview = ? WHERE id = ?', head, previewOf(text), conversationId);
  }

  /** `updatedAt` orders the list and leads from page to page, so no two have the same. */
  #unusedTime(): number {
    const now = Math.round(this.#clock.now());
    const { last } =
      this.#database.get('SELECT max(updated_at) AS last FROM conversation WHERE updated_at BETWEEN ? AND ?', now, now + SAME_MOMENT_MS) ??
      {};
    return typeof last === 'number' ? last + 1 : now;
  }
}

function longEnough(text: string): string {
  if (text.length > LONGEST_MESSAGE) {
    throw new ConversationError(
      'too-large',
      `That is too long to be kept: at most ${LONGEST_MESSAGE.toLocaleString('en')} characters. Send it as a file.`,
    );
  }
  return asText(text);
}

/** The end, since that is where a conversation stands; without the signs of Markdown, and without code, which says nothing in a line. */
function previewOf(text: string): string {
  const plain = text
    .replaceAll(/^(`{3,}|~{3,})[\s\S]*?(?:^\1|(?![\s\S]))/gmu, ' ')
    .replaceAll(/^\s*(?:[#>|-]+|\d+\.)\s*|\|/gmu, ' ')
    .replaceAll(/[*_`]+/gu, '');
  const line = plain.replaceAll(/\s+/gu, ' ').trim();
  return line.length <= PREVIEW ? line : `…${line.slice(1 - PREVIEW).toWellFormed()}`;
}

function unknownConversation(): never {
  throw new ConversationError('unknown', 'That conversation is not there any more.');
}

function unknownMessage(): never {
  throw new ConversationError('unknown', 'That message is not there any more.');
}
