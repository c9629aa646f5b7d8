import { describe, expect, it } from 'vitest';
import { LARGEST_ATTACHMENT } from '../../contract/chat-interface.ts';
import { readFile } from './read-file.ts';

const file = (name: string, content: string | Uint8Array<ArrayBuffer>, type = ''): File => new File([content], name, { type });

describe('a file that is dropped into the chat', () => {
  it.each(['notes.txt', 'data.CSV', 'main.rs', 'server.log', 'Dockerfile', 'a.b.json'])('is read: %s', async (name) => {
    expect(await readFile(file(name, 'words'))).toEqual({ ok: true, name, mediaType: 'text/plain', text: 'words' });
  });

  it.each(['photo.png', 'letter.pdf', 'song.mp3', 'noending', 'archive.tar.gz'])('is refused in words: %s', async (name) => {
    expect(await readFile(file(name, 'words'))).toEqual({ ok: false, reason: `I cannot read ${name}: only text, tables, code and logs.` });
  });

  it('is refused where it only calls itself text', async () => {
    expect(await readFile(file('a.txt', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])))).toMatchObject({
      ok: false,
      reason: 'a.txt is no text.',
    });
    expect(await readFile(file('b.txt', 'a\0b'))).toMatchObject({ ok: false });
  });

  it('is refused where it is empty, too large, or gone meanwhile', async () => {
    expect(await readFile(file('a.txt', ' \n'))).toMatchObject({ ok: false, reason: 'a.txt is empty.' });
    expect(await readFile(file('a.txt', 'x'.repeat(LARGEST_ATTACHMENT)))).toMatchObject({ ok: true });
    expect(await readFile(file('a.txt', 'x'.repeat(LARGEST_ATTACHMENT + 1)))).toMatchObject({
      ok: false,
      reason: 'a.txt is too large: at most 1 million characters.',
    });
    const gone = { name: 'a.txt', size: 3, type: '', arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) };
    expect(await readFile(gone)).toEqual({ ok: false, reason: 'a.txt could not be opened.' });
  });

  it('may come from old or foreign programs', async () => {
    expect(await readFile(file('a.txt', new Uint8Array([0x63, 0x61, 0x66, 0xe9])))).toMatchObject({ text: 'café' });
    expect(await readFile(file('a.txt', new Uint8Array([0xff, 0xfe, 0x68, 0, 0x69, 0])))).toMatchObject({ text: 'hi' });
  });
});
