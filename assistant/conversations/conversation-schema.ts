import type { Migration } from '../../store/database.ts';

/** Steps are only ever added: files of every earlier version are out there. */
export const CONVERSATION_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE conversation (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        named INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        messages INTEGER NOT NULL DEFAULT 0,
        head TEXT,
        preview TEXT NOT NULL DEFAULT '',
        branch_conversation TEXT,
        branch_message TEXT,
        place TEXT,
        deleted_at INTEGER
      ) STRICT;
      CREATE INDEX conversation_updated ON conversation (updated_at DESC);
      CREATE INDEX conversation_place ON conversation (place, updated_at DESC) WHERE place IS NOT NULL;

      CREATE TABLE message (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        parent_id TEXT REFERENCES message (id) DEFERRABLE INITIALLY DEFERRED,
        role TEXT NOT NULL CHECK (role IN ('person', 'jarvis')),
        text TEXT NOT NULL,
        heard TEXT,
        stopped INTEGER NOT NULL DEFAULT 0,
        at INTEGER NOT NULL,
        turn_id TEXT NOT NULL,
        source TEXT NOT NULL,
        person TEXT,
        steps TEXT NOT NULL DEFAULT '[]',
        sources TEXT NOT NULL DEFAULT '[]',
        attachments TEXT NOT NULL DEFAULT '[]',
        model TEXT,
        taint TEXT
      ) STRICT;
      CREATE INDEX message_parent ON message (parent_id, number);
      CREATE INDEX message_conversation ON message (conversation_id, number);

      CREATE TABLE attachment (
        id TEXT PRIMARY KEY,
        message_number INTEGER REFERENCES message (number) ON DELETE CASCADE,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        text TEXT NOT NULL,
        added_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX attachment_message ON attachment (message_number);

      CREATE TABLE summary (
        conversation_id TEXT PRIMARY KEY REFERENCES conversation (id) ON DELETE CASCADE,
        up_to TEXT NOT NULL,
        text TEXT NOT NULL,
        taint TEXT NOT NULL DEFAULT '[]'
      ) STRICT;

      CREATE VIRTUAL TABLE message_words USING fts5 (
        text, content = 'message', content_rowid = 'number', tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
      );
      INSERT INTO message_words (message_words, rank) VALUES ('secure-delete', 1);
      CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
        INSERT INTO message_words (rowid, text) VALUES (new.number, new.text);
      END;
      CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
        INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.number, old.text);
      END;
      CREATE TRIGGER message_changed AFTER UPDATE OF text ON message BEGIN
        INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.number, old.text);
        INSERT INTO message_words (rowid, text) VALUES (new.number, new.text);
      END;
    `,
  },
];
