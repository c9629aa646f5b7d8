import { spawn } from 'node:child_process';

/** Opens the page in the person's browser where there is a desktop; silent where there is none. */
export function openPage(address: string): void {
  const command = opener();
  if (command === undefined) return;
  const [program, ...args] = command;
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  // No browser is no failure: the address stands in the terminal.
  child.on('error', () => undefined);
  child.unref();
}

function opener(): readonly [string, ...string[]] | undefined {
  switch (process.platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['cmd', '/c', 'start', ''];
    default:
      return process.env.DISPLAY === undefined && process.env.WAYLAND_DISPLAY === undefined ? undefined : ['xdg-open'];
  }
}
