import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { withInstallLock } from './install-lock.mjs';
import { BROUGHT_NODE, inRoot, ROOT, readJson, say } from './places.mjs';

/** MB on disk, measured on Linux x64; the download is about a third. */
const SIZES = { start: 370, full: 535 };
const PROGRESS_MS = 5_000;
const STAMP = inRoot('node_modules', '.jarvis-install.json');
const LOCK = inRoot('package-lock.json');
/** npm's own record of what it put into node_modules; it writes it last. */
const INSTALLED = inRoot('node_modules', '.package-lock.json');

/** A failure that is told in one sentence, without a stack. */
export class InstallError extends Error {}

/**
 * Sees to it that node_modules holds what package-lock.json says. Costs a few ms when it does. A full install serves for `start` too and is
 * never pruned to one.
 * @param {{ dev: boolean }} options with `dev` the tools for building and testing are wanted as well
 */
export async function ensureInstalled({ dev }) {
  if (isInstalled(dev)) return;
  await withInstallLock(async () => {
    if (isInstalled(dev)) return;
    await install(dev || installedMode() === 'full' ? 'full' : 'start');
  });
}

/** @param {boolean} dev */
function isInstalled(dev) {
  if (!fs.existsSync(BROUGHT_NODE)) return false;
  const stamp = readJson(STAMP);
  const now = fingerprint();
  if (now === undefined) return false;
  if (stamp?.fingerprint === now && (stamp.mode === 'full' || !dev)) return true;
  // Somebody may have called npm by hand: what counts is what is there.
  const mode = installedMode();
  if (mode === undefined || (dev && mode !== 'full')) return false;
  writeStamp(mode);
  return true;
}

/** Which install node_modules holds of this very lock file; undefined when of none. */
function installedMode() {
  const wanted = readJson(LOCK)?.packages;
  const installed = readJson(INSTALLED)?.packages;
  if (wanted === undefined || installed === undefined) return undefined;
  const missing = Object.entries(wanted).filter(
    ([path, entry]) => path !== '' && entry.optional !== true && entry.devOptional !== true && installed[path]?.version !== entry.version,
  );
  if (missing.length === 0) return 'full';
  return missing.every(([, entry]) => entry.dev === true) ? 'start' : undefined;
}

/** Changes whenever the lock file, the machine or the contents of node_modules do; undefined before an install. */
function fingerprint() {
  const installed = fs.statSync(INSTALLED, { throwIfNoEntry: false });
  if (installed === undefined) return undefined;
  return createHash('sha256')
    .update(fs.readFileSync(LOCK))
    .update(`${process.platform} ${process.arch} ${installed.size} ${installed.mtimeMs}`)
    .digest('hex');
}

/** @param {'start' | 'full'} mode */
function writeStamp(mode) {
  fs.writeFileSync(STAMP, JSON.stringify({ fingerprint: fingerprint(), mode }));
}

/** @param {'start' | 'full'} mode */
async function install(mode) {
  checkRoom(SIZES[mode]);
  say(
    `JARVIS: installing ${mode === 'full' ? 'packages with the tools for building and testing' : 'packages'} from the npm registry (about ${SIZES[mode]} MB on disk, once) …`,
  );
  const began = performance.now();
  await npm(['ci', mode === 'full' ? '--include=dev' : '--omit=dev']);
  if (!fs.existsSync(BROUGHT_NODE)) {
    // Where a person's npm settings refuse all install scripts, the one that is needed is run by name.
    await npm(['rebuild', 'node', '--ignore-scripts=false']);
  }
  if (!fs.existsSync(BROUGHT_NODE)) {
    throw new InstallError(
      `npm brought no Node for ${process.platform}-${process.arch} (${BROUGHT_NODE} is missing). JARVIS cannot run on this machine without it.`,
    );
  }
  writeStamp(mode);
  say(`JARVIS: installed in ${Math.round((performance.now() - began) / 1000)} s.`);
}

/** @param {number} megabytes */
function checkRoom(megabytes) {
  const { bavail, bsize } = fs.statfsSync(ROOT);
  const free = Math.floor((bavail * bsize) / 1_000_000);
  if (free < megabytes)
    throw new InstallError(`The disk is too full: ${megabytes} MB are needed in ${ROOT}, ${free} MB are free. Make room and try again.`);
}

/** @param {string[]} args */
async function npm(args) {
  const [program, ...before] = npmCommand();
  const began = performance.now();
  const progress = setInterval(() => say(`JARVIS: still installing, ${Math.round((performance.now() - began) / 1000)} s …`), PROGRESS_MS);
  try {
    const { code, errors } = await new Promise((resolve, reject) => {
      const child = spawn(program, [...before, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: ROOT,
        shell: process.platform === 'win32' && before.length === 0,
        // Downloads outside the registry: never wanted at install time.
        env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let errors = '';
      // Standard output belongs to the command that is run afterwards.
      child.stdout.on('data', (chunk) => process.stderr.write(chunk));
      child.stderr.on('data', (chunk) => {
        process.stderr.write(chunk);
        errors += chunk;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, errors }));
    });
    if (code !== 0) throw new InstallError(explain(errors));
  } catch (error) {
    if (error.code === 'ENOENT')
      throw new InstallError('There is no npm on this machine. It comes with Node from nodejs.org; on Debian and Ubuntu: apt install npm.');
    throw error;
  } finally {
    clearInterval(progress);
  }
}

/** The npm that called us, else the one on the path. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.js$/.test(script)) return [process.env.npm_node_execpath ?? process.execPath, script];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/**
 * What npm's error output means for a person.
 * @param {string} errors
 */
export function explain(errors) {
  const code = /npm (?:error|ERR!) code (\S+)/.exec(errors)?.[1] ?? '';
  if (/^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)$/.test(code)) {
    return `The npm registry cannot be reached (${code}). The first start needs the network; check it (and the proxy settings of npm) and try again.`;
  }
  if (code === 'ENOSPC') return 'The disk ran full while installing. Make room and try again.';
  if (code === 'EACCES' || code === 'EPERM') return `npm may not write into ${ROOT} (${code}). Start JARVIS as the owner of that folder.`;
  if (code === 'EUSAGE')
    return 'package.json and package-lock.json do not fit together (see above). Run "npm install" once to bring them in step.';
  return `npm could not install the packages${code === '' ? '' : ` (${code})`}; what it said stands above.`;
}
