import { complain, print } from '../../main/cli/output.ts';
import type { BenchSection } from './report.ts';
import { machine, save, table } from './report.ts';
import { benchVoice } from './voice.ts';

/** `npm run bench -- SUITE…`: a table on stdout, JSON in `bench-results/`. */
const SUITES: Record<string, () => Promise<BenchSection[]>> = { voice: benchVoice };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => SUITES[name] === undefined);
if (unknown.length > 0) {
  complain(`There is no benchmark ${unknown.join(', ')}. There is: ${Object.keys(SUITES).join(', ')}.`);
  process.exit(1);
}
for (const suite of wanted.length > 0 ? wanted : Object.keys(SUITES)) {
  const report = { suite, machine: machine(), sections: await SUITES[suite]!() };
  print(table(report));
  print(`\nWritten to ${await save(report, 'bench-results')}`);
}
process.exit(0);
