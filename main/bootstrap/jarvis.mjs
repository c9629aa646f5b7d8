#!/usr/bin/env node
import './require-node.mjs';
import { handOver } from './hand-over.mjs';
import { ensureInstalled } from './install.mjs';
import { orComplain } from './or-complain.mjs';
import { inRoot } from './places.mjs';

/** The `jarvis` command, from any folder and through any link. */
await orComplain(async () => {
  await ensureInstalled({ dev: false });
  await handOver(inRoot('main', 'cli', 'index.ts'), process.argv.slice(2));
});
