import type { Attachment } from '../../contract/chat.ts';
import { LARGEST_ATTACHMENT } from '../../contract/chat-interface.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Database, Row } from '../../store/database.ts';
import { asText } from './as-text.ts';
import { ConversationError } from './conversation-error.ts';

export interface FileText extends Attachment {
  text: string;
}

/** ms for which a file waits to be asked about. */
const UNUSED_MS = 86_400_000;
const MOST_FILES = 20;

/** Texts of files that were dropped into a chat: they wait, go with one message, and leave with it. */
export class ConversationFiles {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #newId: () => string;

  constructor(options: { database: Database; clock: Clock; newId(): string }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#newId = () => options.newId();
  }

  add(file: { name: string; mediaType: string; text: string; bytes?: number }): Attachment {
    if (file.text.length > LARGEST_ATTACHMENT) {
      const most = LARGEST_ATTACHMENT.toLocaleString('en');
      throw new ConversationError('too-large', `${file.name} is too long: at most ${most} characters can be read.`);
    }
    const text = asText(file.text);
    const bytes = file.bytes ?? Buffer.byteLength(text);
    const kept = { id: this.#newId(), name: asText(file.name), mediaType: asText(file.mediaType), bytes };
    this.#database.run(
      'INSERT INTO attachment (id, name, media_type, bytes, text, added_at) VALUES (?, ?, ?, ?, ?, ?)',
      ...[kept.id, kept.name, kept.mediaType, kept.bytes, text, Math.round(this.#clock.now())],
    );
    return kept;
  }

  texts(ids: readonly string[]): FileText[] {
    return ids.flatMap((id) => {
      const row = this.#database.get('SELECT id, name, media_type, bytes, text FROM attachment WHERE id = ?', id);
      return row === undefined ? [] : [{ ...fileOf(row), text: String(row.text) }];
    });
  }

  /** Those that go with no message yet. Throws when one of them is not there. */
  waiting(ids: readonly string[]): Attachment[] {
    if (ids.length > MOST_FILES) throw new ConversationError('too-large', `At most ${MOST_FILES} files go with one question.`);
    return [...new Set(ids)].map((id) => {
      const row = this.#database.get('SELECT id, name, media_type, bytes FROM attachment WHERE id = ? AND message_number IS NULL', id);
      if (row === undefined) throw new ConversationError('unknown', 'A file that goes with this question is not there any more.');
      return fileOf(row);
    });
  }

  assign(files: readonly Attachment[], messageId: string): void {
    for (const { id } of files) {
      this.#database.run('UPDATE attachment SET message_number = (SELECT number FROM message WHERE id = ?) WHERE id = ?', messageId, id);
    }
  }

  forgetUnused(): void {
    this.#database.run('DELETE FROM attachment WHERE message_number IS NULL AND added_at < ?', this.#clock.now() - UNUSED_MS);
  }
}

function fileOf(row: Row): Attachment {
  return { id: String(row.id), name: String(row.name), mediaType: String(row.media_type), bytes: Number(row.bytes) };
}
