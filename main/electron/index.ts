import { join } from 'node:path';
import { app } from 'electron';
import { openHost } from './open-host.ts';
import { runShell } from './run-shell.ts';

const root = app.getAppPath();
const built = join(root, 'out');

runShell({
  root,
  built,
  hotkey: process.env.JARVIS_HOTKEY ?? 'Control+Alt+J',
  openHost: () => openHost(join(built, 'main')),
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  app.exit(1);
});
