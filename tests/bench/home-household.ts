import { runHousehold, SUITES, scoreByKind } from '../behaviour/household/run-household.ts';
import type { BenchSection, Figure } from './report.ts';
import { share } from './report.ts';

/** Harder sentences in a whole house, judged by what they change: those that were looked at while building, and those that were not. */
export async function benchHousehold(): Promise<BenchSection> {
  const figures: Figure[] = [];
  for (const suite of SUITES) {
    const results = await runHousehold(suite);
    const harmed = results.filter((each) => each.touched.length > 0);
    figures.push(
      { name: `${suite}: right`, ...share(results.filter(({ ok }) => ok).length, results.length) },
      { name: `${suite}: changed what was to be left alone`, ...share(harmed.length, results.length), target: '0' },
      ...[...scoreByKind(results)].map(([kind, { right, all }]) => ({ name: `${suite}: ${kind}`, ...share(right, all) })),
    );
  }
  return {
    title: 'A household talks',
    notes: [
      'each sentence in a fresh home of 126 devices, through turn, gate and dialogue; right = exactly the expected devices changed, or the answer fits',
    ],
    figures,
  };
}
