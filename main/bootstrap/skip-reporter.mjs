import { writeFileSync } from 'node:fs';

/** A vitest reporter that keeps what its JSON report leaves out: which tests were skipped, and the reason they gave. */
export default class SkipReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    const path = process.env.JARVIS_SKIP_REPORT;
    if (path === undefined) return;
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => ({
        file: module.relativeModuleId,
        name: test.fullName,
        reason: test.result().note,
      })),
    );
    writeFileSync(path, JSON.stringify(skipped));
  }
}
