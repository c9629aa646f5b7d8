import { parseArgs } from 'node:util';
import { complain, print } from '../../main/cli/output.ts';
import { GATE_PARTS } from './gate.ts';
import { HOME_PARTS } from './home.ts';
import { MODELS_PARTS } from './models.ts';
import { load, machine, save, table } from './report.ts';
import { type BenchPart, runParts, UnknownPartError } from './run-parts.ts';
import { VOICE_PARTS } from './voice.ts';

/** `npm run bench -- [SUITE…] [--only PART,PART] [--thorough]`: a table on stdout, JSON in `bench-results/`. */
const SUITES: Readonly<Record<string, Readonly<Record<string, BenchPart>>>> = {
  voice: VOICE_PARTS,
  home: HOME_PARTS,
  gate: GATE_PARTS,
  models: MODELS_PARTS,
};

const started = Date.now();
let failed = false;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, thorough: { type: 'boolean', default: false } },
});
const only = values.only?.split(',').map((part) => part.trim()) ?? [];
const unknown = positionals.filter((name) => !Object.hasOwn(SUITES, name));
if (unknown.length > 0) {
  complain(`There is no benchmark ${unknown.join(', ')}. There is: ${Object.keys(SUITES).join(', ')}.`);
  process.exit(1);
}
for (const suite of positionals.length > 0 ? positionals : Object.keys(SUITES)) {
  const before = load();
  try {
    const sections = await runParts(SUITES[suite]!, only, { thorough: values.thorough });
    const report = {
      suite,
      machine: machine(),
      load: { before, after: load() },
      seconds: Math.round((Date.now() - started) / 1000),
      sections,
    };
    failed ||= sections.some((section) => section.error !== undefined);
    print(table(report));
    // A part of the suite must not take the place of the whole in the file.
    print(`\nWritten to ${await save(report, 'bench-results', only)}`);
  } catch (error) {
    if (!(error instanceof UnknownPartError)) throw error;
    complain(error.message);
    process.exit(1);
  }
}
process.exit(failed ? 1 : 0);
