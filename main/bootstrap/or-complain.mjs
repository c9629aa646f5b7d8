import { InstallError } from './install.mjs';
import { say } from './places.mjs';

/**
 * Runs the work of an entry; what goes wrong in the bootstrap is said in one sentence, and the exit code is 1.
 * @param {() => Promise<void>} work
 */
export async function orComplain(work) {
  try {
    await work();
  } catch (error) {
    say(`JARVIS: ${error instanceof InstallError ? error.message : (error?.stack ?? error)}`);
    process.exitCode = 1;
  }
}
