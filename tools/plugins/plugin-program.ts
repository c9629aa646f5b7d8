import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from '../../store/error-code.ts';
import { covers } from '../sandbox/bubblewrap-command.ts';
import type { BoundPath, Program } from '../sandbox/program.ts';
import type { LoadedPlugin } from './load-plugin.ts';

export interface PluginPlaces {
  /** Path of the Node that runs modules. */
  node: string;
  /** The plugin's own folder to write in, `$DATA`. */
  data: string;
  /** Where JARVIS keeps what is its own; no plugin sees it. */
  hidden: readonly string[];
}

const MODULE_RUNNER = fileURLToPath(new URL('module-runner.mjs', import.meta.url));

/** The program that answers one call of a plugin. Throws with words for people when a path of its permissions cannot be meant. */
export async function pluginProgram(plugin: LoadedPlugin, input: unknown, places: PluginPlaces, wallMs: number): Promise<Program> {
  const { manifest, folder } = plugin;
  const { memoryMb, processes, outputKb, fileMb } = manifest.limits;
  const permitted: BoundPath[] = [];
  for (const { path, mode } of manifest.permissions.filesystem ?? []) {
    const meant = await realPath(meantPath(path, input, places.data));
    if (meant === undefined) continue;
    if (places.hidden.some((hidden) => covers(hidden, meant))) throw new Error(`${meant} is kept from plugins`);
    permitted.push({ path: meant, mode });
  }
  const paths: BoundPath[] = [{ path: folder, mode: 'read' }, ...permitted];
  const common = {
    folder: places.data,
    env: { PLUGIN: folder, DATA: places.data },
    hidden: places.hidden.filter((path) => existsSync(path)),
    network: manifest.permissions.network ?? [],
    limits: { wallMs, memoryBytes: memoryMb * 1024 * 1024, processes, outputBytes: outputKb * 1024, fileBytes: fileMb * 1024 * 1024 },
  };
  const { runtime } = manifest;
  switch (runtime.type) {
    case 'executable':
      return { ...common, paths, command: executable(runtime.command, folder) };
    case 'container':
      return { ...common, paths, container: runtime.image, command: executable(runtime.command, folder) };
    case 'module':
      return {
        ...common,
        paths: [...paths, { path: places.node, mode: 'read' }, { path: MODULE_RUNNER, mode: 'read' }],
        command: [
          places.node,
          ...nodePermissions([...paths, { path: MODULE_RUNNER, mode: 'read' }, { path: places.data, mode: 'write' }]),
          // A heap within the limit, so that a greedy plugin dies of its own words before the kernel ends it without any.
          `--max-old-space-size=${Math.max(16, Math.floor(memoryMb * 0.6))}`,
          MODULE_RUNNER,
          join(folder, runtime.entry),
        ],
      };
    default:
      return runtime satisfies never;
  }
}

/** No child processes, no workers, no addons: what is not allowed here is refused by Node itself. */
function nodePermissions(paths: readonly BoundPath[]): string[] {
  return [
    '--permission',
    ...paths.map(({ path }) => `--allow-fs-read=${path}`),
    ...paths.filter(({ mode }) => mode === 'write').map(({ path }) => `--allow-fs-write=${path}`),
  ];
}

function executable(command: readonly string[], folder: string): [string, ...string[]] {
  const [file = '', ...args] = command.map((part) => (part.startsWith('./') ? join(folder, part) : part));
  return [file, ...args];
}

/**
 * `~`, `$DATA`, or a member of the input: `{path}`. Undefined where the input does not say it. Resolved, so that `..` leads nowhere else than it shows.
 */
function meantPath(path: string, input: unknown, data: string): string | undefined {
  const member = /^\{([^{}]+)\}$/u.exec(path)?.[1];
  const said = member === undefined ? path : memberOf(input, member);
  if (said === undefined) return undefined;
  const meant = said === '~' || said.startsWith('~/') ? join(homedir(), said.slice(1)) : said.replace(/^\$DATA(?=\/|$)/u, data);
  if (!isAbsolute(meant) || meant.includes('\0')) throw new Error(`${said.slice(0, 100)} is no path from the root`);
  if (resolve(meant) === resolve('/')) throw new Error('no plugin is given the whole disk');
  return resolve(meant);
}

/** Where it really lies: a link must not lead to what is hidden. Undefined for what is not there; the program will not find it either. */
async function realPath(path: string | undefined): Promise<string | undefined> {
  try {
    return path === undefined ? undefined : await realpath(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

function memberOf(input: unknown, member: string): string | undefined {
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, member)) return undefined;
  const value: unknown = Reflect.get(input, member);
  return typeof value === 'string' ? value : undefined;
}
