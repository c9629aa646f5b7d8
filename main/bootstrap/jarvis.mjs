#!/usr/bin/env node
import './require-node.mjs';
import module from 'node:module';
import { handOver } from './hand-over.mjs';
import { ensureInstalled } from './install.mjs';
import { orComplain } from './or-complain.mjs';
import { inRoot } from './places.mjs';

/** The `jarvis` command, from any folder and through any link. */
await orComplain(async () => {
  await ensureInstalled({ dev: false });
  // Compiled code is kept in the clone, not in the shared temporary folder, where somebody else could plant it. By the environment too: the
  // brought Node and the voice process take it from there.
  process.env.NODE_COMPILE_CACHE ??= inRoot('node_modules', '.cache', 'jarvis');
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  await handOver(inRoot('main', 'cli', 'index.ts'), process.argv.slice(2));
});
