import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOfUrl, safeFileName } from './safe-file-name.ts';

describe('a file name from outside', () => {
  it.each([
    ['Llama-3.1-8B-Q4_K_M.gguf', 'Llama-3.1-8B-Q4_K_M.gguf'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\windows\\system32\\x.gguf', 'x.gguf'],
    ['..', 'model'],
    ['/', 'model'],
    ['', 'model'],
    ['.hidden.gguf', 'hidden.gguf'],
    ['-rf.gguf', 'rf.gguf'],
    ['~root', 'root'],
    ['CON', '_CON'],
    ['aux.gguf', '_aux.gguf'],
    ['COM1.gguf', '_COM1.gguf'],
    ['a\u0000b\nc.gguf', 'a_b_c.gguf'],
    ['a\u202Eguf.exe', 'a_guf.exe'],
    ['what?<is>:"this"|*.gguf', 'what__is___this___.gguf'],
    ['dots...', 'dots'],
    ['model.gguf.part', '_model.gguf_part'],
    ['模型.gguf', '模型.gguf'],
  ])('%j becomes %j', (text, name) => expect(safeFileName(text)).toBe(name));

  it('is cut to what file systems take, and keeps its ending', () => {
    const name = safeFileName(`${'模型'.repeat(300)}.gguf`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180);
    expect(name).toMatch(/^(模型)+模?\.gguf$/u);
  });

  it('is one name on any system, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = safeFileName(text);
        expect(basename(name)).toBe(name);
        expect(name).not.toMatch(/[/\\\0<>:"|?*]|^\.|[. ]$|^$/u);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(181);
        expect(safeFileName(name)).toBe(name);
      }),
    );
  });

  it('of an address is its last part, without the query', () => {
    expect(nameOfUrl('https://h/org/x/resolve/main/My%20Model.gguf?download=true#x')).toBe('My Model.gguf');
    expect(nameOfUrl('https://h/a/..%2f..%2fetc%2fpasswd')).toBe('passwd');
    expect(nameOfUrl('https://h/%E0%A4%A')).toBe('%E0%A4%A');
    expect(nameOfUrl('https://h/')).toBe('model');
  });
});
