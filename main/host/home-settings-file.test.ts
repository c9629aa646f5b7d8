import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HomeSettingsSchema } from '../../contract/settings.ts';
import { addWayToFile, removeWayFromFile } from './home-settings-file.ts';
import { readSettings } from './settings-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-home-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'settings.yaml');
const text = (): Promise<string> => readFile(path(), 'utf8');
const add = (way: { type: 'home-assistant' | 'mqtt'; url: string; [key: string]: unknown }): Promise<void> =>
  addWayToFile(folder, HomeSettingsSchema.parse(way), way);
const ways = async (): Promise<string[]> => (await readSettings(folder)).home.map((way) => ('url' in way ? way.url : way.type));

describe('a way into the home, in the settings file', () => {
  it('is written where there was no file, in the place of the demo home', async () => {
    await add({ type: 'home-assistant', url: 'http://ha:8123' });
    expect(await text()).toBe('home:\n  - type: home-assistant\n    url: http://ha:8123\n');
  });

  it('leaves comments and all other settings as they are', async () => {
    await writeFile(path(), '# mine\nroom: kitchen # where it stands\n\nserver:\n  port: 7500   # not the usual\n');
    await add({ type: 'home-assistant', url: 'http://ha:8123' });
    const written = await text();
    for (const kept of ['# mine\n', 'room: kitchen # where it stands', 'port: 7500', '# not the usual']) expect(written).toContain(kept);
    expect(await readSettings(folder)).toMatchObject({ room: 'kitchen', server: { port: 7500 }, home: [{ url: 'http://ha:8123' }] });
  });

  it('joins one that stands alone, and a list, behind them', async () => {
    await writeFile(path(), 'home: # the old one\n  type: mqtt\n  url: mqtt://broker # in the cellar\n');
    await add({ type: 'home-assistant', url: 'http://a' });
    await add({ type: 'home-assistant', url: 'http://b' });
    expect(await ways()).toEqual(['mqtt://broker', 'http://a', 'http://b']);
    expect(await text()).toContain('# in the cellar');
  });

  it('replaces the one of the same address in its place', async () => {
    await add({ type: 'mqtt', url: 'mqtt://a' });
    await add({ type: 'home-assistant', url: 'https://b' });
    await add({ type: 'mqtt', url: 'mqtt://a', username: 'ada' });
    expect((await readSettings(folder)).home).toMatchObject([{ url: 'mqtt://a', username: 'ada' }, { url: 'https://b' }]);
  });

  it('can be taken out again; without any it is the demo home', async () => {
    await writeFile(path(), '# mine\nroom: kitchen\nhome:\n  - type: mqtt\n    url: mqtt://a # first\n  - type: mqtt\n    url: mqtt://b\n');
    await removeWayFromFile(folder, 'mqtt mqtt://b');
    expect(await ways()).toEqual(['mqtt://a']);
    await removeWayFromFile(folder, 'mqtt mqtt://unknown');
    await removeWayFromFile(folder, 'mqtt mqtt://a');
    expect(await ways()).toEqual(['demo']);
    expect(await text()).toBe('# mine\nroom: kitchen\n');
  });

  it('leaves a file that cannot be used as it is', async () => {
    await writeFile(path(), 'home: [\nroom: kitchen\n');
    await expect(add({ type: 'mqtt', url: 'mqtt://a' })).rejects.toThrow(/cannot be used/u);
    expect(await text()).toBe('home: [\nroom: kitchen\n');
  });

  it('goes where the link of the settings leads', async () => {
    await writeFile(join(folder, 'elsewhere.yaml'), 'room: kitchen\n');
    await symlink(join(folder, 'elsewhere.yaml'), path());
    await add({ type: 'mqtt', url: 'mqtt://a' });
    expect(await readFile(join(folder, 'elsewhere.yaml'), 'utf8')).toContain('mqtt://a');
  });

  it('may follow comments that stand alone', async () => {
    await writeFile(path(), '# nothing set yet\n');
    await add({ type: 'mqtt', url: 'mqtt://a' });
    expect(await text()).toContain('# nothing set yet');
    expect(await ways()).toEqual(['mqtt://a']);
  });
});
