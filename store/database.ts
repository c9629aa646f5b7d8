import { chmodSync, closeSync, existsSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { Clock } from '../contract/clock.ts';
import { asStoreError, StoreError, storeError } from './store-error.ts';

export type Row = Record<string, SQLOutputValue>;

/** One step of a schema; the first has version 1, and each the next number. Runs in a transaction, with what other steps of the same start do. */
export interface Migration {
  version: number;
  sql: string;
}

export interface DatabaseOptions {
  /** `:memory:` for one that is gone with the process. */
  path: string;
  migrations: readonly Migration[];
  clock: Clock;
  /** `move-aside`: a damaged file is renamed and a new one begun; `refuse` (the default): it is left alone and `openDatabase` throws. */
  whenDamaged?: 'refuse' | 'move-aside';
}

/** ms that a statement waits for another process to finish writing. */
const BUSY_MS = 5000;
/** ms for which the copy made before a migration is kept: it also holds what people delete meanwhile. */
const BACKUP_MS = 14 * 86_400_000;
const MEMORY = ':memory:';

/**
 * Opens a SQLite file, makes it (for its owner alone) where it is missing, and brings its schema up to date; before a migration a copy is made beside it.
 * A file that was not closed in order is examined first. Throws a `StoreError` in words.
 */
export function openDatabase(options: DatabaseOptions): Database {
  try {
    return openOnce(options);
  } catch (error) {
    if (!(error instanceof StoreError) || error.trouble !== 'corrupt' || options.whenDamaged !== 'move-aside') throw error;
    const movedTo = moveAside(options.path, options.clock.now());
    return openOnce(options, movedTo);
  }
}

function openOnce({ path, migrations, clock }: DatabaseOptions, movedTo?: string): Database {
  let raw: DatabaseSync | undefined;
  try {
    const unclean = path !== MEMORY && prepareFile(path);
    raw = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
    // Full: whatever was acknowledged outlives a power cut. What is deleted is overwritten, not only forgotten.
    raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY');
    if (unclean) examine(raw, path);
    migrate(raw, path, migrations);
    if (path !== MEMORY) forgetOldBackups(path, clock.now());
    return new Database(raw, path, movedTo);
  } catch (error) {
    if (raw?.isOpen === true) raw.close();
    throw asStoreError(error, path);
  }
}

/** An open database. Methods throw `StoreError` for what a person can do something about, and SQLite's own error for mistakes in statements. */
export class Database implements Disposable {
  readonly path: string;
  /** Where the damaged file went that this one replaces. */
  readonly movedTo: string | undefined;
  readonly #raw: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(raw: DatabaseSync, path: string, movedTo?: string) {
    this.#raw = raw;
    this.path = path;
    this.movedTo = movedTo;
  }

  /** Rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.#guarded(() => Number(this.#statement(sql).run(...values).changes));
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#guarded(() => this.#statement(sql).get(...values));
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guarded(() => this.#statement(sql).all(...values));
  }

  /** All of it or nothing; within another one it is part of that. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    return this.#guarded(() => {
      this.#raw.exec('BEGIN IMMEDIATE');
      this.#depth += 1;
      try {
        const result = work();
        this.#raw.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk may have rolled back already.
        if (this.#raw.isTransaction) this.#raw.exec('ROLLBACK');
        throw error;
      } finally {
        this.#depth -= 1;
      }
    });
  }

  /** Writes what is new into the file itself and empties the log beside it, so that nothing deleted stays readable there. */
  checkpoint(): void {
    this.#guarded(() => this.#raw.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
  }

  /** A whole copy at `path`, which must not be there, readable by its owner alone. */
  copyTo(path: string): void {
    this.#guarded(() => copy(this.#raw, path));
  }

  /** Idempotent. */
  close(): void {
    if (!this.#raw.isOpen) return;
    this.#statements.clear();
    this.#guarded(() => {
      try {
        this.#raw.exec('PRAGMA optimize');
      } finally {
        this.#raw.close();
      }
    });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#raw.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, this.path);
    }
  }
}

/** Makes the file with the right mode before SQLite does; its companions get the same. True: somebody was killed while it was open. */
function prepareFile(path: string): boolean {
  closeSync(openSync(path, 'a', 0o600));
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  // SQLite removes the log when the last one closes the file.
  return existsSync(`${path}-wal`) || existsSync(suspectMark(path));
}

/** Closing a damaged file removes its log as well; what was found is not forgotten over that. */
function suspectMark(path: string): string {
  return `${path}.suspect`;
}

function examine(raw: DatabaseSync, path: string): void {
  closeSync(openSync(suspectMark(path), 'a', 0o600));
  const [found] = raw.prepare('PRAGMA integrity_check(1)').all();
  if (found?.integrity_check !== 'ok') throw storeError('corrupt', path, new Error(String(found?.integrity_check)));
  rmSync(suspectMark(path), { force: true });
}

function migrate(raw: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  const latest = migrations.at(-1)?.version ?? 0;
  const before = versionOf(raw);
  if (before > latest) throw storeError('newer', path);
  if (before === latest) return;
  if (before > 0 && path !== MEMORY) {
    const backup = `${path}.before-${latest}`;
    rmSync(backup, { force: true });
    copy(raw, backup);
  }
  raw.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker.
    const now = versionOf(raw);
    for (const { version, sql } of migrations) if (version > now) raw.exec(sql);
    raw.exec(`PRAGMA user_version = ${Math.max(now, latest)}`);
    raw.exec('COMMIT');
  } catch (error) {
    if (raw.isTransaction) raw.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(raw: DatabaseSync): number {
  return Number(raw.prepare('PRAGMA user_version').get()?.user_version);
}

function copy(raw: DatabaseSync, path: string): void {
  // SQLite takes an empty file as a place to write to; made by itself it would be readable by others.
  closeSync(openSync(path, 'wx', 0o600));
  try {
    raw.prepare('VACUUM INTO ?').run(path);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

function forgetOldBackups(path: string, now: number): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.before-`)) continue;
    const backup = join(folder, name);
    if (now - statSync(backup).mtimeMs > BACKUP_MS) rmSync(backup, { force: true });
  }
}

/** Renames the file with its log: both are needed to save anything of it. */
function moveAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/gu, '-');
  let to = `${path}.damaged-${stamp}`;
  for (let number = 2; existsSync(to); number += 1) to = `${path}.damaged-${stamp}-${number}`;
  try {
    for (const end of ['', '-wal']) if (existsSync(path + end)) renameSync(path + end, to + end);
    for (const left of [`${path}-shm`, suspectMark(path)]) rmSync(left, { force: true });
  } catch (error) {
    throw asStoreError(error, path);
  }
  return to;
}
