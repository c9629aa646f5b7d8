import { chmodSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { ModelLibrary, type ModelLibraryOptions } from './model-library.ts';
import { programFolders } from './program-folders.ts';

let home: string;
let folder: string;
let kept: unknown;
let saves: number;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'jarvis-library-'));
  folder = join(home, 'models');
  await mkdir(folder);
  kept = undefined;
  saves = 0;
});
afterEach(async () => rm(home, { recursive: true, force: true }));

async function open(options: Partial<ModelLibraryOptions> = {}): Promise<ModelLibrary> {
  const library = new ModelLibrary({
    folder,
    store: {
      load: async () => structuredClone(kept),
      save: async (value) => {
        saves += 1;
        kept = structuredClone(value);
      },
    },
    clock: new FakeClock(),
    inspect: async (path) => {
      const text = await readFile(path, 'latin1');
      if (text.includes('broken')) throw new Error('The header breaks off.');
      return { quantisation: 'Q4_K_M', licence: 'mit' };
    },
    // Never the folders of the machine that tests run on.
    programs: { lmStudio: [join(home, '.lmstudio', 'models')], ollama: [join(home, '.ollama', 'models')] },
    ...options,
  });
  await library.open();
  return library;
}

async function put(path: string, text = 'GGUF and so on'): Promise<string> {
  const whole = join(home, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, text);
  return whole;
}
const fetched = async (id: string): Promise<Parameters<ModelLibrary['addDownloaded']>[0]> => ({
  id,
  kind: 'chat',
  title: id,
  path: await put(`models/${id}/${id}.gguf`),
});

describe('the list of models', () => {
  it('keeps what was fetched, over a restart', async () => {
    const library = await open();
    const added = await library.addDownloaded({ ...(await fetched('tiny-q4')), sha256: 'a'.repeat(64), catalogueId: 'tiny' });
    expect(added).toMatchObject({ id: 'tiny-q4', source: 'downloaded', bytes: 14, catalogueId: 'tiny' });
    expect((await open()).list()).toEqual([added]);
  });

  it('has one line per file, however often and by whatever way it is added', async () => {
    const library = await open();
    const one = await library.addDownloaded(await fetched('tiny'));
    await symlink(one.path, join(home, 'link.gguf'));
    const two = await library.addReference(join(home, 'link.gguf'));
    expect(two).toMatchObject({ id: 'tiny', source: 'downloaded', path: one.path, addedAt: one.addedAt });
    expect(library.list()).toHaveLength(1);
  });

  it('gives stable ids that no two models share', async () => {
    const library = await open();
    const ids = [];
    for (const place of ['a', 'b', 'c']) ids.push((await library.addReference(await put(`${place}/Llama 3.1 (8B)!.gguf`))).id);
    expect(ids).toEqual(['llama-3.1-8b', 'llama-3.1-8b-2', 'llama-3.1-8b-3']);
    await library.remove('llama-3.1-8b-2');
    expect(library.list().map((each) => each.id)).toEqual(['llama-3.1-8b', 'llama-3.1-8b-3']);
    expect((await library.addReference(await put('日本.gguf'))).id).toBe('model');
  });

  it('sees what another process wrote meanwhile', async () => {
    const [one, two] = [await open(), await open()];
    await one.addDownloaded(await fetched('a'));
    await two.addDownloaded(await fetched('b'));
    await one.addDownloaded(await fetched('c'));
    expect((await open()).list().map((each) => each.id)).toEqual(['a', 'b', 'c']);
  });

  it('takes changes at once one after the other', async () => {
    const library = await open();
    const models = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(fetched));
    await Promise.all(models.map((each) => library.addDownloaded(each)));
    expect((await open()).list()).toHaveLength(5);
  });

  it('tells every change', async () => {
    const library = await open();
    const over = new AbortController();
    const seen: string[][] = [];
    const watch = (async () => {
      for await (const models of library.changes(over.signal)) seen.push(models.map((each) => each.id));
    })();
    await library.addDownloaded(await fetched('a'));
    await library.remove('a');
    over.abort();
    await watch;
    expect(seen).toEqual([['a'], []]);
  });

  it('keeps lines that it does not understand, and does not write over a list that is damaged', async () => {
    kept = [{ id: 'from the future', shape: 7 }];
    const library = await open();
    await library.addDownloaded(await fetched('a'));
    expect(kept).toMatchObject([{ id: 'a' }, { id: 'from the future', shape: 7 }]);
    kept = { broken: true };
    await expect(open()).rejects.toThrow('damaged');
    expect(kept).toEqual({ broken: true });
  });

  it('says in words that another process holds it, and a failed writing changes nothing', async () => {
    const model = await fetched('a');
    await expect(open({ lock: async () => undefined })).rejects.toThrow('Another JARVIS');
    let isFull = false;
    const store = { load: async () => kept, save: async () => (isFull ? Promise.reject(new Error('no room')) : undefined) };
    const library = await open({ store });
    isFull = true;
    await expect(library.addDownloaded(model)).rejects.toThrow('no room');
    expect(library.list()).toEqual([]);
  });
});

