import { commandExamples } from '../../assistant/agent/command-examples.ts';
import { isUsable } from '../../assistant/agent/shown-tools.ts';
import type { LoadedPhrasebook } from '../../assistant/phrasebook.ts';
import { CONVERSE_TOOL } from '../../assistant/skills/records.ts';
import type { Mind } from '../../assistant/turn/mind.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Settings } from '../../contract/settings.ts';
import type { SecretStore } from '../../store/secrets/secret-store.ts';
import type { Approvals } from '../../tools/approvals.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import { thisHardware } from '../../tools/system/this-hardware.ts';
import { type HardwareMonitor, startHardwareMonitor } from '../host/hardware-monitor.ts';
import type { HostState } from '../host/host-state.ts';
import type { Log } from '../host/log.ts';
import { openMindSettings } from '../host/mind-settings-file.ts';
import type { ChildLauncher } from '../supervisor/child.ts';
import { forkLauncher } from '../supervisor/fork-launcher.ts';
import { OpenMind } from './open-mind.ts';
import { MODELS_PROCESS, Models } from './open-models.ts';
import { tellModels } from './tell-models.ts';

export interface StartMindOptions {
  dataFolder: string;
  settings: Settings;
  state: HostState;
  secrets: SecretStore;
  registry: ToolRegistry;
  approvals: Approvals;
  /** What people can say, for a model to say likewise. */
  sentences: LoadedPhrasebook;
  /** Name of who talks in a turn; undefined: whoever sits at this machine. */
  personOf(turnId: string): string | undefined;
  roomName(room: string): string | undefined;
  /** Process ids of what JARVIS has started beside the models. */
  children(): number[];
  clock: Clock;
  newId(): string;
  log: Log;
  launch: ChildLauncher | undefined;
  /** One command fetches nothing by itself: the host that runs beside it does. */
  fetches: boolean;
  environment: Readonly<Record<string, string | undefined>>;
}

/** The mind with all that it needs, running. */
export interface StartedMind extends AsyncDisposable {
  models: Models;
  mind: OpenMind;
  hardware: HardwareMonitor;
  /** For turns: waits until it is known what can answer. */
  answering: Mind;
  mayCall(tool: string): boolean;
  /** Tells the pages what changes, until `signal`. */
  tell(signal: AbortSignal): Promise<void>;
}

/** Rejects in words when conversations or the lists of models cannot be opened at all. */
export async function startMind(options: StartMindOptions): Promise<StartedMind> {
  const { dataFolder, settings, state, registry, clock, newId, log, environment } = options;
  await using parts = new AsyncDisposableStack();
  const ending = new AbortController();
  const notice = (level: 'info' | 'warning' | 'error', text: string): void => {
    if (level !== 'info') log.warn(text);
    state.notice(level, text);
  };
  const file = await openMindSettings(dataFolder);
  const models: Models = parts.use(
    new Models({
      dataFolder,
      settings: settings.models,
      mind: () => file.now(),
      hardware: { readMachine: () => hardwareOfThis.readMachine() },
      clock,
      newId,
      log,
      notice,
      onStatus(service) {
        if (service.state === 'restarting') notice('warning', 'The language model stopped and is starting again.');
        state.setService(service);
      },
      launch: options.launch ?? forkLauncher({ script: MODELS_PROCESS }),
      environment,
    }),
  );
  const hardwareOfThis = thisHardware(clock, () => [...options.children(), ...[models.pid()].filter((pid) => pid !== undefined)]);
  const pressure = { hotCard: false, shortMemory: false };
  const hardware = startHardwareMonitor(
    {
      sample: () => hardwareOfThis.sampleHardware(),
      problems: () => hardwareOfThis.problems(),
      clock,
      pressed({ kind }) {
        pressure[kind === 'hot-card' ? 'hotCard' : 'shortMemory'] = true;
        models.setPressure({ ...pressure });
      },
      relieved(kind) {
        pressure[kind === 'hot-card' ? 'hotCard' : 'shortMemory'] = false;
        models.setPressure({ ...pressure });
      },
    },
    ending.signal,
  );
  const mind = parts.use(
    await OpenMind.open({
      dataFolder,
      file,
      models,
      secrets: options.secrets,
      registry,
      approvals: options.approvals,
      clock,
      newId,
      log,
      approvalMs: settings.gate.approvalMs,
      notice,
      publish: (event) => state.changes.publish(event),
      examples: examplesOf(options.sentences),
      personOf: options.personOf,
      roomName: options.roomName,
    }),
  );
  parts.defer(() => ending.abort(new Error('stopped')));
  // The home does not wait for it; whoever asks a model does.
  const ready = models.open({ fetches: options.fetches }).catch((error: unknown) => {
    notice('warning', `Local models cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  });
  const owned = parts.move();
  return {
    models,
    mind,
    hardware,
    answering: {
      async answer(request, emit, signal) {
        if (!file.now().enabled) return undefined;
        await ready;
        return mind.mind.answer(request, emit, signal);
      },
      whyNot: () => mind.whyNot(),
    },
    mayCall(name) {
      const tool = registry.list().find((each) => each.name === name);
      return tool !== undefined && isUsable(tool) && name !== CONVERSE_TOOL;
    },
    tell: (signal) => tellModels(models, (event) => state.changes.publish(event), clock, signal),
    async [Symbol.asyncDispose]() {
      await ready;
      await owned.disposeAsync();
    },
  };
}

/** Made when a model first needs them. */
function examplesOf(sentences: LoadedPhrasebook): () => readonly string[] {
  let examples: readonly string[] | undefined;
  return () => (examples ??= commandExamples(sentences));
}
