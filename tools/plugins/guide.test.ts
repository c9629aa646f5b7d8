import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openPluginWorkbench } from '../../tests/fakes/plugin-workbench.ts';
import { findSandboxMeans } from '../sandbox/sandbox-means.ts';

it('the example of the guide works as it is printed', async () => {
  const guide = await readFile(new URL('../../docs/guides/plugins.md', import.meta.url), 'utf8');
  const files = Object.fromEntries(
    [...guide.matchAll(/^```(?:json|js) (\S+)\n(.*?)^```$/gmsu)].map(([, name = '', text = '']) => [name, text]),
  );
  expect(Object.keys(files)).toEqual(['manifest.json', 'dice.mjs']);
  await using bench = await openPluginWorkbench(await findSandboxMeans());
  await bench.write('dice', files);
  await bench.loader.scan();
  expect(bench.loader.problems).toEqual([]);
  await bench.run('dice.roll', { dice: 2, sides: 6 });
  const { output } = await bench.run('dice.roll', { dice: 3, sides: 6 });
  expect(output).toEqual({ rolled: [expect.any(Number), expect.any(Number), expect.any(Number)], times: 2 });
}, 30_000);
