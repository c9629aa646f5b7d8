import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import type { ToolResult } from '../tool.ts';
import { type Disk, realDisk } from './disk.ts';
import { fileTools } from './file-tools.ts';

let home: string;
let data: string;
let clock: FakeClock;
let opened: string[];
let ids = 0;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'jarvis-files-')));
  data = join(home, 'Documents', 'jarvis-data');
  for (const folder of ['Downloads', 'Documents', 'Desktop', 'Pictures', 'Documents/jarvis-data', '.ssh']) mkdirSync(join(home, folder));
  clock = new FakeClock();
  opened = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(path: string, text = path, modified?: number): string {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  if (modified !== undefined) utimesSync(full, modified / 1000, modified / 1000);
  return full;
}

const text = (path: string): string => readFileSync(join(home, path), 'utf8');
const has = (path: string): boolean => existsSync(join(home, path));

interface Hands {
  describe(name: string, input: unknown): string;
  run(name: string, input: unknown, signal?: AbortSignal): Promise<ToolResult>;
  /** As the gate has it: the sentence first, then the same input. */
  approved(name: string, input: unknown, between?: () => void): Promise<ToolResult>;
}

function hands(disk: Disk = realDisk): Hands {
  const tools = fileTools({
    home,
    dataFolder: data,
    env: {},
    platform: 'linux',
    clock,
    newId: () => `id${++ids}`,
    disk,
    open: async (path) => {
      opened.push(path);
    },
  });
  const find = (name: string, input: unknown) => {
    const tool = tools.find(({ manifest }) => manifest.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return { tool, parsed: tool.manifest.input.parse(input) };
  };
  const context = (signal = new AbortController().signal) => ({ turnId: 't', source: 'page' as const, signal, clock });
  return {
    describe(name, input) {
      const { tool, parsed } = find(name, input);
      return tool.describe(parsed);
    },
    async run(name, input, signal) {
      const { tool, parsed } = find(name, input);
      return tool.run(parsed, context(signal));
    },
    async approved(name, input, between) {
      const { tool, parsed } = find(name, input);
      tool.describe(parsed);
      between?.();
      return tool.run(parsed, context());
    },
  };
}

const PDFS = { which: { folder: 'downloads', kind: 'pdf' }, to: 'documents' };

describe('moving files', () => {
  it('says how many, how large, from where, to where and which', () => {
    for (const name of ['a.pdf', 'b.PDF', 'c.pdf']) put(`Downloads/${name}`, 'x'.repeat(4_000_000));
    put('Downloads/d.txt');
    expect(hands().describe('files.move', PDFS)).toBe('Move 3 PDFs (12 MB) from Downloads to Documents: a.pdf, b.PDF, c.pdf');
  });

  it('moves those and only those, and has seen it', async () => {
    put('Downloads/a.pdf', 'one');
    put('Downloads/b.txt');
    const result = await hands().run('files.move', PDFS);
    expect(result.outcome).toBe('confirmed');
    expect(text('Documents/a.pdf')).toBe('one');
    expect(has('Downloads/a.pdf')).toBe(false);
    expect(has('Downloads/b.txt')).toBe(true);
  });

  it('never overwrites: the name gets a number', async () => {
    put('Documents/a.pdf', 'old');
    put('Downloads/a.pdf', 'new');
    await hands().run('files.move', PDFS);
    expect(text('Documents/a.pdf')).toBe('old');
    expect(text('Documents/a (2).pdf')).toBe('new');
  });

  it('leaves what came in after the question, and a file that was changed since', async () => {
    put('Downloads/a.pdf', 'one');
    put('Downloads/b.pdf', 'two');
    const result = await hands().approved('files.move', PDFS, () => {
      put('Downloads/c.pdf', 'late');
      put('Downloads/b.pdf', 'changed meanwhile');
    });
    expect(readdirSync(join(home, 'Downloads')).sort()).toEqual(['b.pdf', 'c.pdf']);
    expect(result).toMatchObject({ outcome: 'failed', reason: '1 of 2 are done. b.pdf: b.pdf has changed since it was looked at.' });
  });

  it('goes on where one file vanishes midway, and says which', async () => {
    put('Downloads/a.pdf');
    put('Downloads/b.pdf');
    const result = await hands().approved('files.move', PDFS, () => rmSync(join(home, 'Downloads/a.pdf')));
    expect(has('Documents/b.pdf')).toBe(true);
    expect(result).toMatchObject({ outcome: 'failed', reason: '1 of 2 are done. a.pdf: It is no longer there.' });
  });

  it('moves whole folders, and never into themselves', async () => {
    put('Downloads/trip/a.txt', 'deep');
    mkdirSync(join(home, 'Documents/trip'));
    await hands().run('files.move', { paths: ['Downloads/trip'], to: 'documents' });
    expect(text('Documents/trip (2)/a.txt')).toBe('deep');
    const into = await hands().run('files.move', { paths: ['Documents/trip (2)'], to: 'Documents/trip (2)' });
    expect(into).toEqual({ outcome: 'rejected', reason: 'trip (2) cannot go into itself.' });
  });

  it('takes names with new lines, emoji, dashes and 255 bytes', async () => {
    const names = ['two\nlines.pdf', '-rf.pdf', '🦆 $(touch x) "q".pdf', `${'é'.repeat(125)}a.pdf`];
    for (const name of names) put(`Downloads/${name}`, name);
    for (const name of names) put(`Documents/${name}`, 'old');
    const tools = hands();
    expect(tools.describe('files.move', PDFS)).not.toMatch(/\n/u);
    expect((await tools.run('files.move', PDFS)).outcome).toBe('confirmed');
    const arrived = readdirSync(join(home, 'Documents')).filter((name) => name.includes('(2)'));
    expect(arrived).toHaveLength(4);
    for (const name of arrived) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    for (const name of names) expect(text(`Documents/${name}`)).toBe('old');
  });

  it('knows files by words of their names, and asks which where several fit', async () => {
    put('Documents/Old/Tax_Report-2024.ods');
    expect((await hands().run('files.move', { which: { named: 'tax report', one: true }, to: 'desktop' })).outcome).toBe('confirmed');
    put('Documents/tax 2023.pdf');
    put('Documents/tax 2022.pdf');
    const result = await hands().run('files.move', { which: { named: 'tax', folder: 'documents', one: true }, to: 'desktop' });
    expect(result).toMatchObject({ outcome: 'rejected', reason: '2 files fit in Documents: tax 2022.pdf, tax 2023.pdf. Say which one.' });
  });

  it('finds a folder by its name alone', async () => {
    mkdirSync(join(home, 'Documents/Money/Taxes'), { recursive: true });
    put('Downloads/a.pdf');
    await hands().run('files.move', { ...PDFS, to: 'taxes' });
    expect(has('Documents/Money/Taxes/a.pdf')).toBe(true);
    expect(await hands().run('files.move', { paths: ['Desktop'], to: 'nowhere' })).toMatchObject({
      reason: 'I found no folder called nowhere.',
    });
  });

  it('stops at once when it is called off', async () => {
    put('Downloads/a.pdf');
    const result = await hands().run('files.move', PDFS, AbortSignal.abort());
    expect(result.outcome).toBe('failed');
    expect(has('Downloads/a.pdf')).toBe(true);
  });

  it('refuses an input that says both or neither', () => {
    expect(() => hands().describe('files.move', { to: 'documents' })).toThrow(/either paths or which/u);
    expect(() => hands().describe('files.move', { ...PDFS, paths: ['a'] })).toThrow(/either paths or which/u);
  });
});

describe('what lies outside of the allowed folders', () => {
  it.each([
    '/etc/passwd',
    '~/.ssh/id_ed25519',
    'Documents/../.ssh/id_ed25519',
    'Documents/../../../etc/passwd',
    'Documents/.secret/a.txt',
    'Documents/jarvis-data/audit.jsonl',
    '..',
    '~',
    'Documents/a\0b',
  ])('%j is never read, moved or binned', async (path) => {
    put('.ssh/id_ed25519', 'KEY');
    put('Documents/.secret/a.txt', 'SECRET');
    put('Documents/jarvis-data/audit.jsonl', 'AUDIT');
    const tools = hands();
    for (const [name, input] of [
      ['files.read', { path }],
      ['files.move', { paths: [path], to: 'desktop' }],
      ['files.copy', { paths: [path], to: 'desktop' }],
      ['files.bin', { paths: [path] }],
      ['files.open', { paths: [path] }],
      ['files.rename', { paths: [path], name: 'x' }],
    ] as const) {
      const result = await tools.run(name, input);
      expect(result.outcome).toBe('rejected');
      expect(JSON.stringify(result)).not.toMatch(/KEY|SECRET|AUDIT/u);
    }
    expect(readdirSync(join(home, 'Desktop'))).toEqual([]);
  });

  it('no link leads there', async () => {
    put('.ssh/id_ed25519', 'KEY');
    symlinkSync(join(home, '.ssh'), join(home, 'Documents/keys'));
    symlinkSync(join(home, '.ssh/id_ed25519'), join(home, 'Documents/key.txt'));
    const tools = hands();
    for (const path of ['Documents/keys/id_ed25519', 'Documents/key.txt']) {
      const result = await tools.run('files.read', { path });
      expect(result.outcome).toBe('rejected');
    }
    put('Downloads/a.pdf');
    expect((await tools.run('files.move', { ...PDFS, to: 'Documents/keys' })).outcome).toBe('rejected');
    expect((await tools.run('files.move', { paths: ['Documents/keys/id_ed25519'], to: 'desktop' })).outcome).toBe('rejected');
    expect((await tools.run('files.make', { type: 'file', name: 'x', folder: 'Documents/keys' })).outcome).toBe('rejected');
    // The link itself may go; what it leads to stays where it is.
    expect((await tools.run('files.bin', { paths: ['Documents/key.txt'] })).outcome).toBe('confirmed');
    expect(text('.ssh/id_ed25519')).toBe('KEY');
  });

  it('nor does a folder that becomes a link after the question', async () => {
    mkdirSync(join(home, 'Documents/target'));
    put('Downloads/a.pdf', 'mine');
    const result = await hands().approved('files.move', { ...PDFS, to: 'Documents/target' }, () => {
      rmSync(join(home, 'Documents/target'), { recursive: true });
      symlinkSync(join(home, '.ssh'), join(home, 'Documents/target'));
    });
    expect(result.outcome).toBe('failed');
    expect(readdirSync(join(home, '.ssh'))).toEqual([]);
    expect(text('Downloads/a.pdf')).toBe('mine');
  });

  it('the places themselves stay, and so does the folder around what JARVIS keeps', async () => {
    expect(await hands().run('files.bin', { paths: ['downloads'] })).toEqual({
      outcome: 'rejected',
      reason: 'Downloads itself stays where it is.',
    });
    mkdirSync(join(home, 'Documents/around'));
    renameSync(data, join(home, 'Documents/around/data'));
    data = join(home, 'Documents/around/data');
    expect((await hands().run('files.move', { paths: ['Documents/around'], to: 'desktop' })).outcome).toBe('rejected');
  });
});

describe('the bin', () => {
  it('is the one of the desktop, by its rules', async () => {
    put('Documents/Old notes ä%.txt', 'old');
    expect(hands().describe('files.bin', { paths: ['Documents/Old notes ä%.txt'] })).toBe(
      'Put Old notes ä%.txt (3 bytes) from Documents in the bin',
    );
    await hands().run('files.bin', { paths: ['Documents/Old notes ä%.txt'] });
    expect(text('.local/share/Trash/files/Old notes ä%.txt')).toBe('old');
    const info = text('.local/share/Trash/info/Old notes ä%.txt.trashinfo');
    expect(info).toMatch(
      /^\[Trash Info\]\nPath=\/.*\/Documents\/Old%20notes%20%C3%A4%25\.txt\nDeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/u,
    );
    expect(statSync(join(home, '.local/share/Trash')).mode & 0o777).toBe(0o700);
  });

  it('writes down what the desktop’s own program writes down', async ({ skip }) => {
    const name = "a b'ä(1)*!~%.txt";
    put(`Documents/${name}`, 'x');
    const env = { ...process.env, HOME: home, XDG_DATA_HOME: join(home, 'gio') };
    try {
      execFileSync('gio', ['trash', join(home, 'Documents', name)], { env, stdio: 'ignore' });
    } catch {
      skip('gio cannot use the bin here');
    }
    const pathLine = (folder: string): string[] =>
      readFileSync(join(home, folder, 'Trash/info', `${name}.trashinfo`), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('Path='))
        .map((line) => decodeURIComponent(line));
    const theirs = pathLine('gio');
    put(`Documents/${name}`, 'x');
    await hands().run('files.bin', { paths: [`Documents/${name}`] });
    expect(pathLine('.local/share')).toEqual(theirs);
  });

  it('gives back what was put in it last, to its old place', async () => {
    put('Documents/a.txt', 'one');
    const tools = hands();
    await tools.run('files.bin', { paths: ['Documents/a.txt'] });
    expect(has('Documents/a.txt')).toBe(false);
    expect(tools.describe('files.restore', {})).toBe('Put a.txt (into Documents) back out of the bin');
    expect((await tools.run('files.restore', {})).outcome).toBe('confirmed');
    expect(text('Documents/a.txt')).toBe('one');
    expect(readdirSync(join(home, '.local/share/Trash/info'))).toEqual([]);
    expect(await tools.run('files.restore', {})).toEqual({ outcome: 'rejected', reason: 'I have put nothing in the bin.' });
  });

  it('gives back by name, after a restart, even where the place is taken or gone', async () => {
    put('Documents/sub/tax.txt', 'tax');
    put('Documents/other.txt', 'other');
    await hands().run('files.bin', { paths: ['Documents/sub/tax.txt'] });
    await hands().run('files.bin', { paths: ['Documents/other.txt'] });
    rmSync(join(home, 'Documents/sub'), { recursive: true });
    expect((await hands().run('files.restore', { named: 'tax' })).outcome).toBe('confirmed');
    expect(text('Documents/sub/tax.txt')).toBe('tax');
    put('Documents/other.txt', 'newer');
    await hands().run('files.restore', {});
    expect(text('Documents/other.txt')).toBe('newer');
    expect(text('Documents/other (2).txt')).toBe('other');
  });

  it('holds several of one name', async () => {
    const tools = hands();
    for (const words of ['one', 'two']) {
      put('Documents/a.txt', words);
      await tools.run('files.bin', { paths: ['Documents/a.txt'] });
    }
    expect(readdirSync(join(home, '.local/share/Trash/files')).sort()).toEqual(['a (2).txt', 'a.txt']);
    await tools.run('files.restore', {});
    expect(text('Documents/a.txt')).toBe('two');
  });
});

describe('taking back', () => {
  it('moves files back to where they were', async () => {
    put('Downloads/a.pdf', 'one');
    put('Documents/a.pdf', 'old');
    await hands().run('files.move', PDFS);
    const tools = hands();
    expect(tools.describe('files.undo', {})).toBe('Take this back: Move a.pdf (3 bytes) from Downloads to Documents');
    expect((await tools.run('files.undo', {})).outcome).toBe('confirmed');
    expect(text('Downloads/a.pdf')).toBe('one');
    expect(readdirSync(join(home, 'Documents')).sort()).toEqual(['a.pdf', 'jarvis-data']);
  });

  it('puts a copy and a new folder in the bin, but not a copy that has been worked on', async () => {
    put('Downloads/a.pdf', 'one');
    const tools = hands();
    await tools.run('files.copy', PDFS);
    await tools.run('files.undo', {});
    expect(has('Documents/a.pdf')).toBe(false);
    expect(text('Downloads/a.pdf')).toBe('one');
    await tools.run('files.copy', PDFS);
    writeFileSync(join(home, 'Documents/a.pdf'), 'worked on');
    const result = await tools.run('files.undo', {});
    expect(result).toMatchObject({ outcome: 'failed', reason: 'a.pdf: It has been changed since, so I left it.' });
    expect(text('Documents/a.pdf')).toBe('worked on');
    await tools.run('files.make', { type: 'folder', name: 'New' });
    await tools.run('files.undo', {});
    expect(has('Documents/New')).toBe(false);
  });

  it('is forgotten after 30 days, and survives a torn line', async () => {
    put('Downloads/a.pdf', 'one');
    await hands().run('files.move', PDFS);
    writeFileSync(join(data, 'file-changes.jsonl'), `${readFileSync(join(data, 'file-changes.jsonl'), 'utf8')}{"line":"ste`);
    await clock.advance(29 * 24 * 3_600_000);
    expect(hands().describe('files.undo', {})).toMatch(/a\.pdf/u);
    await clock.advance(2 * 24 * 3_600_000);
    expect(() => hands().describe('files.undo', {})).toThrow('There is nothing about files to take back.');
  });

  it('takes back a step that was written down and never taken for what it is', async () => {
    put('Downloads/a.pdf', 'one');
    const dying: Disk = {
      ...realDisk,
      link: () => new Promise(() => undefined),
    };
    void hands(dying).run('files.move', PDFS);
    await expect
      .poll(() => existsSync(join(data, 'file-changes.jsonl')) && readFileSync(join(data, 'file-changes.jsonl'), 'utf8'))
      .toContain('"step"');
    const result = await hands().run('files.undo', {});
    expect(result).toEqual({ outcome: 'rejected', reason: 'There was nothing left to take back.' });
    expect(text('Downloads/a.pdf')).toBe('one');
  });
});

const failing =
  (code: string): (() => Promise<never>) =>
  async () => {
    throw Object.assign(new Error(code), { code });
  };

describe('when the disk does not play along', () => {
  it('copies across disks, and only then removes the original', async () => {
    put('Downloads/a.pdf', 'one');
    put('Downloads/trip/sub/b.txt', 'two');
    symlinkSync('/etc', join(home, 'Downloads/trip/link'));
    const rename: Disk['rename'] = async (from, to) => (String(from).includes('.part') ? realDisk.rename(from, to) : failing('EXDEV')());
    const link: Disk['link'] = async (from, to) => (String(from).includes('.part') ? realDisk.link(from, to) : failing('EXDEV')());
    const tools = hands({ ...realDisk, rename, link });
    expect((await tools.run('files.move', { paths: ['Downloads/a.pdf', 'Downloads/trip'], to: 'documents' })).outcome).toBe('confirmed');
    expect(text('Documents/a.pdf')).toBe('one');
    expect(text('Documents/trip/sub/b.txt')).toBe('two');
    expect(readdirSync(join(home, 'Downloads'))).toEqual([]);
    expect(readdirSync(join(home, 'Documents')).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('goes between two real disks', async ({ skip }) => {
    let other: string;
    try {
      other = mkdtempSync('/dev/shm/jarvis-files-');
    } catch {
      return skip('there is no second disk here');
    }
    try {
      if (statSync(other).dev === statSync(home).dev) skip('there is no second disk here');
      put('Downloads/a.pdf', 'x'.repeat(3_000_000), Date.UTC(2020, 1, 1));
      put(
        '.config/user-dirs.dirs',
        `# a comment
XDG_VIDEOS_DIR="${other}"
`,
      );
      const result = await hands().run('files.move', { which: { folder: 'downloads', kind: 'pdf' }, to: 'videos' });
      expect(result.outcome).toBe('confirmed');
      expect(statSync(join(other, 'a.pdf')).mtimeMs).toBe(Date.UTC(2020, 1, 1));
      expect(has('Downloads/a.pdf')).toBe(false);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('loses nothing when the disk is full, and leaves nothing half done', async () => {
    put('Downloads/a.pdf', 'x'.repeat(3_000_000));
    put('Downloads/b.pdf', 'two');
    const open: Disk['open'] = async (path, flags, mode) => {
      const file = await realDisk.open(path, flags, mode);
      if (flags === 'wx') file.writeFile = failing('ENOSPC');
      return file;
    };
    const tools = hands({ ...realDisk, open, link: failing('EXDEV'), rename: failing('EXDEV') });
    const result = await tools.run('files.move', PDFS);
    expect(result).toMatchObject({ outcome: 'failed', reason: 'a.pdf: The disk is full.' });
    expect(readdirSync(join(home, 'Downloads')).sort()).toEqual(['a.pdf', 'b.pdf']);
    expect(readdirSync(join(home, 'Documents'))).toEqual(['jarvis-data']);
    expect(text('Downloads/a.pdf')).toHaveLength(3_000_000);
  });

  it('works without hard links', async () => {
    put('Downloads/a.pdf', 'one');
    put('Documents/a.pdf', 'old');
    expect((await hands({ ...realDisk, link: failing('EPERM') }).run('files.move', PDFS)).outcome).toBe('confirmed');
    expect(text('Documents/a (2).pdf')).toBe('one');
    expect(text('Documents/a.pdf')).toBe('old');
  });

  it('does nothing where its own record cannot be written', async () => {
    put('Downloads/a.pdf', 'one');
    mkdirSync(join(data, 'file-changes.jsonl'));
    await expect(hands().run('files.move', PDFS)).rejects.toThrow();
    expect(has('Downloads/a.pdf')).toBe(true);
  });
});

describe('renaming, making, opening', () => {
  it('keeps the ending, and takes no name that leads elsewhere', async () => {
    put('Documents/draft.txt', 'x');
    const tools = hands();
    expect(tools.describe('files.rename', { which: { named: 'draft' }, name: 'Final Letter' })).toBe(
      'Rename draft.txt in Documents to Final Letter.txt',
    );
    await tools.run('files.rename', { which: { named: 'draft' }, name: 'Final Letter' });
    expect(text('Documents/Final Letter.txt')).toBe('x');
    for (const name of ['../x.txt', 'a/b', '.hidden', '..', 'con.txt', 'x'.repeat(255), 'a\nb']) {
      expect((await tools.run('files.rename', { paths: ['Documents/Final Letter.txt'], name })).outcome).toBe('rejected');
    }
  });

  it('changes small letters to capital ones where a disk does not tell them apart', async () => {
    const path = put('Documents/draft.txt', 'x');
    // Such a disk answers for the other writing with the same file.
    const lstat = (async (asked: string) =>
      realDisk.lstat(asked.endsWith('Draft.txt') && !has('Documents/Draft.txt') ? path : asked)) as Disk['lstat'];
    const result = await hands({ ...realDisk, lstat }).run('files.rename', { paths: ['Documents/draft.txt'], name: 'Draft.txt' });
    expect(result.outcome).toBe('confirmed');
    expect(readdirSync(join(home, 'Documents')).sort()).toEqual(['Draft.txt', 'jarvis-data']);
  });

  it('makes folders and files, and says where there is one already', async () => {
    const tools = hands();
    expect(tools.describe('files.make', { type: 'folder', name: 'Taxes' })).toBe('Make a folder called Taxes in Documents');
    await tools.run('files.make', { type: 'folder', name: 'Taxes' });
    await tools.run('files.make', { type: 'file', name: 'ideas', folder: 'desktop', text: 'one' });
    expect(statSync(join(home, 'Documents/Taxes')).isDirectory()).toBe(true);
    expect(text('Desktop/ideas.txt')).toBe('one');
    expect(await tools.run('files.make', { type: 'folder', name: 'Taxes' })).toMatchObject({ outcome: 'rejected' });
  });

  it('opens the newest download, never a program', async () => {
    put('Downloads/old.pdf', 'x', Date.UTC(2020, 1, 1));
    put('Downloads/new.pdf', 'x', Date.UTC(2021, 1, 1));
    const tools = hands();
    const last = { which: { folder: 'downloads', newest: true } };
    expect((await tools.run('files.open', last)).outcome).toBe('accepted');
    expect(opened).toEqual([join(home, 'Downloads/new.pdf')]);
    for (const name of ['run.desktop', 'setup.exe', 'a.sh', 'b.AppImage', 'page.hta']) {
      put(`Downloads/${name}`, 'x', Date.UTC(2022, 1, 1));
      expect((await tools.run('files.open', { paths: [`Downloads/${name}`] })).outcome).toBe('rejected');
    }
    expect(opened).toHaveLength(1);
  });
});

describe('looking', () => {
  it('finds by name, kind, age, size and words, and passes programs’ folders over', async () => {
    put('Documents/Taxes/Tax Return 2024.pdf', 'x');
    put('Documents/notes.txt', 'the solar PANELS came', Date.UTC(2020, 1, 1));
    put('Documents/node_modules/tax.pdf', 'solar panels');
    put('Documents/.git/tax.pdf', 'solar panels');
    put('Pictures/big.png', 'x'.repeat(5000));
    const tools = hands();
    const names = async (input: unknown): Promise<string[]> => {
      const { output } = await tools.run('files.find', input);
      return (output as { files: { name: string }[] }).files.map(({ name }) => name).sort();
    };
    expect(await names({ named: 'tax' })).toEqual(['Tax Return 2024.pdf', 'Taxes']);
    expect(await names({ named: 'tax retrun', kind: 'pdf' })).toEqual([]);
    expect(await names({ named: 'tax returm' })).toEqual(['Tax Return 2024.pdf']);
    expect(await names({ containing: 'solar panels' })).toEqual(['notes.txt']);
    expect(await names({ atLeast: 1000 })).toEqual(['big.png']);
    expect(await names({ kind: 'text', to: Date.UTC(2020, 2, 1) })).toEqual(['notes.txt']);
    expect(await names({ folder: 'pictures' })).toEqual(['big.png']);
  });

  it('reads text up to a length, says where it is none, and marks the turn', async () => {
    put('Documents/a.txt', 'häß'.repeat(100));
    writeFileSync(join(home, 'Documents/b.bin'), Buffer.from([0, 1, 2, 3]));
    writeFileSync(join(home, 'Documents/old.txt'), Buffer.from('caf\xe9 au lait, tout simple et tout beau', 'latin1'));
    execFileSync('mkfifo', [join(home, 'Documents/pipe.txt')]);
    const tools = hands();
    expect(await tools.run('files.read', { path: 'Documents/a.txt', most: 4 })).toMatchObject({
      outcome: 'confirmed',
      taintName: 'a.txt',
      output: { text: 'häßh', truncated: true },
    });
    expect(await tools.run('files.read', { path: 'Documents/b.bin' })).toEqual({
      outcome: 'rejected',
      reason: 'b.bin is no text, so I cannot read it.',
    });
    expect(await tools.run('files.read', { path: 'Documents/old.txt' })).toMatchObject({
      output: { text: expect.stringMatching(/^café/u) },
    });
    expect((await tools.run('files.read', { path: 'Documents/pipe.txt' })).outcome).toBe('rejected');
    expect((await tools.run('files.read', { path: 'Documents' })).outcome).toBe('rejected');
  });

  it('lists a folder', async () => {
    put('Downloads/a.pdf');
    mkdirSync(join(home, 'Downloads/sub/deeper'), { recursive: true });
    put('Downloads/.hidden');
    const { output } = await hands().run('files.list', { folder: 'downloads' });
    expect(output).toMatchObject({
      count: 2,
      files: expect.arrayContaining([expect.objectContaining({ name: 'a.pdf', folder: 'Downloads' })]),
    });
  });

  it('every tool that changes something asks; none that deletes is there', () => {
    const tools = fileTools({ home, dataFolder: data, env: {}, platform: 'linux', clock, newId: () => 'id' });
    const risks = Object.fromEntries(tools.map(({ manifest }) => [manifest.name, manifest.risk]));
    expect(risks).toEqual({
      'files.find': 'observe',
      'files.list': 'observe',
      'files.read': 'observe',
      'files.move': 'guarded',
      'files.copy': 'guarded',
      'files.rename': 'guarded',
      'files.make': 'guarded',
      'files.bin': 'guarded',
      'files.restore': 'guarded',
      'files.undo': 'guarded',
      'files.open': 'guarded',
    });
    for (const name of ['files.read', 'files.find', 'files.list'])
      expect(tools.find(({ manifest }) => manifest.name === name)?.manifest.taints).toBe('file');
  });
});
