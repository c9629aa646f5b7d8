import { mkdir, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../contract/clock.ts';
import type { DoctorReport } from '../../contract/interface.ts';
import { hasCode } from '../../store/error-code.ts';
import { jsonFile } from '../../store/json-file.ts';
import { PluginLoader, type PluginProblem } from '../../tools/plugins/plugin-loader.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import { ProgramRunner } from '../../tools/sandbox/run-program.ts';
import { findSandboxMeans, isolationOf, type SandboxMeans } from '../../tools/sandbox/sandbox-means.ts';
import type { ToolStateStore } from '../../tools/tool-state.ts';
import type { HostState } from './host-state.ts';
import type { Log } from './log.ts';

type Check = DoctorReport['checks'][number];

export interface PluginHostOptions {
  dataFolder: string;
  runId: string;
  registry: ToolRegistry;
  clock: Clock;
  newId(): string;
}

/** `tools.json` in the data folder: what was switched off, looked at and used. */
export const toolStateStore = (dataFolder: string): ToolStateStore => jsonFile(join(dataFolder, 'tools.json'));

/** The plugins of a data folder, the programs that run for them, and what shuts those in. */
export class PluginHost implements AsyncDisposable {
  readonly loader: PluginLoader;
  /** For every program that is not ours. */
  readonly programs: ProgramRunner;
  readonly #means: SandboxMeans;
  readonly #endNow: () => void;

  constructor(loader: PluginLoader, programs: ProgramRunner, means: SandboxMeans) {
    this.loader = loader;
    this.programs = programs;
    this.#means = means;
    this.#endNow = () => programs.endAllNow();
    process.on('exit', this.#endNow);
  }

  /** How well programs are shut in here, and each plugin that is left out. */
  checks(): Check[] {
    const { kind, weaker } = isolationOf(this.#means);
    const { improve } = this.#means;
    return [
      {
        name: 'sandbox',
        // Nothing runs in it as long as there is no plugin.
        ok: kind === 'bubblewrap' || this.loader.loaded.length === 0,
        detail: weaker.length === 0 ? `programs are shut in by ${kind}` : `programs are shut in less well (${kind}): ${weaker.join(', ')}`,
        ...(improve === undefined ? {} : { improve }),
      },
      ...this.loader.problems.map(({ name, problem }) => ({
        name: `plugin ${name}`,
        ok: false,
        detail: problem,
        improve: 'correct its folder; it is read again at once',
      })),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.programs.endAll();
    process.off('exit', this.#endNow);
    await this.loader[Symbol.asyncDispose]();
  }
}

/** Finds out how programs are shut in here. The plugins are read by `loader.scan`, and kept read by `loader.watch`. */
export async function openPlugins({ dataFolder, runId, registry, clock, newId }: PluginHostOptions): Promise<PluginHost> {
  const means = await findSandboxMeans();
  const code = join(dataFolder, 'plugin-code');
  const node = nodeForPlugins();
  await mkdir(code, { recursive: true, mode: 0o700 });
  await removeLeftCopies(code);
  const programs = new ProgramRunner({ clock, newId, means, node });
  const loader = new PluginLoader({
    folder: join(dataFolder, 'plugins'),
    copies: join(code, `${process.pid}-${runId}`),
    data: join(dataFolder, 'plugin-data'),
    hidden: [dataFolder, ...['.ssh', '.gnupg', '.local/share/keyrings'].map((path) => join(homedir(), path))],
    node,
    registry,
    runner: programs,
    clock,
    newId,
  });
  return new PluginHost(loader, programs, means);
}

/** ms between two times that the use of tools is written down. */
const SAVE_MS = 60_000;

/** Writes down how tools were used, now and then, until `signal` aborts. */
export async function keepUses(registry: Pick<ToolRegistry, 'save'>, clock: Clock, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(SAVE_MS, signal);
    await registry.save().catch((error: unknown) => log.warn({ error: String(error) }, 'the use of tools was not written down'));
  }
}

/** Each plugin that cannot be used, as it comes up. */
export async function tellPlugins(loader: Pick<PluginLoader, 'troubles'>, state: HostState, log: Log, signal: AbortSignal): Promise<void> {
  for await (const trouble of loader.troubles(signal)) tellPlugin(trouble, state, log);
}

export function tellPlugin({ name, problem }: PluginProblem, state: HostState, log: Log): void {
  log.warn({ plugin: name, problem }, 'a plugin is left out');
  state.notice('warning', `The plugin ${name} is left out: ${problem}.`);
}

/** Electron is no Node that knows the permission model; the one that is brought along is. */
function nodeForPlugins(): string {
  if (process.versions.electron === undefined) return process.execPath;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return fileURLToPath(new URL(`../../node_modules/node/bin/${name}`, import.meta.url));
}

/** Of processes that were killed before they could. */
async function removeLeftCopies(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number.parseInt(name, 10);
    if (Number.isFinite(pid) && pid !== process.pid && isRunning(pid)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
