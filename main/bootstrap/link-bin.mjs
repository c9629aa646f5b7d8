import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs after every install: npm links the commands of dependencies only, so without this `npx jarvis` in the clone would ask the registry for a
 * package of that name, which is a stranger's.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'node_modules', '.bin');
if (existsSync(folder)) {
  const link = join(folder, 'jarvis');
  rmSync(link, { force: true });
  if (process.platform === 'win32') {
    const script = '..\\..\\main\\bootstrap\\jarvis.mjs';
    writeFileSync(join(folder, 'jarvis.cmd'), `@ECHO off\r\nnode "%~dp0\\${script}" %*\r\n`);
    writeFileSync(link, '#!/bin/sh\nexec node "$(dirname "$0")/../../main/bootstrap/jarvis.mjs" "$@"\n');
  } else {
    symlinkSync(join('..', '..', 'main', 'bootstrap', 'jarvis.mjs'), link);
    // A clone from an archive may have lost the mode.
    chmodSync(join(root, 'main', 'bootstrap', 'jarvis.mjs'), 0o755);
  }
}
