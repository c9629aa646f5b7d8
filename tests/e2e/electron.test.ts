import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = electronBinary();
const shell = join(root, 'out', 'main', 'electron.js');
const missing =
  binary === undefined
    ? 'its binary is not installed'
    : !existsSync(shell)
      ? 'it is not built (npm run build:electron)'
      : process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
        ? 'there is no display'
        : undefined;

/** Read, not asked of the package: that one would download. */
function electronBinary(): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return undefined;
  const path = join(folder, 'dist', readFileSync(name, 'utf8').trim());
  return existsSync(path) ? path : undefined;
}

describe('the Electron shell', () => {
  it('shows the orb without taking the focus, gives the page no Node, and ends cleanly', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const data = await mkdtemp(join(tmpdir(), 'jarvis-electron-'));
    const app = await _electron.launch({
      ...(binary === undefined ? {} : { executablePath: binary }),
      args: [root, '--no-sandbox'],
      env: { ...process.env, JARVIS_DATA: data },
    });
    try {
      const page = await app.firstWindow();
      await page.locator('.orb[data-presence]').waitFor();
      expect(await page.evaluate('typeof require + typeof process')).toBe('undefinedundefined');
      const focused = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null);
      expect(focused).toBe(false);
    } finally {
      await app.close();
      await rm(data, { recursive: true, force: true });
    }
  });
});
