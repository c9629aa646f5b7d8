import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { runToEnd } from './hand-over.mjs';
import { BROUGHT_NODE, inRoot, ROOT, readJson, say } from './places.mjs';

/**
 * @typedef {object} Build
 * @property {string} what what is built, for people
 * @property {string} result a file that the build leaves, relative to the root
 * @property {string[]} sources files and folders it is made from, relative to the root
 * @property {string[]} command script in node_modules and its arguments, run on the brought Node
 */

/** @type {Build} */
export const PAGE = {
  what: 'the page',
  result: 'out/renderer/index.html',
  sources: ['renderer', 'contract', 'vite.config.ts', 'package-lock.json'],
  command: ['node_modules/vite/bin/vite.js', 'build', '--config', 'vite.config.ts', '--logLevel', 'warn'],
};

/** @type {Build} */
export const DESKTOP_SHELL = {
  what: 'the desktop window',
  result: 'out/main/electron.js',
  sources: [
    'assistant',
    'contract',
    'iot',
    'main',
    'models',
    'preload',
    'renderer',
    'store',
    'tools',
    'voice',
    'electron.vite.config.ts',
    'package-lock.json',
  ],
  command: ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
};

/**
 * Builds when the result is missing or the contents of its sources changed. A failed build leaves an older result in use, and says so.
 * @param {Build} build
 */
export async function ensureBuilt(build) {
  const stampPath = inRoot('out', `.built-${build.result.replaceAll(/[^a-z]+/g, '-')}.json`);
  const digest = digestOf(build.sources);
  const built = fs.existsSync(inRoot(build.result));
  if (built && readJson(stampPath)?.digest === digest) return;
  say(`JARVIS: building ${build.what} …`);
  const { code, signal } = await runToEnd(BROUGHT_NODE, build.command, { cwd: ROOT });
  if (signal === 'SIGINT' || signal === 'SIGTERM') throw new Error(`building ${build.what} was interrupted`);
  if (code === 0 && fs.existsSync(inRoot(build.result))) {
    fs.mkdirSync(dirname(stampPath), { recursive: true });
    fs.writeFileSync(stampPath, JSON.stringify({ digest }));
    return;
  }
  if (!built || !fs.existsSync(inRoot(build.result))) throw new Error(`building ${build.what} failed; what went wrong stands above`);
  say(`JARVIS: building ${build.what} failed; the one built before is used.`);
}

/** @param {string[]} sources */
function digestOf(sources) {
  const hash = createHash('sha256');
  for (const path of sources.flatMap(filesUnder)) {
    hash
      .update(path)
      .update('\0')
      .update(fs.readFileSync(inRoot(path)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]} sorted, without tests
 */
function filesUnder(path) {
  const stat = fs.statSync(inRoot(path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return /\.test\.ts$/.test(path) ? [] : [path];
  return fs
    .readdirSync(inRoot(path))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
