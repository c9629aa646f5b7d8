import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the clone, whatever folder or link JARVIS is called from. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** @param {...string} parts */
export const inRoot = (...parts) => join(ROOT, ...parts);

/** The Node that runs JARVIS, brought by the `node` package. */
export const BROUGHT_NODE = inRoot('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Where Node keeps what it has compiled: in the clone, not in the shared temporary folder, where somebody else could plant code. */
export const COMPILE_CACHE = inRoot('node_modules', '.cache', 'jarvis-compiled');

/**
 * The parsed JSON in `path`; undefined when there is none that can be read.
 * @param {string} path
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Absent and damaged mean the same to every caller: make it anew.
    return undefined;
  }
}

/** Version of the brought Node as installed, e.g. `24.21.0`. */
export const broughtVersion = () => readJson(inRoot('node_modules', 'node', 'package.json'))?.version;

/** @param {string} line */
export const say = (line) => process.stderr.write(`${line}\n`);
