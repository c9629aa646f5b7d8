import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import type { LoadedPhrasebook } from '../../assistant/phrasebook.ts';
import type { HomeSnapshot } from '../../contract/home.ts';
import { OwnSentences } from './own-sentences.ts';

const HOME: HomeSnapshot = { floors: [], areas: [], entities: [] };
const FINE = 'intents:\n  CinemaTime:\n    sentences: ["[it is] cinema time"]\n    reply: "Enjoy the film."\n';
const BROKEN = 'intents:\n  CinemaTime:\n    sentences: ["cinema (time"]\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-own-sentences-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const own = (): OwnSentences => new OwnSentences(folder, { folders: [], builtIn: true });
const write = async (text: string, name = 'sentences.yaml'): Promise<void> => {
  await mkdir(join(folder, 'phrasebook'), { recursive: true });
  await writeFile(join(folder, 'phrasebook', name), text);
};
const meaning = (loaded: LoadedPhrasebook | undefined, text: string): string => {
  if (loaded === undefined) return 'nothing was loaded';
  const understanding = compilePhrasebook(loaded, HOME).understand(text);
  return understanding.type === 'matched' ? (understanding.matches[0]?.intent ?? '') : understanding.type;
};

describe("the person's own sentences", () => {
  it('are none at first, and JARVIS has its own', async () => {
    expect(await own().text()).toBe('');
    const { loaded, problems } = await own().load();
    expect(problems).toEqual([]);
    expect(meaning(loaded, 'what time is it')).toBe('HassGetCurrentTime');
  });

  it('are understood once they are saved, beside those of JARVIS', async () => {
    const { loaded, problems } = await own().check(FINE, HOME);
    expect(problems).toEqual([]);
    expect(meaning(loaded, 'cinema time')).toBe('CinemaTime');
    expect(await own().text()).toBe('');
    await own().save(FINE);
    const after = await own().load();
    expect(meaning(after.loaded, 'it is cinema time')).toBe('CinemaTime');
    expect(meaning(after.loaded, 'what time is it')).toBe('HassGetCurrentTime');
    expect(await own().text()).toBe(FINE);
  });

  it.each([
    [BROKEN, 3],
    ['intents:\n  A:\n    sentences: [hello]\n    sentnces: [x]\n', 4],
    ['intents: [\n', 2],
    ['just words', undefined],
    ['intents:\n  A:\n    sentences: ["{nowhere} please"]\n', 3],
  ])('%j is refused with its line, and without a path', async (text, line) => {
    const { loaded, problems } = await own().check(text, HOME);
    expect(loaded).toBeUndefined();
    expect(problems[0]?.line).toBe(line);
    expect(problems[0]?.message).not.toMatch(/\/|jarvis-sentences/u);
    expect(problems[0]?.message.length).toBeGreaterThan(10);
  });

  it('that are broken on the disk are left out and told, and JARVIS starts without them', async () => {
    await write(BROKEN);
    const { loaded, problems } = await own().load();
    expect(problems).toMatchObject([{ line: 3 }]);
    expect(meaning(loaded, 'what time is it')).toBe('HassGetCurrentTime');
    expect(await readFile(join(folder, 'phrasebook', 'sentences.yaml'), 'utf8')).toBe(BROKEN);
  });

  it('that are no text at all are left out too', async () => {
    await write('');
    await writeFile(join(folder, 'phrasebook', 'sentences.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    expect((await own().load()).problems).toHaveLength(1);
  });

  it('may be comments alone, or empty', async () => {
    for (const text of ['# later\n', '', '  \n']) {
      expect(await own().check(text, HOME)).toMatchObject({ problems: [], loaded: expect.anything() });
      await own().save(text);
      expect((await own().load()).problems).toEqual([]);
    }
    expect(await own().text()).toBe('');
  });

  it('may use the lists of other files in the folder, and must not take their names', async () => {
    await write('lists:\n  film: [alien, brazil]\nintents:\n  Other:\n    sentences: [other thing]\n', 'more.yaml');
    const fine = await own().check('intents:\n  Play:\n    sentences: ["show {film}"]\n', HOME);
    expect(meaning(fine.loaded, 'show brazil')).toBe('Play');
    const taken = await own().check('lists:\n  film: [brazil]\nintents:\n  Play:\n    sentences: ["show {film}"]\n', HOME);
    expect(taken.problems).toHaveLength(1);
  });

  it('do not hide what is wrong with the other phrasebooks', async () => {
    const elsewhere = new OwnSentences(folder, { folders: [join(folder, 'absent')], builtIn: true });
    await expect(elsewhere.load()).rejects.toThrow(/cannot be read/u);
  });
});
