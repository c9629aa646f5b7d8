import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MindSettingsSchema } from '../../contract/models.ts';
import { MindSettingsError, mindSettingsPath, openMindSettings } from './mind-settings-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-mind-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (text: string): Promise<void> => writeFile(mindSettingsPath(folder), text);
const text = (): Promise<string> => readFile(mindSettingsPath(folder), 'utf8');

describe('the settings of the mind', () => {
  it('are all defaults where there is no file, and no file is made of that', async () => {
    const file = await openMindSettings(folder);
    expect(file.now()).toEqual(MindSettingsSchema.parse({}));
    expect(file.problem()).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('are changed, written so that a person can read them, and told', async () => {
    const file = await openMindSettings(folder);
    const told: string[] = [];
    const end = file.onChange((now, before) => told.push(`${before.prefer} → ${now.prefer}`));
    await file.change((settings) => ({ ...settings, prefer: 'best' }));
    expect(file.now().prefer).toBe('best');
    expect(await text()).toContain('\n  "prefer": "best",\n');
    expect((await openMindSettings(folder)).now()).toEqual(file.now());
    end();
    await file.change((settings) => ({ ...settings, prefer: 'cheap' }));
    expect(told).toEqual(['balanced → best']);
  });

  it('take changes that come together one after the other', async () => {
    const file = await openMindSettings(folder);
    await Promise.all(Array.from({ length: 20 }, () => file.change((settings) => ({ ...settings, steps: settings.steps + 1 }))));
    expect(file.now().steps).toBe(28);
  });

  it('keep what a person wrote into the file meanwhile', async () => {
    const file = await openMindSettings(folder);
    await write('{ "keepDays": 30 }');
    await file.change((settings) => ({ ...settings, prefer: 'fast' }));
    expect(file.now()).toMatchObject({ keepDays: 30, prefer: 'fast' });
  });

  const provider = (id: string, more: object = {}) => ({ id, type: 'openai', ...more });
  it.each<[string, object, string]>([
    ['an unknown provider in the order', { order: ['nobody/x'] }, 'order.0: there is no provider called "nobody"'],
    ['a name without a model', { order: ['nobody'] }, 'order.0: "nobody" is not written as provider/model'],
    ['a name of half', { order: ['local/'] }, 'order.0: "local/" is not written as provider/model'],
    ['a name twice in the order', { order: ['local/a', 'local/a'] }, 'order: "local/a" is in it twice'],
    ['two providers of one name', { providers: [provider('a'), provider('a')] }, 'providers.1.id: there are two providers called "a"'],
    ['somebody else by our name', { providers: [provider('local')] }, 'providers.0.id: "local" is JARVIS\'s own'],
    [
      'two models of one name',
      { providers: [provider('a', { models: [{ id: 'm' }, { id: 'm' }] })] },
      'providers.0.models: "a" has two models called "m"',
    ],
    ['a pin twice', { pinned: ['a', 'a'] }, 'pinned: "a" is in it twice'],
    ['an unknown key', { colour: 'red' }, 'Unrecognized key: "colour"'],
    ['a wrong type', { steps: 'many' }, 'steps: Invalid input: expected number, received string'],
  ])('refuse %s in words, and nothing changes', async (_name, more, words) => {
    await write('{ "steps": 3 }');
    const file = await openMindSettings(folder);
    const error = await file.change((settings) => ({ ...settings, ...more })).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(MindSettingsError);
    expect(error).toMatchObject({ message: words });
    expect(await text()).toBe('{ "steps": 3 }');
    expect(file.now().steps).toBe(3);
    await file.change((settings) => ({ ...settings, steps: 4 }));
    expect(file.now().steps).toBe(4);
  });

  it('take names that are there: of a provider, and of JARVIS itself', async () => {
    const file = await openMindSettings(folder);
    const order = ['local/llama', 'cloud/org/model'];
    await file.change((settings) => ({ ...settings, providers: [provider('cloud'), { id: 'local', type: 'local' }], order }));
    expect(file.now().order).toEqual(order);
  });

  it('survive an edit that makes nonsense of them', async () => {
    const file = await openMindSettings(folder);
    for (const nonsense of [undefined, null, 4, [], 'x']) await expect(file.change(() => nonsense)).rejects.toThrow(MindSettingsError);
    await expect(
      file.change(() => {
        throw new Error('of the caller');
      }),
    ).rejects.toThrow('of the caller');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a broken file', () => {
  it.each([
    ['half', '{ "steps": 3, "or'],
    ['nothing', ''],
    ['another thing', '[1, 2]'],
    ['an unknown key', '{ "enabeld": true }'],
    ['garbage', '\u0000\u0001\uFFFD'],
    ['an unknown provider', '{ "order": ["x/y"] }'],
  ])('with %s in it switches the mind off, says so, and is left alone', async (_name, broken) => {
    await write(broken);
    const file = await openMindSettings(folder);
    expect(file.now().enabled).toBe(false);
    expect(file.problem()).toContain('mind.json cannot be used');
    await expect(file.change((settings) => settings)).rejects.toThrow('mind.json cannot be used');
    expect(await text()).toBe(broken);
    await write('{ "steps": 5 }');
    await file.change((settings) => settings);
    expect(file.problem()).toBeUndefined();
    expect(file.now()).toMatchObject({ enabled: true, steps: 5 });
  });

  it('that is a folder is said too', async () => {
    await mkdir(mindSettingsPath(folder));
    const file = await openMindSettings(folder);
    expect(file.problem()).toContain('cannot be read');
    expect(file.now().enabled).toBe(false);
  });

  it('on a disk that refuses changes nothing', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write everywhere');
    const file = await openMindSettings(folder);
    await chmod(folder, 0o500);
    await expect(file.change((settings) => ({ ...settings, steps: 4 }))).rejects.toThrow('cannot be written');
    await chmod(folder, 0o700);
    expect(file.now().steps).toBe(8);
  });
});