describe('a look at the files', () => {
  it('says in words what is gone, changed or broken, and takes it back', async () => {
    const library = await open();
    for (const id of ['gone', 'grown', 'header', 'other', 'fine']) await library.addDownloaded(await fetched(id));
    await rm(join(folder, 'gone', 'gone.gguf'));
    await put('models/grown/grown.gguf', 'GGUF and so on, and on');
    await put('models/header/header.gguf', 'GGUF is broken');
    await put('models/other/other.gguf', '<html>login</h');
    const problems = Object.fromEntries((await (await open()).check()).map((each) => [each.id, each.problem]));
    expect(problems).toEqual({
      gone: `The file is gone: ${join(folder, 'gone', 'gone.gguf')}`,
      grown: 'The file has changed: it has 22 bytes instead of 14.',
      header: 'The header breaks off.',
      other: 'The file is broken: it does not begin as a GGUF file does.',
      fine: undefined,
    });
    await put('models/gone/gone.gguf');
    expect((await library.check()).find((each) => each.id === 'gone')?.problem).toBeUndefined();
  });

  it('writes nothing when nothing has changed', async () => {
    const library = await open();
    await library.addDownloaded(await fetched('a'));
    const before = saves;
    await library.check();
    await open();
    expect(saves).toBe(before);
  });

  it('tells a file that may not be read', async (context) => {
    if (process.getuid?.() === 0 || process.platform === 'win32') return context.skip('root may read everything');
    const library = await open();
    const { path } = await library.addDownloaded(await fetched('a'));
    chmodSync(path, 0);
    expect((await library.check())[0]?.problem).toBe(`The file cannot be read: ${path}`);
  });
});

describe('a file by reference', () => {
  it('is not copied, and stays when it is removed', async () => {
    const path = await put('Downloads/My Model.gguf');
    const library = await open();
    const added = await library.addReference(path);
    expect(added).toMatchObject({ id: 'my-model', source: 'referenced', path, kind: 'chat', quantisation: 'Q4_K_M', licence: 'mit' });
    await library.remove(added.id);
    expect(existsSync(path)).toBe(true);
    expect(library.list()).toEqual([]);
  });

  it('keeps a link as a link, and tells when it leads nowhere', async () => {
    const path = await put('real.gguf');
    const link = join(home, 'link.gguf');
    await symlink(path, link);
    const library = await open();
    expect((await library.addReference(link)).path).toBe(link);
    await rm(path);
    expect((await library.check())[0]?.problem).toContain('is gone');
  });

  it('is refused in words when it is no model', async () => {
    const library = await open();
    await expect(library.addReference(await put('page.gguf', '<html>'))).rejects.toThrow('no GGUF file');
    await expect(library.addReference(await put('notes.txt', 'x'))).rejects.toThrow('no GGUF file');
    await expect(library.addReference(await put('bad.gguf', 'GGUF broken'))).rejects.toThrow('The header breaks off');
    await expect(library.addReference(join(home, 'nothing.gguf'))).rejects.toThrow('is no file');
    await expect(library.addReference(home)).rejects.toThrow('is no file');
    await expect(library.addReference('relative.gguf')).rejects.toThrow('no whole path');
    expect(library.list()).toEqual([]);
    expect((await library.addReference(await put('vad.onnx', 'ONNX'), { kind: 'vad' })).kind).toBe('vad');
  });
});

