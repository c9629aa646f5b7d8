import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Child, ChildExit, ChildLauncher } from './child.ts';

export interface ForkOptions {
  /** Absolute path of the child's program. */
  script: string;
  args?: readonly string[];
  /** Flags of the child's Node, e.g. `--max-old-space-size=256`. */
  execArgv?: readonly string[];
  env?: NodeJS.ProcessEnv;
}

/** Children as processes of plain Node. */
export function forkLauncher(options: ForkOptions): ChildLauncher {
  return { launch: () => launch(options) };
}

function launch({ script, args = [], execArgv = [], env = process.env }: ForkOptions): Child {
  const child = fork(script, [...args], {
    env,
    execArgv: ['--import', new URL('end-with-host.ts', import.meta.url).href, ...execArgv],
    serialization: 'advanced',
    // Standard output belongs to the host's own answers; what a child prints goes to the log.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return {
    pid: child.pid,
    send(message) {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage(listen) {
      child.on('message', listen);
    },
    onExit(listen) {
      let told = false;
      const once = (exit: ChildExit): void => {
        if (told) return;
        told = true;
        listen(exit);
      };
      child.on('exit', (code, signal) => once({ code, signal }));
      child.on('error', (error) => {
        // A failed kill or send is also an 'error'; only a child that never lived has no exit of its own.
        if (child.pid === undefined) once({ code: null, signal: null, error });
      });
    },
    onOutput(listen) {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', listen);
      }
    },
    end() {
      child.kill('SIGTERM');
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
