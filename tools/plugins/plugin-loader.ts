import { mkdir, readdir, rm, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import type { ToolRegistry } from '../registry.ts';
import type { ProgramRunner } from '../sandbox/run-program.ts';
import { type LoadedPlugin, loadPlugin } from './load-plugin.ts';
import { pluginTools } from './plugin-tools.ts';

export interface PluginLoaderOptions {
  /** `plugins/` of the data folder. */
  folder: string;
  /** Where this process keeps the copies that run; gone with it. */
  copies: string;
  /** Below it each plugin has a folder of its own to write in. */
  data: string;
  /** What no plugin may see. */
  hidden: readonly string[];
  node: string;
  registry: ToolRegistry;
  runner: ProgramRunner;
  clock: Clock;
  newId(): string;
}

/** A plugin that is left out, and why, in words. */
export interface PluginProblem {
  name: string;
  problem: string;
}

/** ms of quiet after a change: whoever copies a plugin writes many files. */
const QUIET_MS = 300;
const MOST_PLUGINS = 200;
const PLUGIN_NAME = /^[a-z][a-z0-9-]{0,39}$/u;

/** Keeps the registry at what lies in the folder of plugins: what comes, changes and goes, while everything runs. */
export class PluginLoader {
  readonly #options: PluginLoaderOptions;
  readonly #loaded = new Map<string, LoadedPlugin>();
  readonly #told = new Broadcast<PluginProblem>();
  #problems: PluginProblem[] = [];
  #scanning: Promise<void> = Promise.resolve();

  constructor(options: PluginLoaderOptions) {
    this.#options = options;
  }

  /** Those that are left out now. */
  get problems(): readonly PluginProblem[] {
    return this.#problems;
  }

  get loaded(): readonly LoadedPlugin[] {
    return [...this.#loaded.values()];
  }

  /** Each problem once, when it comes up. */
  troubles(signal: AbortSignal): AsyncIterable<PluginProblem> {
    return this.#told.subscribe(signal);
  }

  /** Reads the folder now. One broken plugin keeps no other from working. */
  scan(): Promise<void> {
    this.#scanning = this.#scanning.catch(() => undefined).then(() => this.#scan());
    return this.#scanning;
  }

  /** Reads it again after each change, until `signal` aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const { folder, clock } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    let quiet = new AbortController();
    const events = watch(folder, { recursive: true, signal })[Symbol.asyncIterator]();
    try {
      // Watched before it is read, so that nothing changes between the two.
      let next = events.next();
      await this.scan();
      while ((await next).done !== true) {
        next = events.next();
        quiet.abort();
        quiet = new AbortController();
        const wait = clock.sleep(QUIET_MS, AbortSignal.any([quiet.signal, signal]));
        void wait.then(
          () => this.scan(),
          () => undefined,
        );
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #scan(): Promise<void> {
    const problems: PluginProblem[] = [];
    const names = await this.#names().catch((error: unknown): string[] => {
      problems.push({ name: 'folder', problem: error instanceof Error ? error.message : String(error) });
      return [];
    });
    for (const name of this.#loaded.keys()) if (!names.includes(name)) this.#drop(name);
    for (const name of names) {
      try {
        if (!PLUGIN_NAME.test(name)) throw new Error('a plugin is called with small letters, digits and dashes');
        await this.#take(name);
      } catch (error) {
        this.#drop(name);
        problems.push({ name, problem: error instanceof Error ? error.message : String(error) });
      }
    }
    const before = this.#problems;
    this.#problems = problems;
    for (const each of problems) {
      if (!before.some(({ name, problem }) => name === each.name && problem === each.problem)) this.#told.publish(each);
    }
  }

  async #names(): Promise<string[]> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
      .slice(0, MOST_PLUGINS);
  }

  async #take(name: string): Promise<void> {
    const { folder, copies, data, hidden, node, registry, runner, newId } = this.#options;
    const before = this.#loaded.get(name);
    const plugin = await loadPlugin(join(folder, name), name, copies);
    if (before?.digest === plugin.digest) return;
    const places = { node, data: join(data, name), hidden };
    registry.replace({ type: 'plugin', name }, pluginTools(plugin, { runner, places, newId }), { digest: plugin.digest });
    this.#loaded.set(name, plugin);
  }

  /** Its copy stays: a call may still run from it. */
  #drop(name: string): void {
    if (!this.#loaded.delete(name)) return;
    this.#options.registry.replace({ type: 'plugin', name }, []);
  }

  /** Takes the copies away; nothing may run from them any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scanning.catch(() => undefined);
    await rm(this.#options.copies, { recursive: true, force: true });
  }
}
