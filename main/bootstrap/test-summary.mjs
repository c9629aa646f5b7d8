/**
 * The closing lines of a test run, the last of them exactly `N passed, N failed, N skipped`.
 * @param {any} report vitest's JSON report; undefined when the run left none
 * @param {{ file: string, name: string, reason?: string }[]} skipped
 * @param {boolean} clean vitest itself ended with 0
 * @returns {{ ok: boolean, lines: string[] }}
 */
export function summarise(report, skipped, clean) {
  const passed = report?.numPassedTests ?? 0;
  // A file that does not even load holds no failed test, yet it is a failure; so is an error outside of every test.
  const broken = (report?.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const counted = (report?.numFailedTests ?? 0) + broken.length;
  const failed = counted === 0 && (!clean || passed === 0) ? 1 : counted;
  const left = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const lines = [];
  if (report === undefined) lines.push('The test run left no report.');
  else if (passed + counted === 0) lines.push('No test ran.');
  else if (counted === 0 && failed > 0) lines.push('Every test passed, but an error happened outside of them; see above.');
  if (skipped.length > 0) {
    lines.push('Skipped:');
    for (const { file, name, reason } of skipped) lines.push(`  ${file} > ${name}: ${reason ?? 'no reason given'}`);
  }
  lines.push(`${passed} passed, ${failed} failed, ${left} skipped`);
  return { ok: failed === 0, lines };
}
