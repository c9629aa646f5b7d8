import { mkdir } from 'node:fs/promises';
import { higherRisk } from '../policy.ts';
import type { Isolation } from '../sandbox/program.ts';
import type { ProgramRunner } from '../sandbox/run-program.ts';
import type { Tool, ToolContext, ToolResult } from '../tool.ts';
import { callPlugin } from './call-plugin.ts';
import { isUntouched, type LoadedPlugin } from './load-plugin.ts';
import { plainWords } from './plain-words.ts';
import type { PluginTool } from './plugin-manifest.ts';
import { type PluginPlaces, pluginProgram } from './plugin-program.ts';
import { schemaFromJson } from './schema-from-json.ts';

export interface PluginToolsOptions {
  runner: ProgramRunner;
  places: PluginPlaces;
  newId(): string;
}

/** ms that the sandbox waits longer than the gate: the gate's words are the better ones. */
const AFTER_THE_GATE_MS = 1_000;

/** The tools of a plugin as the gate knows them. Throws with words for people when a schema cannot be used. */
export function pluginTools(plugin: LoadedPlugin, options: PluginToolsOptions): Tool[] {
  return plugin.manifest.tools.map((tool) => {
    try {
      return pluginTool(plugin, tool, options);
    } catch (error) {
      throw new Error(`the tool ${tool.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  });
}

function pluginTool(plugin: LoadedPlugin, tool: PluginTool, { runner, places, newId }: PluginToolsOptions): Tool {
  const { name, version, title, permissions } = plugin.manifest;
  const isolation: Isolation = plugin.manifest.runtime.type === 'container' ? { kind: 'container', weaker: [] } : runner.isolation;
  const isShutIn = isolation.kind === 'bubblewrap' || isolation.kind === 'container';
  const output = tool.output === undefined ? undefined : schemaFromJson(tool.output);
  return {
    manifest: {
      name: `${name}.${tool.name}`,
      version,
      title: tool.title,
      description: tool.description,
      input: schemaFromJson(tool.input),
      ...(output === undefined ? {} : { output }),
      permissions,
      // Only a rule of a person lowers it.
      risk: higherRisk('guarded', tool.risk),
      reversible: tool.reversible,
      timeoutMs: tool.timeout,
      sandbox: isShutIn ? 'isolated' : 'process',
      ...(tool.rateLimit === undefined ? {} : { rateLimit: tool.rateLimit }),
      taints: 'plugin',
      origin: { type: 'plugin', name },
    },
    describe: (input) =>
      `Use ${tool.title} of the plugin ${title}${withWords(input)}${isShutIn ? '' : ', which is not shut in well on this machine'}`,
    async run(input, context) {
      if (!isShutIn && !(await isUntouched(plugin)))
        throw new Error(`the copy of ${title} that was looked at has been changed; start JARVIS again`);
      await mkdir(places.data, { recursive: true, mode: 0o700 });
      const given = await answerOf(plugin, tool, input, context, { runner, places, newId });
      const checked = output?.safeParse(given);
      if (checked?.success === false) throw new Error(`${tool.title} gave something else than it promises.`);
      // Nobody but the plugin has seen what it did.
      const result: ToolResult = { outcome: 'accepted', output: given, taintName: title };
      return isolation.weaker.length === 0
        ? result
        : { ...result, reason: `It ran less well shut in than it should: ${isolation.weaker.join(', ')}.` };
    },
  };
}

async function answerOf(
  plugin: LoadedPlugin,
  tool: PluginTool,
  input: unknown,
  context: ToolContext,
  { runner, places, newId }: PluginToolsOptions,
): Promise<unknown> {
  const program = await pluginProgram(plugin, input, places, tool.timeout + AFTER_THE_GATE_MS);
  const call = {
    id: newId(),
    tool: tool.name,
    input,
    title: tool.title,
    secrets: plugin.manifest.permissions.secrets ?? [],
    secret: context.secret === undefined ? undefined : (name: string) => context.secret?.(name) ?? Promise.reject(new Error('no secrets')),
  };
  return callPlugin(call, program, runner, context.signal);
}

/** The short members of the input, so that a person hears what for. */
function withWords(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const said = Object.entries(input)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, 3)
    .map(([key, value]) => `${plainWords(key, 30)} ${plainWords(String(value), 60)}`);
  return said.length === 0 ? '' : ` with ${said.join(', ')}`;
}