describe('removing', () => {
  it('deletes a fetched file and its empty folder', async () => {
    const library = await open();
    const { path } = await library.addDownloaded(await fetched('a'));
    await library.remove('a');
    expect(existsSync(dirname(path))).toBe(false);
    expect(existsSync(folder)).toBe(true);
  });

  it('leaves what else lies in the folder', async () => {
    const library = await open();
    const { path } = await library.addDownloaded(await fetched('a'));
    const note = join(dirname(path), 'note.txt');
    await writeFile(note, 'mine');
    await library.remove('a');
    expect(existsSync(note)).toBe(true);
  });

  it('deletes a link, never what it leads to', async () => {
    const original = await put('precious.gguf');
    await mkdir(join(folder, 'a'));
    await symlink(original, join(folder, 'a', 'a.gguf'));
    const library = await open();
    await library.addDownloaded({ id: 'a', kind: 'chat', title: 'a', path: join(folder, 'a', 'a.gguf') });
    await library.remove('a');
    expect(existsSync(original)).toBe(true);
  });

  it('never deletes outside of its folder, whatever the list says', async () => {
    const original = await put('precious.gguf');
    const out = await put('outside/x.gguf');
    await symlink(join(home, 'outside'), join(folder, 'way-out'));
    const library = await open();
    const real = { kind: 'chat', title: 'x', bytes: 14, source: 'downloaded', addedAt: 0 };
    kept = [
      { ...real, id: 'x', path: original },
      { ...real, id: 'y', path: join(folder, '..', 'precious.gguf') },
      { ...real, id: 'z', path: join(folder, 'way-out', 'x.gguf') },
    ];
    for (const id of ['x', 'y', 'z']) await expect(library.remove(id)).rejects.toThrow('not deleted');
    expect([existsSync(original), existsSync(out)]).toEqual([true, true]);
  });

  it('is refused in words while the model is in use, and for one that nobody knows', async () => {
    const library = await open({ inUse: (model) => `${model.title} is loaded; unload it first.` });
    const { path } = await library.addDownloaded(await fetched('a'));
    await expect(library.remove('a')).rejects.toThrow('a is loaded; unload it first.');
    await expect(library.remove('b')).rejects.toThrow('no model b');
    expect(existsSync(path)).toBe(true);
  });

  it('works for a model whose file is gone already', async () => {
    const library = await open();
    const { path } = await library.addDownloaded(await fetched('a'));
    await rm(path);
    await library.remove('a');
    expect(library.list()).toEqual([]);
  });
});

const DIGEST = 'a'.repeat(64);
const manifest = (layers: unknown[]): string => JSON.stringify({ schemaVersion: 2, layers });
const layer = (type: string, digest = `sha256:${DIGEST}`, size?: number): unknown => ({
  mediaType: `application/vnd.ollama.image.${type}`,
  digest,
  size,
});

