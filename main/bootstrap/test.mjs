import './require-node.mjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, PAGE } from './ensure-built.mjs';
import { runToEnd } from './hand-over.mjs';
import { ensureInstalled } from './install.mjs';
import { orComplain } from './or-complain.mjs';
import { BROUGHT_NODE, inRoot, ROOT, readJson, say } from './places.mjs';
import { summarise } from './test-summary.mjs';

/** `npm test`: everything that can run on this machine. The last line counts it. */
await orComplain(async () => {
  await ensureInstalled({ dev: true });
  await ensureBuilt(PAGE);
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-test-'));
  const reportPath = join(folder, 'report.json');
  const skipPath = join(folder, 'skipped.json');
  try {
    const { code, signal } = await runToEnd(
      BROUGHT_NODE,
      [
        inRoot('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${reportPath}`,
        `--reporter=${inRoot('main', 'bootstrap', 'skip-reporter.mjs')}`,
        ...process.argv.slice(2),
      ],
      // Scripts that tests start by the name `node` must meet the brought one.
      { cwd: ROOT, env: { ...process.env, PATH: pathWithBin(), JARVIS_SKIP_REPORT: skipPath } },
    );
    const summary = summarise(readJson(reportPath), readJson(skipPath) ?? [], code === 0);
    if (signal !== null) say(`The test run was ended by ${signal}.`);
    for (const line of summary.lines) process.stdout.write(`${line}\n`);
    process.exitCode = summary.ok ? 0 : code || 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function pathWithBin() {
  return `${inRoot('node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
}
