import { join } from 'node:path';
import { compilePhrasebook } from '../../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../../assistant/phrasebook/load-phrasebook.ts';
import type { Phrasebook } from '../../../assistant/phrasebook.ts';
import type { HomeFile } from '../../../contract/home-file.ts';
import { createFileHome } from '../../../iot/file-home.ts';
import { loadHomeFile } from '../../../iot/load-home-file.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { changedIds, judgeDifference } from './house-difference.ts';
import { startHouseholdHost } from './household-host.ts';
import { type HouseholdCase, type Kind, loadHouseholdSuite } from './household-suite.ts';

export interface HouseholdResult {
  say: string;
  kind: Kind;
  ok: boolean;
  /** In words; empty when it is ok. */
  why: string;
  reply: string;
  /** Entities that changed though they should have been left alone. */
  touched: string[];
  /** Nothing at all was to change by this sentence. */
  harmless: boolean;
}

export const SUITES = ['seen', 'held-out', 'unseen'] as const;
export type SuiteName = (typeof SUITES)[number];

/** Runs every case of a suite, each in a fresh house. */
export async function runHousehold(suite: SuiteName): Promise<HouseholdResult[]> {
  const file = await loadHomeFile(join(import.meta.dirname, 'home.yaml'));
  const cases = await loadHouseholdSuite(join(import.meta.dirname, `${suite}.yaml`));
  const names = createFileHome(file, { clock: new FakeClock() }).snapshot();
  const phrasebook = compilePhrasebook(await loadPhrasebook({ folders: [] }), names);
  const results: HouseholdResult[] = [];
  for (const each of cases) results.push(await runCase(each, file, phrasebook));
  return results;
}

/** ms before and after the moment a delayed command is due at which the house is looked at. */
const AROUND = 2_000;

async function runCase(given: HouseholdCase, file: HomeFile, phrasebook: Phrasebook): Promise<HouseholdResult> {
  const { say, room, before, wait, answers, expect, kind } = given;
  const mustAsk = expect.asks === true;
  // whoever is asked about a thing that must be asked about, and says nothing more, has not agreed
  let approves = true;
  await using host = await startHouseholdHost(file, phrasebook, () => approves);
  for (const sentence of before) await host.say(sentence, room);
  if (wait !== undefined) await host.advance(wait * 1000);

  const start = host.house();
  const operatedBefore = host.operations.length;
  const approvedBefore = host.approvalsAsked;
  approves = !mustAsk || answers.length > 0;
  const done = () => host.operations.slice(operatedBefore);
  const wrong: string[] = [];
  const touched = new Set<string>();
  const judge = (changes: typeof expect.changes, when: string): void => {
    const verdict = judgeDifference(start, host.house(), done(), changes, expect.may);
    wrong.push(...verdict.wrong.map((text) => `${when}${text}`));
    for (const entityId of verdict.touched) touched.add(entityId);
  };
  const result = (reply: string): HouseholdResult => {
    const harmless = expect.nothing === true || (mustAsk && Object.keys(expect.changes).length === 0);
    return { say, kind, ok: wrong.length === 0, why: wrong.join('; '), reply, touched: [...touched], harmless };
  };

  const { reply, asks } = await host.say(say, room);
  const approvalAsked = host.approvalsAsked > approvedBefore;
  const isUnchanged = (): boolean => changedIds(start, host.house(), done()).size === 0;
  if (mustAsk && !asks && !approvalAsked) wrong.push('it did not ask');
  if (mustAsk && !approvalAsked && answers.length > 0) judge({}, 'before the answer: ');
  if (expect.asksOk && asks && answers.length === 0 && isUnchanged()) return result(reply);
  for (const answer of answers) await host.say(answer, room);
  if (expect.orNothing && isUnchanged()) return result(reply);
  judge(expect.changes, '');
  if (expect.approval && !approvalAsked) wrong.push('nobody was asked to approve');
  if (expect.reply !== undefined && !new RegExp(expect.reply, 'iu').test(reply)) wrong.push('the answer is not what was asked for');
  if (expect.later !== undefined) {
    await host.advance(expect.later.afterSeconds * 1000 - AROUND);
    judge(expect.changes, 'too early: ');
    await host.advance(2 * AROUND);
    judge(expect.later.changes, 'later: ');
  }
  return result(reply);
}

/** Right and all, by kind. */
export function scoreByKind(results: readonly HouseholdResult[]): Map<Kind, { right: number; all: number }> {
  const scores = new Map<Kind, { right: number; all: number }>();
  for (const { kind, ok } of results) {
    const score = scores.get(kind) ?? { right: 0, all: 0 };
    scores.set(kind, { right: score.right + (ok ? 1 : 0), all: score.all + 1 });
  }
  return scores;
}

/** One kind a line, the whole in the last. No sentences: those of `held-out` and `unseen` are not for reading. */
export function householdTable(results: readonly HouseholdResult[]): string {
  const line = (name: string, right: number, all: number): string =>
    `${name.padEnd(12)} ${String(right).padStart(4)} / ${String(all).padStart(3)}  ${((100 * right) / Math.max(1, all)).toFixed(1).padStart(5)} %`;
  const right = results.filter(({ ok }) => ok).length;
  const rows = [...scoreByKind(results)].map(([kind, score]) => line(kind, score.right, score.all));
  return [...rows, line('all', right, results.length)].join('\n');
}
