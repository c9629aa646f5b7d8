import './require-node.mjs';
import { findElectron } from './desktop.mjs';
import { DESKTOP_SHELL, ensureBuilt, PAGE } from './ensure-built.mjs';
import { handOver, leave, runToEnd } from './hand-over.mjs';
import { ensureInstalled } from './install.mjs';
import { orComplain } from './or-complain.mjs';
import { inRoot, ROOT, say } from './places.mjs';

/** ms within which a failing Electron counts as unable to run here. */
const EARLY_MS = 10_000;

/** `npm start`: whatever is missing, then JARVIS. `--desktop` asks for the window by name; everything else goes to the host. */
await orComplain(async () => {
  const args = process.argv.slice(2);
  const wanted = args.includes('--desktop');
  const hostArgs = args.filter((argument) => argument !== '--desktop');
  await ensureInstalled({ dev: wanted });
  await ensureBuilt(PAGE);
  const electron = await findElectron({ wanted });
  if (electron !== undefined && (await showWindow(electron, hostArgs))) return;
  await handOver(inRoot('main', 'headless', 'index.ts'), hostArgs);
});

/**
 * @param {string} electron
 * @param {string[]} args
 * @returns false when Electron cannot run on this machine, so that the plain host may
 */
async function showWindow(electron, args) {
  await ensureBuilt(DESKTOP_SHELL);
  const began = performance.now();
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const end = await runToEnd(electron, [ROOT, ...args], { env });
  const interrupted = end.signal === 'SIGINT' || end.signal === 'SIGTERM' || end.signal === 'SIGHUP';
  if (end.code !== 0 && !interrupted && performance.now() - began < EARLY_MS) {
    say(
      `JARVIS: the desktop window does not run on this machine (${end.signal ?? `exit code ${end.code}`}); the page opens in the browser.`,
    );
    return false;
  }
  leave(end);
  return true;
}
