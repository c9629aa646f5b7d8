import { spawn } from 'node:child_process';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { BROUGHT_NODE, broughtVersion, COMPILE_CACHE } from './places.mjs';

/**
 * ms after Ctrl-C in which the child may end on the terminal's own signal, which it usually gets as well. Passing the same signal on at once
 * would arrive as a second one, and a second Ctrl-C means "now".
 */
const INTERRUPT_MS = 300;
/** ms after the first signal until a child that does not end is ended. */
const KILL_MS = 10_000;

/**
 * Reading a thousand modules makes much that is thrown away at once. V8 would let its room for young objects grow with that, by a hundred megabytes that it
 * never gives back.
 */
const SMALL_START = '--semi-space-growth-factor=1';

/**
 * Runs a TypeScript file on the brought Node, in this process when it is that Node already.
 * @param {string} script absolute path
 * @param {string[]} args
 */
export async function handOver(script, args) {
  // Stripped and compiled sources are kept: the host, its children and every command start in about half the time from the second run on.
  process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE;
  setFlagsFromString(SMALL_START);
  if (process.versions.node === broughtVersion()) {
    nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
    process.argv.splice(1, process.argv.length, script, ...args);
    await import(pathToFileURL(script).href);
    return;
  }
  leave(await runToEnd(BROUGHT_NODE, [SMALL_START, script, ...args]));
}

/**
 * Runs a program to its end on this terminal; signals to this process reach it.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} rejects when the program cannot be started
 */
export function runToEnd(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit' });
    /** @type {NodeJS.Timeout[]} */
    const timers = [];
    const killLater = () => timers.push(setTimeout(() => child.kill('SIGKILL'), KILL_MS));
    const handlers = {
      SIGINT: () => {
        timers.push(setTimeout(() => child.kill('SIGTERM'), INTERRUPT_MS));
        killLater();
      },
      SIGTERM: () => {
        child.kill('SIGTERM');
        killLater();
      },
      SIGHUP: () => {
        child.kill('SIGHUP');
        killLater();
      },
    };
    const settle = () => {
      for (const timer of timers) clearTimeout(timer);
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
    };
    for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      settle();
      resolve({ code, signal });
    });
  });
}

/**
 * Ends this process as the other one ended.
 * @param {{ code: number | null, signal: NodeJS.Signals | null }} end
 */
export function leave({ code, signal }) {
  if (signal === null) process.exit(code ?? 1);
  process.exitCode = 128 + (constants.signals[signal] ?? 0);
  process.kill(process.pid, signal);
}
