import { spawn } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

/** How npm is started: its program for Node, by a Node. */
export interface Npm {
  node: string;
  cli: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** npm as it is installed on this machine: the one that started us, the one beside this Node, or one on the path. Undefined where there is none. */
export async function findNpm(node: string, environment: Readonly<Record<string, string | undefined>>): Promise<Npm | undefined> {
  const started = environment.npm_execpath;
  const beside = dirname(node);
  const onPath = (environment.PATH ?? environment.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...(started === undefined ? [] : [started]),
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'),
    ...onPath.flatMap((folder) => [
      join(folder, 'npm'),
      join(folder, 'node_modules/npm/bin/npm-cli.js'),
      join(folder, '../lib/node_modules/npm/bin/npm-cli.js'),
    ]),
  ];
  for (const candidate of candidates) {
    const cli = await realpath(candidate).catch(() => undefined);
    if (cli?.endsWith('npm-cli.js') && (await readFile(cli, 'utf8').catch(() => '')) !== '') return { node, cli, environment };
  }
  return undefined;
}

/** Of what npm prints, the last part is kept. */
const KEPT = 64 * 1024;

/**
 * Runs npm in a folder, with the person's own settings (registry, proxy, certificates, login) from the environment and their npmrc. Resolves with its
 * exit and its last words. Aborted, it is ended at once and the signal's reason thrown.
 */
export function runNpm(
  npm: Npm,
  folder: string,
  options: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn(npm.node, [npm.cli, ...options], {
      cwd: folder,
      // Electron is a Node only when told so.
      env: { ...npm.environment, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-KEPT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', end, { once: true });
    child.once('error', (error) => {
      signal.removeEventListener('abort', end);
      reject(error);
    });
    child.once('close', (code) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason);
      else resolve({ code, output });
    });
  });
}
