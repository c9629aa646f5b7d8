import type { TimerService } from '../../assistant/timers/timer-service.ts';
import { timerTools } from '../../assistant/timers/timer-tools.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Home } from '../../iot/home.ts';
import { createHomeTool } from '../../iot/home-tool.ts';
import { recordTools } from '../../iot/record-tools.ts';
import { UndoJournal } from '../../iot/undo-journal.ts';
import { createUndoTool } from '../../iot/undo-tool.ts';
import type { SecretStore } from '../../store/secrets/secret-store.ts';
import { McpServers } from '../../tools/mcp/mcp-servers.ts';
import { ToolRegistry } from '../../tools/registry.ts';
import { mcpStore } from '../mcp/mcp-store.ts';
import { computerTools } from './computer-tools.ts';
import type { HostState } from './host-state.ts';
import type { Log } from './log.ts';
import { openPlugins, type PluginHost, tellPlugin, toolStateStore } from './plugin-host.ts';
import { readVersion } from './version.ts';

export interface OpenToolsOptions {
  dataFolder: string;
  runId: string;
  home: Home;
  timers: TimerService;
  secrets: SecretStore;
  state: HostState;
  clock: Clock;
  log: Log;
  newId(): string;
}

export interface OpenTools extends AsyncDisposable {
  registry: ToolRegistry;
  plugins: PluginHost;
  /** Not connected yet: `load` does that. */
  mcpServers: McpServers;
  undoJournal: UndoJournal;
}

/** Every tool there is: of the home, the timers, this computer, the plugins. Throws with words for people when what was decided about tools cannot be read. */
export async function openTools(options: OpenToolsOptions): Promise<OpenTools> {
  const { dataFolder, runId, home, timers, secrets, state, clock, log, newId } = options;
  await using parts = new AsyncDisposableStack();
  const warn = (text: string): void => {
    log.warn(text);
    state.notice('warning', text);
  };
  const registry = new ToolRegistry(toolStateStore(dataFolder));
  await registry.load();
  parts.defer(() => registry.save().catch((error: unknown) => log.warn({ error: String(error) }, 'the use of tools was not written down')));
  const mcpServers = parts.use(
    new McpServers({
      registry,
      store: mcpStore(dataFolder),
      clock,
      version: readVersion(),
      secret: async (name) => {
        const value = await secrets.get(name);
        if (value === undefined) throw new Error(`there is no secret called ${name} (jarvis secrets set ${name})`);
        return value;
      },
      warn,
    }),
  );
  const undoJournal = new UndoJournal({ home, clock, newId });
  registry.register(createHomeTool(home, undoJournal), createUndoTool(home, undoJournal), ...recordTools(home), ...timerTools(timers));
  const plugins = parts.use(await openPlugins({ dataFolder, runId, registry, clock, newId }));
  const computer = await computerTools({ dataFolder, clock, newId, programs: plugins.programs });
  registry.register(...computer.tools);
  for (const problem of computer.problems) warn(problem);
  // Read when every tool of ours is there, so that no plugin takes the name of one.
  await plugins.loader.scan();
  for (const trouble of plugins.loader.problems) tellPlugin(trouble, state, log);
  const owned = parts.move();
  return { registry, plugins, mcpServers, undoJournal, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
