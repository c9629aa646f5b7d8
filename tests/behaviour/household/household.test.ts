import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadHomeFile } from '../../../iot/load-home-file.ts';
import { loadHouseholdSuite } from './household-suite.ts';
import { type HouseholdResult, householdTable, runHousehold, SUITES, type SuiteName } from './run-household.ts';

/** Share of right cases that must be reached; raised as JARVIS learns, never lowered. */
const SEEN_FLOOR = 0.995;
const HELD_OUT_FLOOR = 0.99;
/** Of sentences by somebody who has seen neither the phrasebook nor its code. */
const UNSEEN_FLOOR = 0.84;
/** Cases in which something changed that had to be left alone. */
const WRONGLY_CHANGED: Record<SuiteName, number> = { seen: 0, 'held-out': 0, unseen: 1 };
/** Those among them in which nothing at all was to change. */
const HARMED: Record<SuiteName, number> = { seen: 0, 'held-out': 0, unseen: 0 };

const wrongly = (results: readonly HouseholdResult[]): HouseholdResult[] => results.filter(({ touched }) => touched.length > 0);
const harmed = (results: readonly HouseholdResult[]): HouseholdResult[] => wrongly(results).filter(({ harmless }) => harmless);

/** Of what is open for development in full when asked for; of `unseen` only the score, so that nobody tunes for it. */
function report(suite: SuiteName, results: readonly HouseholdResult[]): string {
  const told = `${suite}\n${householdTable(results)}\nwrongly changed: ${wrongly(results).length}, of these nothing was to change: ${harmed(results).length}`;
  if (suite === 'unseen' || process.env.HOUSEHOLD_DETAIL !== '1') return told;
  const misses = results.filter(({ ok }) => !ok).map(({ kind, say, why, reply }) => `[${kind}] ${say}\n    ${why}\n    "${reply}"`);
  return [told, ...misses].join('\n');
}

it.each([
  ['seen', SEEN_FLOOR],
  ['held-out', HELD_OUT_FLOOR],
  ['unseen', UNSEEN_FLOOR],
] as const)(
  'a household is understood (%s)',
  async (suite, floor) => {
    const results = await runHousehold(suite);
    const told = report(suite, results);
    console.log(told);
    const right = results.filter(({ ok }) => ok).length;
    expect.soft(right / results.length, told).toBeGreaterThanOrEqual(floor);
    expect.soft(wrongly(results).length, 'devices changed that had to be left alone').toBeLessThanOrEqual(WRONGLY_CHANGED[suite]);
    expect.soft(harmed(results).length, 'something changed though nothing was to').toBeLessThanOrEqual(HARMED[suite]);
  },
  60_000,
);

it('asks of the three suites different sentences, in rooms that the house has', async () => {
  const cases = (await Promise.all(SUITES.map((name) => loadHouseholdSuite(join(import.meta.dirname, `${name}.yaml`))))).flat();
  const said = cases.map(({ say }) => say.toLowerCase().replace(/[^a-z0-9 ]/gu, ''));
  expect(said.filter((sentence, index) => said.indexOf(sentence) !== index)).toEqual([]);
  const rooms = new Set((await loadHomeFile(join(import.meta.dirname, 'home.yaml'))).areas.map(({ id }) => id));
  expect(cases.filter(({ room }) => room !== undefined && !rooms.has(room)).map(({ room }) => room)).toEqual([]);
});
