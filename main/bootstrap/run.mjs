import './require-node.mjs';
import { resolve } from 'node:path';
import { handOver } from './hand-over.mjs';
import { ensureInstalled } from './install.mjs';
import { orComplain } from './or-complain.mjs';
import { say } from './places.mjs';

/** `node main/bootstrap/run.mjs SCRIPT.ts …`: any script of the project, fully installed, on the brought Node. */
await orComplain(async () => {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined) {
    say('usage: node main/bootstrap/run.mjs SCRIPT.ts [argument …]');
    process.exitCode = 2;
    return;
  }
  await ensureInstalled({ dev: true });
  await handOver(resolve(script), args);
});
