import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import { type Database, type Migration, openDatabase } from './database.ts';

const FIRST: Migration = { version: 1, sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)' };
const SECOND: Migration = { version: 2, sql: "ALTER TABLE note ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'" };

let folder: string;
let path: string;
const clock = new FakeClock();
const open = (migrations = [FIRST], whenDamaged: 'refuse' | 'move-aside' = 'refuse') =>
  openDatabase({ path, migrations, clock, whenDamaged });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-database-'));
  path = join(folder, 'notes.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (database: Database, text: string) => database.run('INSERT INTO note (text) VALUES (?)', text);
const fill = (database: Database) =>
  database.transaction(() => {
    for (let number = 0; number < 2000; number += 1) write(database, `${number} ${'x'.repeat(50)}`);
  });
const texts = (database: Database) => database.all('SELECT text FROM note ORDER BY id').map(({ text }) => text);

describe('a database', () => {
  it('keeps what was written, for its owner alone, and leaves one file behind', async () => {
    {
      using database = open();
      write(database, 'milk');
      for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    }
    expect(await readdir(folder)).toEqual(['notes.db']);
    using again = open();
    expect(texts(again)).toEqual(['milk']);
  });

  it('takes rights away that others have on it', async () => {
    open().close();
    await chmod(path, 0o644);
    open().close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('says nothing to the terminal, and can search full text', () => {
    const program =
      "const { openDatabase } = await import('./store/database.ts');" +
      "openDatabase({ path: ':memory:', clock: { now: () => 0 }, migrations: [{ version: 1, sql: 'CREATE VIRTUAL TABLE words USING fts5(text)' }] }).close();";
    const { stderr, stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: resolve(import.meta.dirname, '..'),
      encoding: 'utf8',
    });
    expect({ stderr, stdout, status }).toEqual({ stderr: '', stdout: '', status: 0 });
  });

  it('does all of a transaction or nothing', () => {
    using database = open();
    expect(() =>
      database.transaction(() => {
        write(database, 'one');
        database.transaction(() => write(database, 'two'));
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(texts(database)).toEqual([]);
    database.transaction(() => write(database, 'three'));
    expect(texts(database)).toEqual(['three']);
  });

  it('overwrites what is deleted', async () => {
    using database = open();
    write(database, 'a very particular secret');
    database.checkpoint();
    expect((await readFile(path)).includes('a very particular secret')).toBe(true);
    database.run('DELETE FROM note');
    database.checkpoint();
    for (const name of await readdir(folder)) expect((await readFile(join(folder, name))).includes('particular')).toBe(false);
  });

  it('tells a mistake of ours from a trouble of the disk', () => {
    using database = open();
    write(database, 'milk');
    expect(() => write(database, 'milk')).toThrow('UNIQUE');
    expect(() => database.run('INSERT INTO absent VALUES (1)')).toThrow('no such table');
  });
});

describe('a migration', () => {
  it('runs once, after a copy was made', async () => {
    const first = open();
    write(first, 'milk');
    first.close();
    open([FIRST, SECOND]).close();
    using database = open([FIRST, SECOND]);
    expect(database.all('SELECT text, colour FROM note')).toEqual([{ text: 'milk', colour: 'red' }]);
    expect((await stat(`${path}.before-2`)).mode & 0o777).toBe(0o600);
    using before = openDatabase({ path: `${path}.before-2`, migrations: [FIRST], clock });
    expect(texts(before)).toEqual(['milk']);
  });

  it('that fails leaves everything as it was', () => {
    const first = open();
    write(first, 'milk');
    first.close();
    expect(() => open([FIRST, { version: 2, sql: 'CREATE TABLE half (a); CREATE TABLE note (a)' }])).toThrow('already exists');
    using database = open();
    expect(texts(database)).toEqual(['milk']);
    expect(database.get("SELECT name FROM sqlite_master WHERE name = 'half'")).toBeUndefined();
  });

  it('is never undone: a newer file is refused in words', () => {
    open([FIRST, SECOND]).close();
    expect(() => open()).toThrow(/was written by a newer JARVIS/u);
  });

  it('leaves its copy for two weeks', async () => {
    open().close();
    open([FIRST, SECOND]).close();
    const old = (clock.now() - 15 * 86_400_000) / 1000;
    await utimes(`${path}.before-2`, old, old);
    open([FIRST, SECOND]).close();
    expect(existsSync(`${path}.before-2`)).toBe(false);
  });
});

describe('a damaged file', () => {
  it.each([
    ['is no database', async () => writeFile(path, 'x'.repeat(9000))],
    [
      'was cut off',
      async () => {
        const database = open();
        fill(database);
        database.close();
        await writeFile(path, (await readFile(path)).subarray(0, 20_000));
      },
    ],
    [
      'was overwritten in the middle, and not closed in order',
      async () => {
        const database = open();
        fill(database);
        database.checkpoint();
        const bytes = await readFile(path);
        database.close();
        bytes.fill(0xab, 40_000, 60_000);
        await writeFile(path, bytes);
        await writeFile(`${path}-wal`, '');
      },
    ],
  ])('that %s is refused in words and left alone, and moved aside when told so', async (_what, damage) => {
    await damage();
    const bytes = await readFile(path);
    expect(() => open()).toThrow(/is damaged/u);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    using database = open([FIRST], 'move-aside');
    expect(texts(database)).toEqual([]);
    expect((await readFile(database.movedTo ?? '')).equals(bytes)).toBe(true);
  });

  it('is told from one that another JARVIS writes to, or a folder in its place', async () => {
    await mkdir(path);
    expect(() => open([FIRST], 'move-aside')).toThrow();
    expect(await readdir(folder)).toEqual(['notes.db']);
  });
});

describe('a full disk', () => {
  it('is told in words, and loses nothing', async (context) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status !== 0)
      context.skip('a small disk cannot be mounted here');
    try {
      path = join(disk, 'notes.db');
      using database = open();
      let written = 0;
      expect(() => {
        for (; written < 1000; written += 1) write(database, `${written} ${'x'.repeat(10_000)}`);
      }).toThrow(/the disk is full/u);
      expect(written).toBeGreaterThan(5);
      expect(texts(database)).toHaveLength(written);
      await copyFile(path, join(folder, 'copy.db'));
      database.close();
      using again = open();
      expect(texts(again)).toHaveLength(written);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
