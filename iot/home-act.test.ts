import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

it('only the home tool and its undoing, behind the gate, operate devices', async () => {
  const callers: string[] = [];
  for await (const path of glob('{voice,models,store,iot,tools,assistant,main,preload,renderer}/**/*.{ts,vue}', { cwd: root })) {
    if (path.endsWith('.test.ts')) continue;
    if (/\.act\(/.test(await readFile(join(root, path), 'utf8'))) callers.push(path.replaceAll('\\', '/'));
  }
  // the merged home hands the tool's call on to its bridges
  expect(callers.sort()).toEqual(['iot/home-tool.ts', 'iot/merged-home.ts', 'iot/undo-tool.ts']);
});
