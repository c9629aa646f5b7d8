import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shown } from './file-roots.ts';
import { sizeWords } from './file-words.ts';
import { ripgrepArgs } from './find-in-files.ts';
import { numberedName } from './free-name.ts';
import { nameScore } from './name-match.ts';
import { openCommand, runsWhenOpened } from './open-file.ts';
import { macPut, windowsPut, windowsRestore } from './program-bin.ts';
import { userFolders } from './user-folders.ts';

describe('the usual folders', () => {
  it('are where the desktop says they are', () => {
    const text =
      'XDG_DOWNLOAD_DIR="$HOME/Herunter geladen"\nXDG_MUSIC_DIR="/mnt/music/"\nXDG_DESKTOP_DIR="$HOME/"\n# XDG_VIDEOS_DIR="/x"\nnonsense';
    const places = Object.fromEntries(userFolders('/home/ada', text, 'linux').map(({ name, path }) => [name, path]));
    expect(places).toEqual({
      Documents: '/home/ada/Documents',
      Downloads: '/home/ada/Herunter geladen',
      Music: '/mnt/music',
      Pictures: '/home/ada/Pictures',
      Videos: '/home/ada/Videos',
    });
    expect(userFolders('/Users/ada', '', 'darwin').at(-1)).toEqual({ name: 'Videos', path: '/Users/ada/Movies' });
  });
});

describe('a name with a number', () => {
  it('keeps its ending', () => {
    expect(numberedName('a.pdf', 1)).toBe('a.pdf');
    expect(numberedName('a.pdf', 2)).toBe('a (2).pdf');
    expect(numberedName('a.tar.gz', 3)).toBe('a (3).tar.gz');
    expect(numberedName('a', 2)).toBe('a (2)');
  });

  it('fits, whatever it was, and no letter is cut in half', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), fc.integer({ min: 2, max: 1000 }), (name, number) => {
        const numbered = numberedName(name, number);
        expect(Buffer.byteLength(numbered)).toBeLessThanOrEqual(255);
        expect(numbered).toContain(`(${number})`);
        expect(numbered.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('names and what people call them', () => {
  it.each([
    ['tax report', 'Tax_Report-2024.pdf'],
    ['tax reports', 'taxReport.ods'],
    ['holiday fotos', 'Holiday Fotos.zip'],
    ['rechnung muller', 'Rechnung Müller.pdf'],
    ['the contract', 'rental-contract.docx'],
    ['IMG 2031', 'IMG_2031.JPG'],
    ['draft.txt', 'draft.txt'],
    ['invoise', 'Invoice.pdf'],
  ])('"%s" is %s', (said, name) => expect(nameScore(said, name)).toBeGreaterThan(0));

  it.each([
    ['tax', 'syntax.md2'],
    ['cat', 'dog.png'],
    ['', 'a.txt'],
    ['tax 2023', 'tax 2024.pdf'],
  ])('"%s" is not %s', (said, name) => expect(nameScore(said, name) < 0.7).toBe(true));

  it('the one that is called exactly so comes first', () => {
    expect(nameScore('tax', 'Tax.pdf')).toBeGreaterThan(nameScore('tax', 'Tax old.pdf'));
  });
});

describe('words', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1234, '1.2 kB'],
    [999_999, '1 MB'],
    [12_345_678, '12 MB'],
    [2_000_000_000_000, '2 TB'],
  ])('%d bytes are %s', (bytes, words) => expect(sizeWords(bytes)).toBe(words));

  it('a name is shown on one line, without signs that turn text around', () => {
    expect(shown('invoice\u202Efdp.exe')).toBe('invoicefdp.exe');
    expect(shown('a\n\tb\u0007')).toBe('a b');
    expect(Array.from(shown('🦆'.repeat(200)))).toHaveLength(80);
  });
});

describe('programs that are started', () => {
  const nasty = `C:\\Users\\a"; Remove-Item x '$(y).txt`;

  it('the bins of Windows and macOS get a path as data, never as script', () => {
    for (const command of [windowsPut(nasty), windowsRestore(nasty)]) {
      expect(command.env.JARVIS_PATH).toBe(nasty);
      const script = Buffer.from(command.args.at(-1) ?? '', 'base64').toString('utf16le');
      expect(script).toContain('$env:JARVIS_PATH');
      expect(script).not.toContain('Remove-Item');
    }
    expect(Buffer.from(windowsPut('x').args.at(-1) ?? '', 'base64').toString('utf16le')).toContain('SendToRecycleBin');
    expect(macPut(nasty).args.at(-1)).toBe(nasty);
    expect(macPut(nasty).args.filter((argument) => argument.includes(nasty))).toHaveLength(1);
  });

  it('ripgrep takes no words for options', () => {
    const args = ripgrepArgs({ folders: ['/home/ada'], text: '--pre=sh', limit: 5 });
    expect(args).toContain('--regexp=--pre=sh');
    expect(args.slice(args.indexOf('--') + 1)).toEqual(['/home/ada']);
  });

  it('what would run is not opened; what shows is, by the desktop', () => {
    for (const name of ['a.exe', 'a.PS1', 'a.desktop', 'a.jar', 'a.command']) expect(runsWhenOpened(name, 0o644, 'linux')).toBe(true);
    expect(runsWhenOpened('tool', 0o755, 'linux')).toBe(true);
    for (const name of ['a.pdf', 'a.jpg', 'README', 'a.txt']) expect(runsWhenOpened(name, 0o644, 'linux')).toBe(false);
    expect(openCommand('/a b', 'linux')).toEqual({ program: 'xdg-open', args: ['/a b'] });
    expect(openCommand('/a b', 'darwin')).toEqual({ program: '/usr/bin/open', args: ['/a b'] });
    expect(openCommand('C:\\a', 'win32')).toEqual({ program: 'explorer.exe', args: ['C:\\a'] });
  });
});
