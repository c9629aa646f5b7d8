import type { DoctorReport } from '../../contract/interface.ts';
import type { InstalledModel, ModelsReport, ProviderStatus } from '../../contract/models.ts';
import type { MindReport } from '../../contract/models-interface.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { inGigabytes } from '../../models/fit/fit-sentence.ts';

type Check = DoctorReport['checks'][number];

export interface MindParts {
  models: {
    library: { check(): Promise<readonly InstalledModel[]> };
    report(): Promise<ModelsReport>;
  };
  mind: { report(): MindReport };
}

/** The engine for local models, the cards, the models that are here, and what answers. Nothing is asked over the network. */
export async function mindChecks({ models, mind }: MindParts): Promise<Check[]> {
  let installed: readonly InstalledModel[];
  let report: ModelsReport;
  try {
    installed = await models.library.check();
    report = await models.report();
  } catch (error) {
    return [
      { name: 'models', ok: false, detail: error instanceof Error ? error.message : String(error) },
      ...answerChecks(mind.report(), [], undefined),
    ];
  }
  const best = report.models.find(({ kind, recommended, installed: here }) => kind === 'chat' && recommended && here === undefined);
  return [
    engineCheck(report, installed.length > 0),
    ...cardChecks(report),
    modelsCheck(installed),
    ...answerChecks(
      mind.report(),
      installed,
      best === undefined ? undefined : `jarvis models pull ${best.entry?.id ?? best.id}${pickOf(best)}`,
    ),
  ];
}

const pickOf = ({ entry, file }: ModelsReport['models'][number]): string =>
  entry === undefined || file === undefined || entry.files[0]?.name === file.name ? '' : `:${file.quantisation}`;

function engineCheck({ build, pack }: ModelsReport, isWanted: boolean): Check {
  const state = {
    installed: 'here',
    absent: 'not fetched yet',
    fetching: 'being fetched',
    broken: `broken: ${pack.problem ?? 'it cannot be read'}`,
  }[pack.state];
  const forced = build.forced ? ', as the settings say' : '';
  return {
    name: 'engine for models',
    ok: pack.state !== 'broken' && (pack.state === 'installed' || !isWanted || pack.state === 'fetching'),
    detail: `${build.build}${forced} (${pack.version}, ${state}). ${build.because}`,
    ...(pack.state === 'broken' || (pack.state === 'absent' && isWanted) ? { improve: 'jarvis models engine fetch' } : {}),
  };
}

function cardChecks({ machine }: ModelsReport): Check[] {
  return machine.cards.map(({ name, memoryBytes, freeBytes, computeCapability, driver, integrated }) => ({
    name: 'card',
    ok: true,
    detail: [
      name,
      integrated === true
        ? 'shares the memory of the machine'
        : `${inGigabytes(memoryBytes)}${freeBytes === undefined ? '' : `, ${inGigabytes(freeBytes)} free`}`,
      ...(computeCapability === undefined ? [] : [`compute capability ${computeCapability}`]),
      ...(driver === undefined ? [] : [`driver ${driver}`]),
    ].join(', '),
  }));
}

function modelsCheck(installed: readonly InstalledModel[]): Check {
  const broken = installed.find(({ problem }) => problem !== undefined);
  const bytes = installed.reduce((sum, each) => sum + each.bytes, 0);
  const detail = installed.length === 0 ? 'none on this machine' : `${installed.length} on this machine, ${bytesInWords(bytes)}`;
  if (broken === undefined) return { name: 'models', ok: true, detail };
  return { name: 'models', ok: false, detail: `${detail}; ${broken.id}: ${broken.problem}`, improve: `jarvis models rm ${broken.id}` };
}

function answerChecks(
  { settings, providers, problem, available }: MindReport,
  installed: readonly InstalledModel[],
  better: string | undefined,
): Check[] {
  if (problem !== undefined) return [{ name: 'mind', ok: false, detail: problem, improve: 'put mind.json right, or move it away' }];
  if (!settings.enabled) return [{ name: 'mind', ok: true, detail: 'switched off', improve: 'jarvis mind set enabled=true' }];
  const isAsked = ({ leavesHouse }: ProviderStatus): boolean => !leavesHouse || settings.privacy === 'may-leave';
  const ready = providers.filter((each) => each.state === 'ready' && isAsked(each));
  const hasLocal = installed.some(({ kind, problem: bad }) => kind === 'chat' && bad === undefined);
  const improve = hasLocal ? undefined : better;
  return [
    {
      name: 'mind',
      // The phrasebook answers without it.
      ok: true,
      detail:
        available && ready.length > 0
          ? `answered by ${ready.map((each) => namesOf(each, installed)).join(', ')}`
          : 'nothing answers what the phrasebook does not know',
      ...(improve === undefined ? {} : { improve }),
    },
    ...providers.filter(({ settings: { type } }) => type !== 'local').map((each) => providerCheck(each, isAsked(each))),
  ];
}

function namesOf({ settings: { id, type, models } }: ProviderStatus, installed: readonly InstalledModel[]): string {
  const names =
    type === 'local' ? installed.filter(({ kind }) => kind === 'chat').map((model) => model.id) : models.map((model) => model.id);
  return names.length === 0 ? id : `${id} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''})`;
}

const STATES: Record<ProviderStatus['state'], string> = {
  ready: 'ready',
  resting: 'rests after failures',
  'no-key': 'has no key',
  off: 'switched off',
  'no-models': 'has no models',
  'over-budget': 'is over the budget',
};

function providerCheck({ settings: { id }, state, leavesHouse, problem }: ProviderStatus, isAsked: boolean): Check {
  const held = isAsked || state === 'off' ? '' : ', and is not asked: nothing may leave the house';
  return {
    name: `provider ${id}`,
    ok: state === 'ready' || state === 'off' || state === 'over-budget',
    detail: `${STATES[state]}${leavesHouse ? ', leaves the house' : ''}${held}${problem === undefined ? '' : `: ${problem}`}`,
    ...(state === 'resting' || state === 'no-key' || state === 'no-models' ? { improve: `jarvis mind provider check ${id}` } : {}),
  };
}