describe('what other programs have', () => {
  it('is found at Ollama, under the names that people know', async () => {
    const blob = await put(`.ollama/models/blobs/sha256-${DIGEST}`);
    const full = manifest([layer('model', undefined, 14), layer('template'), layer('params'), layer('license')]);
    await put('.ollama/models/manifests/registry.ollama.ai/library/llama3.1/8b', full);
    await put('.ollama/models/manifests/registry.ollama.ai/someone/nomic-embed-text/latest', manifest([layer('model')]));
    await put('.ollama/models/manifests/hf.co/org/repo/Q4_K_M', manifest([layer('model'), layer('projector')]));
    const library = await open();
    expect(await library.scan()).toEqual([
      {
        program: 'Ollama',
        title: 'hf.co/org/repo:Q4_K_M',
        kind: 'chat',
        path: blob,
        bytes: 14,
        note: 'Not taken over: part for pictures.',
      },
      { program: 'Ollama', title: 'llama3.1:8b', kind: 'chat', path: blob, bytes: 14, note: 'Not taken over: template, parameters.' },
      { program: 'Ollama', title: 'someone/nomic-embed-text:latest', kind: 'embedding', path: blob, bytes: 14 },
    ]);
    const added = await library.addReference(blob, { title: 'llama3.1:8b' });
    expect(added).toMatchObject({ id: 'llama3.1-8b', title: 'llama3.1:8b', source: 'referenced' });
    expect((await library.scan()).map((each) => each.installedId)).toEqual(['llama3.1-8b', 'llama3.1-8b', 'llama3.1-8b']);
    await library.remove('llama3.1-8b');
    expect(existsSync(blob)).toBe(true);
  });

  it.each([
    ['garbage', '{"layers":[{"mediaT'],
    ['nothing', ''],
    ['a number', '7'],
    ['no layers', '{}'],
    ['layers of another kind', '{"layers":"all of them"}'],
    ['a digest that leads out', manifest([layer('model', 'sha256:../../../../etc/passwd')])],
    ['a digest with a path behind it', manifest([layer('model', `sha256:${DIGEST}/../../x`)])],
    ['another sum', manifest([layer('model', 'md5:abc')])],
    ['no model in it', manifest([layer('template')])],
    ['a size that is none', manifest([layer('model', undefined, -1)])],
    ['a million layers', manifest(Array.from({ length: 20_000 }, () => layer('model')))],
  ])('is left out where a manifest is %s', async (_, text) => {
    await put(`.ollama/models/blobs/sha256-${DIGEST}`);
    await put('.ollama/models/manifests/registry.ollama.ai/library/evil/latest', text);
    await put('.ollama/models/manifests/registry.ollama.ai/library/good/latest', manifest([layer('model')]));
    expect((await (await open()).scan()).map((each) => each.title)).toEqual(['good:latest']);
  });

  it('tells what cannot be used', async () => {
    await put('.ollama/models/manifests/registry.ollama.ai/library/gone/latest', manifest([layer('model', `sha256:${'b'.repeat(64)}`, 5)]));
    await put(`.ollama/models/blobs/sha256-${DIGEST}`);
    await put('.ollama/models/manifests/registry.ollama.ai/library/short/latest', manifest([layer('model', undefined, 99)]));
    await put('.ollama/models/manifests/registry.ollama.ai/library/tensors/latest', manifest([layer('tensor; name=a')]));
    const problems = Object.fromEntries((await (await open()).scan()).map((each) => [each.title, each.problem]));
    expect(problems).toEqual({
      'gone:latest': 'Its file is not there, or may not be read.',
      'short:latest': 'Its file has 14 bytes instead of 99.',
      'tensors:latest': 'It is not kept as GGUF.',
    });
  });

  it('is found at LM Studio: links, first parts, no eyes of models', async () => {
    const base = '.lmstudio/models/pub';
    await put(`${base}/one/one-Q4.gguf`);
    await put(`${base}/one/mmproj-one.gguf`);
    await put(`${base}/big/big-00001-of-00002.gguf`, 'GGUF 1');
    await put(`${base}/big/big-00002-of-00002.gguf`, 'GGUF 22');
    await put(`${base}/bge-m3/bge-m3-f16.gguf`);
    await put(`${base}/one/readme.md`);
    await put('elsewhere/linked/linked.gguf');
    await symlink(join(home, 'elsewhere', 'linked'), join(home, base, 'linked'));
    await symlink(join(home, base), join(home, base, 'round'));
    await symlink(join(home, 'nowhere'), join(home, base, 'dead.gguf'));
    const found = await (await open()).scan();
    expect(found.map(({ title, kind, bytes, note }) => ({ title, kind, bytes, note }))).toEqual([
      { title: 'bge-m3-f16', kind: 'embedding', bytes: 14, note: undefined },
      { title: 'big-00001-of-00002', kind: 'chat', bytes: 13, note: undefined },
      { title: 'linked', kind: 'chat', bytes: 14, note: undefined },
      { title: 'one-Q4', kind: 'chat', bytes: 14, note: 'Its part for pictures (mmproj) lies beside it.' },
    ]);
  });

  it('is nothing where they are not installed', async () => {
    expect(await (await open()).scan()).toEqual([]);
  });

  it('is looked for where they keep it', () => {
    const { lmStudio, ollama } = programFolders('/home/me', { OLLAMA_MODELS: '/data/ollama' });
    expect(lmStudio).toEqual(['/home/me/.lmstudio/models', '/home/me/.cache/lm-studio/models']);
    expect(ollama.slice(0, 3)).toEqual(['/data/ollama', '/home/me/.ollama/models', '/usr/share/ollama/.ollama/models']);
    expect(programFolders('/home/me', { OLLAMA_MODELS: 'relative' }).ollama[0]).toBe('/home/me/.ollama/models');
  });
});
