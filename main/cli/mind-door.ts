import { randomUUID } from 'node:crypto';
import { jarvisInterface } from '../../contract/interface.ts';
import type { MindSettings, ProviderModel, ProviderSettings } from '../../contract/models.ts';
import type { MindReport } from '../../contract/models-interface.ts';
import { createRouter } from '../../models/routing/create-router.ts';
import { openSpending } from '../../models/routing/spending.ts';
import { openDataFolder } from '../../store/data-folder.ts';
import { openSecrets } from '../../store/secrets/open-secrets.ts';
import { thisHardware } from '../../tools/system/this-hardware.ts';
import { openLog } from '../host/log.ts';
import { type MindSettingsFile, openMindSettings } from '../host/mind-settings-file.ts';
import { findRunningHost, type RunningHost } from '../host/running-host.ts';
import { readSettings } from '../host/settings-file.ts';
import { spendingStore } from '../host/spending-store.ts';
import { systemClock } from '../host/system-clock.ts';
import { MODELS_PROCESS, Models } from '../mind/open-models.ts';
import { Providers } from '../mind/providers.ts';
import { forkLauncher } from '../supervisor/fork-launcher.ts';
import { callRunning } from './mind-call.ts';
import { complain } from './output.ts';
import { keepSecret } from './secrets-store.ts';

/** Settings of the mind, its providers and what they cost: of the JARVIS that runs, or of the files alone. */
export interface MindDoor extends AsyncDisposable {
  report(): Promise<MindReport>;
  /** Members left out stay as they are. */
  save(change: Partial<MindSettings>): Promise<MindReport>;
  check(settings: ProviderSettings, key: string | undefined): Promise<{ ok: boolean; sentence: string; models: ProviderModel[] }>;
  /** With the secrets. */
  keepKey(name: string, key: string): Promise<void>;
}

/** ms that providers in the house have to tell what they have. */
const ASK_HOME_MS = 1500;

export async function openMindDoor(): Promise<MindDoor> {
  const running = await findRunningHost();
  return running === undefined ? openAlone() : ofRunning(running);
}

const keepKey = async (name: string, key: string): Promise<void> => {
  await keepSecret(name, key);
};

function ofRunning(running: RunningHost): MindDoor {
  const { mind, saveMind, checkProvider } = jarvisInterface;
  return {
    report: () => callRunning(running, mind),
    save: (change) => callRunning(running, saveMind, change),
    check: (settings, key) => callRunning(running, checkProvider, { settings, ...(key === undefined ? {} : { key }) }),
    keepKey,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function openAlone(): Promise<MindDoor> {
  const dataFolder = await openDataFolder();
  const file = await openMindSettings(dataFolder);
  let parts: Promise<MindParts> | undefined;
  const opened = (): Promise<MindParts> => (parts ??= openParts(dataFolder, file));
  const report = async (): Promise<MindReport> => (await opened()).report();
  return {
    report,
    async save(change) {
      await file.change((before) => ({ ...before, ...change }));
      return report();
    },
    check: async (settings, key) => (await opened()).providers.check(settings, key),
    keepKey,
    async [Symbol.asyncDispose]() {
      await (await parts)?.models[Symbol.asyncDispose]();
    },
  };
}

interface MindParts {
  models: Models;
  providers: Providers;
  report(): Promise<MindReport>;
}

/** Enough of the mind to tell what would answer; it answers nothing itself. */
async function openParts(dataFolder: string, file: MindSettingsFile): Promise<MindParts> {
  const log = openLog({ level: 'error' });
  const newId = (): string => randomUUID();
  const { models: settings } = await readSettings(dataFolder);
  const models = new Models({
    dataFolder,
    settings,
    mind: () => ({ ...file.now(), pinned: [] }),
    hardware: thisHardware(systemClock),
    clock: systemClock,
    newId,
    log,
    notice: (_, text) => complain(text),
    onStatus: () => undefined,
    launch: forkLauncher({ script: MODELS_PROCESS }),
    environment: process.env,
  });
  await models.open({ fetches: false });
  let told: () => void = () => undefined;
  const providers = new Providers({
    settings: () => file.now(),
    models,
    secrets: await openSecrets({ dataFolder, clock: systemClock }),
    clock: systemClock,
    newId,
    log,
    changed: () => told(),
  });
  const spending = await openSpending({ store: spendingStore(dataFolder), clock: systemClock, budget: () => file.now().budget });
  const router = createRouter({ settings: () => file.now(), providers: () => providers.routed(), clock: systemClock, spending });
  const isKnown = (): boolean =>
    !router.statuses().some(({ state, leavesHouse, settings: { type } }) => state === 'no-models' && !leavesHouse && type !== 'local');
  const homeAsked = async (): Promise<void> => {
    const waiting = AbortSignal.timeout(ASK_HOME_MS);
    while (!isKnown() && !waiting.aborted)
      await new Promise<void>((resolve) => {
        told = resolve;
        waiting.addEventListener('abort', () => resolve(), { once: true });
      });
  };
  return {
    models,
    providers,
    async report() {
      await homeAsked();
      const problem = file.problem();
      return {
        settings: file.now(),
        providers: router.statuses(),
        spending: spending.report(),
        ...(problem === undefined ? {} : { problem }),
        available: router.available({ privacy: 'may-leave', tools: true, vision: false, tokens: 2048 }),
      };
    },
  };
}
