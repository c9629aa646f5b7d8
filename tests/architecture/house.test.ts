import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cruise, cruise, FOLDERS } from './cruise.ts';
import { type EffectUse, findEffectUses } from './effect-calls.ts';

const house = resolve(import.meta.dirname, '../..');
const SLOW = 120_000;

let planted: string;
beforeAll(() => {
  planted = mkdtempSync(join(tmpdir(), 'jarvis-house-'));
});
afterAll(() => rmSync(planted, { recursive: true, force: true }));

function plant(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(planted, path)), { recursive: true });
    writeFileSync(join(planted, path), text);
  }
}

/** Source files of our folders, tests left out: a test may run a tool or operate a home by hand. */
function sources(root: string): string[] {
  return FOLDERS.flatMap((folder) => {
    try {
      return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name));
    } catch {
      return [];
    }
  }).filter((path) => /\.ts$/u.test(path) && !/\.(test|d)\.ts$/u.test(path) && !path.includes('node_modules'));
}

const { config } = ts.readConfigFile(join(house, 'tsconfig.node.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, house);

describe('who imports whom', () => {
  it(
    'is as the table says, everywhere',
    () => {
      const { modules, breaches } = cruise(house);
      expect(breaches).toEqual([]);
      // The check must have looked: at code of every kind, pages included, and at the packages that have rules.
      for (const seen of [/^tools\/create-gate\.ts$/u, /^contract\/tool\.ts$/u, /^renderer\/.*\.vue$/u, /node_modules\/vue\//u]) {
        expect(modules.some((module) => seen.test(module))).toBe(true);
      }
    },
    SLOW,
  );

  describe('in a house with planted breaches', () => {
    const breaches: [rule: string, path: string, text: string][] = [
      ['contract-may-import-only-itself', 'contract/leak.ts', "import '../store/plain.ts';"],
      ['voice-may-import-only-contract', 'voice/leak.ts', "import '../tools/plain.ts';"],
      ['models-may-import-only-contract', 'models/leak.ts', "import '../store/plain.ts';"],
      ['store-may-import-only-contract', 'store/leak.ts', "import type { Plain } from '../tools/plain.ts'; export type X = Plain;"],
      ['tools-may-import-only-contract-store', 'tools/leak.ts', "import '../iot/plain.ts';"],
      ['iot-may-import-only-contract-store-tools', 'iot/leak.ts', "import '../assistant/plain.ts';"],
      ['assistant-may-import-only-contract-store-tools-models-iot', 'assistant/leak.ts', "import '../voice/plain.ts';"],
      ['preload-may-import-only-contract', 'preload/leak.ts', "import '../store/plain.ts';"],
      ['renderer-may-import-only-contract', 'renderer/leak.ts', "import '../tools/plain.ts';"],
      ['renderer-may-import-only-contract', 'renderer/Leak.vue', '<script setup lang="ts">\nimport "../tools/plain.ts";\n</script>'],
      ['main-may-import-only-contract-store-voice-models-tools-iot-assistant', 'main/leak.ts', "import '../renderer/plain.ts';"],
      ['main-may-import-only-contract-store-voice-models-tools-iot-assistant', 'main/new-folder.ts', "import '../shed/plain.ts';"],
      ['tools-may-import-only-contract-store', 'tools/later.ts', "export const late = () => import('../main/plain.ts');"],
      ['tests-are-for-tests', 'tools/uses-a-fake.ts', "import '../tests/fakes/plain.ts';"],
      ['electron-lives-in-two-folders', 'main/shell.ts', "import 'electron';"],
      ['electron-lives-in-two-folders', 'main/late-shell.ts', "export const late = () => import('electron');"],
      ['electron-lives-in-two-folders', 'iot/typed-shell.ts', "import type { App } from 'electron'; export type X = App;"],
      ['vue-lives-in-the-renderer', 'assistant/page.ts', "import 'vue';"],
      ['node-stays-out-of-the-page', 'renderer/disk.ts', "import 'node:fs';"],
      ['node-stays-out-of-the-page', 'contract/disk.ts', "import type { Stats } from 'node:fs'; export type X = Stats;"],
      ['no-cycles', 'store/one.ts', "import { two } from './two.ts'; export const one = () => two;"],
    ];
    let found: Cruise;
    beforeAll(() => {
      for (const folder of [...FOLDERS, 'shed', 'tests/fakes'])
        plant({ [`${folder}/plain.ts`]: 'export interface Plain { a: 1 }\nexport const a = 1;\n' });
      plant(Object.fromEntries(breaches.map(([, path, text]) => [path, `${text}\n`])));
      plant({
        'store/two.ts': "import { one } from './one.ts'; export const two = () => one;\n",
        'main/electron/fine.ts': "import 'electron';\n",
        'preload/fine.ts': "import 'electron';\n",
        'renderer/fine.ts': "import 'vue';\nimport '../contract/plain.ts';\n",
        'assistant/fine.ts': "import '../iot/plain.ts';\nimport '../tools/plain.ts';\nimport 'node:fs';\n",
        'tools/fine.test.ts': "import '../tests/fakes/plain.ts';\n",
        'tsconfig.node.json': JSON.stringify({ compilerOptions: { module: 'nodenext', allowImportingTsExtensions: true, noEmit: true } }),
      });
      symlinkSync(join(house, 'node_modules'), join(planted, 'node_modules'), 'junction');
      found = cruise(house, planted);
    }, SLOW);

    it.each(breaches)('%s catches %s', (rule, path) => {
      expect(found.breaches.some((breach) => breach.startsWith(`${rule}: ${path} `))).toBe(true);
    });

    it('lets through what the table allows', () => {
      expect(found.breaches.filter((breach) => /fine\.(test\.)?ts/u.test(breach))).toEqual([]);
    });
  });
});

describe('the only door to an effect', () => {
  const describeUse = ({ place, member }: EffectUse): string => `${member} at ${place}`;

  it(
    'is the gate for tools, and the home tool for devices',
    () => {
      const uses = findEffectUses(sources(house), house, options);
      expect(uses.filter(({ allowed }) => !allowed).map(describeUse)).toEqual([]);
      // Each door is found where it is, or the check would be blind.
      const doors = new Set(uses.map(({ place, member }) => `${member} in ${place.split(':')[0] ?? ''}`));
      expect(doors).toContain('run in tools/run-tool.ts');
      expect(doors).toContain('act in iot/home-tool.ts');
      expect(doors).toContain('converse in iot/converse-tool.ts');
    },
    SLOW,
  );

  it(
    'is missed by no trick that was planted, and by no harmless namesake',
    () => {
      plant({
        'tools/tool.ts':
          'export interface Tool<I = unknown> { manifest: { name: string }; describe(i: I): string; run(i: I): Promise<void> }\n',
        'iot/home.ts': 'export interface Home { snapshot(): void; changes(): void; act(a: string): Promise<void> }\n',
        'tools/run-tool.ts': "import type { Tool } from './tool.ts';\nexport const go = (tool: Tool) => tool.run(1);\n",
        'iot/home-tool.ts': "import type { Home } from './home.ts';\nexport const go = (home: Home) => home.act('x');\n",
        'assistant/tricks.ts': [
          "import type { Home } from '../iot/home.ts';",
          "import type { Tool } from '../tools/tool.ts';",
          'export const plain = (thing: Tool) => thing.run(1);',
          "export const quoted = (thing: Tool) => thing['run'](1);",
          'export const taken = ({ run }: Tool) => run(1);',
          'export const renamed = (thing: Tool) => { const { run: innocent } = thing; return innocent(1); };',
          'export const bound = (thing: Tool) => thing.run.bind(thing);',
          'export const passed = (thing: Tool) => [1].map(thing.run);',
          'export const maybe = (thing?: Tool) => thing?.run(1);',
          'export const either = (thing: Tool | { run(): void }) => thing.run(1);',
          'export const literal = () => { const mine = { manifest: 1, describe: 2, run: () => 3 }; return mine.run(); };',
          'export const generic = <T extends Tool>(thing: T) => thing.run(1);',
          'export const untyped = (thing: any) => thing.run(1);',
          "export const acting = (house: Home) => house.act('x');",
          "export const deep = (services: { home: Home }) => services.home.act('x');",
        ].join('\n'),
        'assistant/harmless.ts': [
          'export const job = (runner: { run(): void }) => runner.run();',
          'export const actor = (stage: { act(): void }) => stage.act();',
          "import type { Tool } from '../tools/tool.ts';",
          'export const names = (tools: Tool[]) => tools.map((tool) => tool.manifest.name);',
          'export const make = (): Tool => ({ manifest: { name: "x" }, describe: () => "", run: async () => undefined });',
        ].join('\n'),
      });
      const files = ['tools/run-tool.ts', 'iot/home-tool.ts', 'assistant/tricks.ts', 'assistant/harmless.ts'].map((path) =>
        join(planted, path),
      );
      const uses = findEffectUses(files, planted, { ...options, types: [] });
      expect(uses.filter(({ allowed }) => allowed).map(describeUse)).toEqual(['run at tools/run-tool.ts:2', 'act at iot/home-tool.ts:2']);
      const caught = uses.filter(({ allowed }) => !allowed).map(({ place }) => place);
      expect([...new Set(caught)]).toEqual(Array.from({ length: 13 }, (_, index) => `assistant/tricks.ts:${index + 3}`));
    },
    SLOW,
  );
});
