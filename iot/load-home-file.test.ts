import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../main/host/system-clock.ts';
import { createFileHome } from './file-home.ts';
import { HomeFileError, loadHomeFile, parseHomeFile } from './load-home-file.ts';

const good = `# my home
floors:
  - {id: ground, name: Ground floor, level: 0}
areas:
  - id: kitchen
    name: Kitchen
    floor: ground
entities:
  - id: light.kitchen
    name: Kitchen light
    area: kitchen
    state: true
  - id: switch.fan
    name: Extractor
    state: off
  - id: sensor.temperature
    name: Temperature
    state: 21.5
  - id: cover.blinds
    name: Blinds
`;

const complaint = (text: string, name = 'home.yaml'): string => {
  try {
    parseHomeFile(text, name);
  } catch (error) {
    if (error instanceof HomeFileError) return error.message;
    throw error;
  }
  return 'no complaint';
};

describe('a home file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-home-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('becomes a home: domains from ids, true as on, numbers as text, states where none is given', () => {
    const home = createFileHome(parseHomeFile(good, 'home.yaml'), { clock: systemClock });
    expect(home.snapshot().entities.map(({ domain, state }) => [domain, state])).toEqual([
      ['light', 'on'],
      ['switch', 'off'],
      ['sensor', '21.5'],
      ['cover', 'closed'],
    ]);
  });

  it('may be JSON', () => {
    expect(parseHomeFile('{"entities":[{"id":"light.a","name":"A"}]}', 'home.json').entities[0]?.id).toBe('light.a');
  });

  it.each([
    [
      'an area that does not exist',
      good.replace('area: kitchen', 'area: kichen'),
      'home.yaml:11: There is no area with the id "kichen". Did you mean "kitchen"?',
    ],
    [
      'a floor that does not exist',
      good.replace('floor: ground', 'floor: roof'),
      'home.yaml:7: There is no floor with the id "roof". Add it under `floors`.',
    ],
    [
      'an id that is taken',
      good.replace('switch.fan', 'light.kitchen'),
      'home.yaml:13: The id "light.kitchen" is taken by entities.0 already.',
    ],
    ['an unknown key', good.replace('name: Blinds', 'nam: Blinds'), 'has the unknown key "nam". Correct its spelling'],
    ['a missing name', good.replace('    name: Blinds\n', ''), 'home.yaml:19: `entities.3.name`'],
    ['a wrong type', good.replace('level: 0', 'level: low'), 'home.yaml:3: `floors.0.level`'],
    ['an id that is none', good.replace('cover.blinds', 'blinds'), 'an entity id looks like light.kitchen'],
    [
      'a domain that does not fit',
      good.replace('name: Blinds', 'name: Blinds\n    domain: light'),
      'The domain "light" does not fit the id "cover.blinds".',
    ],
    ['broken YAML', 'entities:\n  - {id: light.a, name: A\n', 'home.yaml:3: This is not YAML'],
    ['a key twice', 'areas: []\nareas: []\n', 'home.yaml:2: This is not YAML'],
    ['a list', '- a\n- b\n', 'A home file is a map with floors, areas and entities.'],
    [
      'a bomb of references',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      'Excessive alias count',
    ],
    ['an empty file', ' \n', 'The file is empty.'],
    ['broken JSON', '{"entities": [}', 'home.json:1: This is not YAML'],
  ])('refuses %s with file, line and a fix', (what, text, expected) => {
    expect(complaint(text, what === 'broken JSON' ? 'home.json' : 'home.yaml')).toContain(expected);
  });

  it('refuses folders, binaries and files that are not there', async () => {
    const binary = join(folder, 'home.yaml');
    await writeFile(binary, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00]));
    await expect(loadHomeFile(folder)).rejects.toThrow(/This is a folder/);
    await expect(loadHomeFile(binary)).rejects.toThrow(/not a text file/);
    await expect(loadHomeFile(join(folder, 'nowhere.yaml'))).rejects.toThrow(/There is no such file/);
  });

  it('tells ten problems at once, and counts the rest', () => {
    const entities = Array.from({ length: 15 }, (_, index) => ({ id: `light.l${index}`, name: 'L', area: 'nowhere' }));
    const lines = complaint(JSON.stringify({ entities }), 'home.json').split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('… and 5 more.');
  });

  it('may hold 10,000 entities', () => {
    const entities = Array.from({ length: 10_000 }, (_, index) => `  - {id: light.l${index}, name: Lamp ${index}, state: off}`).join('\n');
    const home = createFileHome(parseHomeFile(`entities:\n${entities}\n`, 'home.yaml'), { clock: systemClock });
    expect(home.snapshot().entities).toHaveLength(10_000);
    expect(home.entity('light.l9999')?.state).toBe('off');
  });
});
