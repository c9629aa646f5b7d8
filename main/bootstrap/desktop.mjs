import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { dirname } from 'node:path';
import { BROUGHT_NODE, inRoot, ROOT, readJson, say } from './places.mjs';

/** ms that the binary may take to arrive before JARVIS starts without it. */
const FETCH_MS = 25_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FAILED = inRoot('out', '.electron-failed.json');

/**
 * Path of the Electron program when the desktop window can be shown here, else undefined with the reason said where it helps.
 *
 * The `electron` package and the bundler of its shell come with the full install only: they are useless on a machine without a desktop, and
 * their binary is not in the registry. So a lean `npm start` opens the page in the browser, and `npm run desktop` (a full install, then this)
 * gives the window; from then on `npm start` shows it too.
 * @param {{ wanted: boolean }} options `wanted`: asked for by name, so reasons are said and earlier failures forgotten
 */
export async function findElectron({ wanted }) {
  if (process.env.JARVIS_NO_ELECTRON === '1') return undefined;
  const missing = whyNot();
  if (missing !== undefined) {
    if (wanted) say(`JARVIS: no desktop window: ${missing}`);
    return undefined;
  }
  if (!fs.existsSync(inRoot('node_modules', 'electron', 'package.json')) || !fs.existsSync(inRoot('node_modules', 'electron-vite'))) {
    say('JARVIS: the page opens in the browser; for the desktop window: npm run desktop');
    return undefined;
  }
  return electronBinary() ?? (await fetchElectron(wanted));
}

function whyNot() {
  if (!fs.existsSync(inRoot('main', 'electron', 'index.ts'))) return 'this version has none.';
  if (process.platform === 'linux') {
    if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display.';
    if (process.getuid?.() === 0) return 'Electron does not run as root with its sandbox on.';
  } else if (process.env.SSH_CONNECTION) return 'this is a remote session.';
  return undefined;
}

/** The installed program; undefined while only the package is there. */
function electronBinary() {
  try {
    const program = inRoot('node_modules', 'electron', 'dist', fs.readFileSync(inRoot('node_modules', 'electron', 'path.txt'), 'utf8'));
    return fs.existsSync(program) ? program : undefined;
  } catch {
    // No path.txt: never fetched.
    return undefined;
  }
}

/** @param {boolean} wanted */
async function fetchElectron(wanted) {
  const { version } = readJson(inRoot('node_modules', 'electron', 'package.json')) ?? {};
  const failed = readJson(FAILED);
  // A machine that cannot reach the download must not wait for it at every start.
  if (!wanted && failed?.version === version && Date.now() - failed.at < DAY_MS) return undefined;
  say(`JARVIS: fetching the desktop window (Electron ${version}, about 110 MB, at most ${FETCH_MS / 1000} s) …`);
  const child = spawn(BROUGHT_NODE, [inRoot('node_modules', 'electron', 'install.js')], { cwd: ROOT, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), FETCH_MS);
  await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', resolve);
  });
  clearTimeout(timer);
  const program = electronBinary();
  if (program !== undefined) return program;
  fs.mkdirSync(dirname(FAILED), { recursive: true });
  fs.writeFileSync(FAILED, JSON.stringify({ version, at: Date.now() }));
  say('JARVIS: the desktop window could not be fetched; the page opens in the browser (tried again tomorrow, or by npm run desktop).');
  return undefined;
}
