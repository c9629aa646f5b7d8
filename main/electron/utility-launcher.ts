import { createInterface } from 'node:readline';
import { utilityProcess } from 'electron';
import type { Child, ChildExit, ChildLauncher } from '../supervisor/child.ts';

/** Children as Electron's utility processes. `script` is the absolute path of a built program. */
export function utilityLauncher(script: string, serviceName: string): ChildLauncher {
  return { launch: () => launch(script, serviceName) };
}

function launch(script: string, serviceName: string): Child {
  const child = utilityProcess.fork(script, [], { serviceName, stdio: ['ignore', 'pipe', 'pipe'] });
  let alive = true;
  return {
    get pid() {
      return child.pid;
    },
    send(message) {
      if (alive) child.postMessage(message);
    },
    onMessage(listen) {
      child.on('message', listen);
    },
    onExit(listen) {
      child.once('exit', (code) => {
        alive = false;
        const exit: ChildExit = { code, signal: null };
        listen(exit);
      });
    },
    onOutput(listen) {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', listen);
      }
    },
    end() {
      child.kill();
    },
    kill() {
      // Electron offers no hard kill; the system does.
      if (child.pid !== undefined && alive) process.kill(child.pid, 'SIGKILL');
    },
  };
}
