import { expect, it } from 'vitest';
import { compilePhrasebook } from '../phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../phrasebook/load-phrasebook.ts';
import { sampleHome } from '../phrasebook/sample-home.ts';
import { commandExamples } from './command-examples.ts';

it('shows sentences that work, of several kinds, and few', async () => {
  const loaded = await loadPhrasebook({ folders: [], builtIn: true });
  const phrasebook = compilePhrasebook(loaded, sampleHome);
  const examples = commandExamples(loaded);
  expect(examples.length).toBeGreaterThan(10);
  expect(examples.length).toBeLessThan(25);
  expect(examples.filter((example) => phrasebook.understand(example).type === 'none')).toEqual([]);
});
