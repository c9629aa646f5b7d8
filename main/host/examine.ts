import { arch, platform } from 'node:os';
import type { BridgeStatus } from '../../contract/home.ts';
import type { DoctorReport, ServiceStatus, Status } from '../../contract/interface.ts';
import type { HomeSettings } from '../../contract/settings.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import type { SecretStore } from '../../store/secrets/secret-store.ts';
import { verifyAudit } from '../../tools/audit.ts';
import { type MindParts, mindChecks } from './examine-mind.ts';
import { shownUrl } from './home-credentials.ts';
import type { HostState } from './host-state.ts';
import { type OpenHome, statusOf } from './open-home.ts';
import type { OwnSentences } from './own-sentences.ts';
import type { PluginHost } from './plugin-host.ts';
import { readVersion } from './version.ts';

type Check = DoctorReport['checks'][number];

/** What is used on this machine, whether it works, and what would improve it. */
export async function examine(options: {
  dataFolder: string;
  auditFolder: string;
  opened: OpenHome;
  secrets: SecretStore;
  ownSentences: OwnSentences;
  state: HostState;
  plugins: Pick<PluginHost, 'checks'>;
  engines: EngineReport[];
  thinking: MindParts;
}): Promise<DoctorReport> {
  const { opened, state } = options;
  return {
    version: readVersion(),
    node: `${process.version} on ${platform()} ${arch()}`,
    dataFolder: options.dataFolder,
    home: opened.title,
    entities: opened.home.snapshot().entities.length,
    engines: options.engines,
    checks: [
      ...opened.ways().map((way) => wayCheck(statusOf(way), way.settings)),
      await secretsCheck(options.secrets),
      ...(await sentencesCheck(options.ownSentences)),
      await auditCheck(options.auditFolder),
      ...stopCheck(state.status().stopped),
      ...options.plugins.checks(),
      ...(await mindChecks(options.thinking)),
      ...state.services().map(
        (service): Check => ({
          name: service.name,
          ok: service.state === 'running' || isNotNeeded(service),
          detail: service.detail ?? service.state,
        }),
      ),
    ],
  };
}

/** The models process starts with the first model that is asked for. */
const isNotNeeded = ({ name, state }: ServiceStatus): boolean => name === 'models' && state === 'stopped';

/** A way into the home: whether it leads there, why not, and what a person can do. */
export function wayCheck({ name, title, state, detail }: BridgeStatus, settings: HomeSettings): Check {
  const improve = improvement(state, settings);
  return {
    name: title ?? name,
    ok: state === 'connected',
    detail: detail ?? state,
    ...(improve !== undefined && { improve }),
  };
}

function improvement(state: BridgeStatus['state'], settings: HomeSettings): string | undefined {
  if (settings.type === 'demo') return 'jarvis home connect http://homeassistant.local:8123 (or mqtt://…) for a home of your own';
  if (!('url' in settings)) return undefined;
  if (state === 'refused') return `jarvis home connect ${shownUrl(settings.url)}`;
  if (state === 'disconnected')
    return `see whether ${shownUrl(settings.url)} is running and reached from this machine; JARVIS goes on trying`;
  return undefined;
}

/** Where tokens lie, and whether they can be read. */
async function secretsCheck(secrets: SecretStore): Promise<Check> {
  const where = secrets.kind === 'keyring' ? 'in the keyring of the system' : 'in an encrypted file of the data folder';
  try {
    await secrets.get('probe');
    return { name: 'secrets', ok: true, detail: where };
  } catch (error) {
    return { name: 'secrets', ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function sentencesCheck(own: OwnSentences): Promise<Check[]> {
  const { problems } = await own.load();
  const [problem] = problems;
  if (problem === undefined) return [];
  const line = problem.line === undefined ? '' : ` line ${problem.line}`;
  return [
    {
      name: 'own sentences',
      ok: false,
      detail: `${own.path}${line}: ${problem.message}`,
      improve: 'correct them on the page under Sentences',
    },
  ];
}

function stopCheck(stopped: Status['stopped']): Check[] {
  if (stopped === undefined) return [];
  const since = stopped.at === 0 ? '' : ` since ${new Date(stopped.at).toISOString()}`;
  return [{ name: 'emergency stop', ok: false, detail: `everything is stopped${since}, by ${stopped.by}`, improve: 'jarvis resume' }];
}

async function auditCheck(folder: string): Promise<Check> {
  const { lines, problems } = await verifyAudit(folder);
  const [problem] = problems;
  return {
    name: 'audit',
    ok: problem === undefined,
    detail: problem === undefined ? `${lines} lines, unbroken` : `${problem.file} line ${problem.line} ${problem.problem}`,
  };
}
