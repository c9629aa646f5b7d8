import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../main/host/system-clock.ts';
import { PluginLoader } from '../../tools/plugins/plugin-loader.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import { ProgramRunner } from '../../tools/sandbox/run-program.ts';
import type { SandboxMeans } from '../../tools/sandbox/sandbox-means.ts';
import type { ToolResult } from '../../tools/tool.ts';
import type { ToolStateStore } from '../../tools/tool-state.ts';

/** A data folder with plugins in it, and real processes that run them. */
export interface PluginWorkbench extends AsyncDisposable {
  folder: string;
  registry: ToolRegistry;
  runner: ProgramRunner;
  loader: PluginLoader;
  /** Files of a plugin; text, or a manifest without its name. */
  write(name: string, files: Record<string, string | object>): Promise<void>;
  /** Runs a tool as the gate would, without asking anybody. */
  run(tool: string, input: unknown, options?: { signal?: AbortSignal; secret?: (name: string) => Promise<string> }): Promise<ToolResult>;
}

export const manifestOf = (tool: object = {}, more: object = {}): object => ({
  version: '1.0.0',
  title: 'Weather',
  description: 'Says the weather.',
  runtime: { type: 'module', entry: 'weather.mjs' },
  tools: [
    {
      name: 'now',
      title: 'Weather now',
      description: 'The weather of a city.',
      input: { type: 'object', properties: { city: { type: 'string', minLength: 1 } }, required: ['city'], additionalProperties: false },
      timeout: 5_000,
      ...tool,
    },
  ],
  ...more,
});

/** A plugin in one shell script. */
export const scripted = (script: string, more: object = {}): Record<string, string | object> => ({
  'manifest.json': manifestOf({}, { runtime: { type: 'executable', command: ['./tool.sh'] }, ...more }),
  'tool.sh': `#!/bin/bash\n${script}\n`,
});

let ids = 0;

export async function openPluginWorkbench(means: SandboxMeans, store?: ToolStateStore): Promise<PluginWorkbench> {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-plugins-'));
  const newId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const registry = new ToolRegistry(store);
  await registry.load();
  const runner = new ProgramRunner({ clock: systemClock, newId, means, node: process.execPath });
  const loader = new PluginLoader({
    folder: join(folder, 'plugins'),
    copies: join(folder, 'copies'),
    data: join(folder, 'plugin-data'),
    hidden: [join(folder, 'vault'), join(folder, 'copies')],
    node: process.execPath,
    registry,
    runner,
    clock: systemClock,
    newId,
  });
  return {
    folder,
    registry,
    runner,
    loader,
    async write(name, files) {
      for (const [path, content] of Object.entries(files)) {
        const file = join(folder, 'plugins', name, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, typeof content === 'string' ? content : JSON.stringify({ name, ...content }));
        if (path.endsWith('.sh')) await chmod(file, 0o755);
      }
    },
    async run(name, input, { signal = new AbortController().signal, secret } = {}) {
      const tool = registry.get(name);
      if (tool === undefined) throw new Error(`no ${name}: ${JSON.stringify(loader.problems)}`);
      return tool.run(tool.manifest.input.parse(input), {
        turnId: 't',
        source: 'cli',
        signal,
        clock: systemClock,
        ...(secret === undefined ? {} : { secret }),
      });
    },
    async [Symbol.asyncDispose]() {
      runner.endAll();
      await loader[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
