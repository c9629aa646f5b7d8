import { spawn } from 'node:child_process';
import type { ProcessEntry } from './process-tree.ts';

/** Ends a program, its process group and everything else that is known to have come from it. Nobody being left is no failure. */
export function endTree(pid: number, known: readonly ProcessEntry[], signal: 'SIGTERM' | 'SIGKILL', platform: NodeJS.Platform): void {
  if (platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    return;
  }
  send(-pid, signal);
  for (const entry of known) send(entry.pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone already.
  }
}
