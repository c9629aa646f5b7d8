import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { scoreSentences, scoreTable } from './score-sentences.ts';

const fixtures = process.env['JARVIS_FIXTURES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'fixtures');
const folder = join(fixtures, 'intents');

describe("Home Assistant's English sentence tests", () => {
  it.skipIf(!existsSync(folder))(
    'are understood, each with its own devices and with a whole home around them (skipped without the fixtures)',
    async () => {
      const loaded = await loadPhrasebook({ folders: [] });
      for (const home of ['own', 'merged'] as const) {
        const score = await scoreSentences(loaded, folder, home);
        expect(score.all).toBeGreaterThan(1000);
        expect(
          score.right / score.all,
          `${scoreTable(score)}\n${score.misses.map(({ sentence, found }) => `${sentence} → ${found}`).join('\n')}`,
        ).toBeGreaterThan(0.99);
      }
    },
    60_000,
  );
});
