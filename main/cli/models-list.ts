import type { ListedModel, ModelsReport } from '../../contract/models.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { type ModelsDoor, openModels } from './models-door.ts';
import type { ListOptions, ModelsOptions } from './models-options.ts';
import { modelsTable } from './models-table.ts';
import { downloadWords, KIND_WORDS, machineWords, packWords } from './models-words.ts';
import { CommandError, print, printJson } from './output.ts';

/** Exit code 1 when nothing is left of the list. */
export async function listModels(options: ListOptions): Promise<void> {
  await using door = await openModels('look');
  const report = await door.report(options.context);
  const models = report.models.filter(
    (model) =>
      (options.kind === undefined || model.kind === options.kind) &&
      (options.installed !== true || model.installed !== undefined) &&
      (options.fits !== true || model.fit?.verdict !== 'no'),
  );
  if (options.json === true) printJson({ ...report, models });
  else show(report, models);
  if (models.length === 0) throw new CommandError(options.json === true ? '' : nothingOf(options), 1);
}

function show(report: ModelsReport, models: readonly ListedModel[]): void {
  const { machine, build, pack, plan, folder, freeBytes, downloads, pool } = report;
  print(machineWords(machine));
  print(`Engine: ${build.build} (${packWords(pack)}). ${build.because}`);
  if (models.length > 0) {
    print('');
    for (const line of modelsTable(models, process.stdout.isTTY === true ? process.stdout.columns : undefined)) print(line);
    print('★ the one to take here   ✓ on this machine   ● loaded   ↓ being fetched   ! of no use as it is');
    const [fit] = models.flatMap((model) => model.fit ?? []);
    if (fit !== undefined)
      print(`With a context of ${fit.contextSize.toLocaleString('en-GB')} tokens; tokens/s are estimated from the speed of the memory.`);
  }
  print('');
  print(plan.sentence);
  if (pool.reduced !== undefined) print(pool.reduced);
  for (const download of downloads.filter(({ state }) => state !== 'done' && state !== 'cancelled'))
    print(`${download.title}: ${downloadWords(download)}`);
  for (const { installed } of models) if (installed?.problem !== undefined) print(`${installed.id}: ${installed.problem}`);
  print(`Models lie in ${folder}${freeBytes === undefined ? '' : `, where ${bytesInWords(freeBytes)} are free`}.`);
}

function nothingOf({ kind, installed, fits }: ListOptions): string {
  const what = kind === undefined ? 'model' : `${kind} model`;
  if (installed === true) return `No ${what} is on this machine yet. "jarvis models pull ID" fetches one.`;
  return `There is no ${what}${fits === true ? ' that fits this machine' : ''} in the list.`;
}

export async function showModel(wanted: string, { json }: ModelsOptions): Promise<void> {
  await using door = await openModels('look');
  const model = await listedModel(door, wanted);
  if (json === true) {
    printJson(model);
    return;
  }
  const { entry, file, installed, fit, download, resident, recommended } = model;
  print(`${model.title} (${installed?.id ?? model.id}, ${KIND_WORDS[model.kind].toLowerCase()})`);
  if (entry !== undefined) {
    print(`${entry.goodFor} By ${entry.publisher}.`);
    const { name, url, mustAccept } = entry.licence;
    print(`Licence: ${name}${url === undefined ? '' : `, ${url}`}${mustAccept === true ? ' (has to be accepted)' : ''}`);
    if (entry.languages !== undefined) print(`Languages: ${entry.languages.join(', ')}`);
  } else if (installed?.licence !== undefined) print(`Licence: ${installed.licence}`);
  const shape = installed?.shape ?? entry?.shape;
  if (shape !== undefined)
    print(`Built as ${shape.architecture}, ${shape.layers} layers, trained for ${shape.contextLength.toLocaleString('en-GB')} tokens`);
  const tools = installed?.tools ?? entry?.tools;
  if (tools !== undefined) print(tools ? 'Knows how to use tools.' : 'Was not taught to use tools.');
  print(fit === undefined ? `${bytesInWords(model.bytes)} on disk.` : fit.sentence);
  if (recommended) print('It is the one to take for this machine.');
  if (model.unused !== undefined) print(model.unused);
  if (entry !== undefined) {
    print('Files:');
    for (const each of entry.files)
      print(
        `  ${each.quantisation.padEnd(8)} ${each.estimated === true ? '~' : ''}${bytesInWords(each.bytes)}  ${each.name}${each === file || each.name === file?.name ? '  (this one)' : ''}`,
      );
    if (file?.sha256 !== undefined) print(`  sha256 ${file.sha256}`);
  }
  if (installed !== undefined) {
    print(
      `Lies at ${installed.path}${installed.source === 'referenced' ? ' (a file of yours, or of another program; only referred to)' : ''}`,
    );
    if (installed.problem !== undefined) print(`It cannot be used: ${installed.problem}`);
  }
  if (resident !== undefined)
    print(`It is ${resident.state === 'ready' ? 'loaded' : resident.state}, ${resident.gpuLayers} layers on the card.`);
  if (download !== undefined) print(`Download: ${downloadWords(download)}`);
  if (installed === undefined && download === undefined) print(`Fetch it: jarvis models pull ${nameToPull(model)}`);
}

const nameToPull = ({ id, entry, file }: ListedModel): string =>
  entry === undefined || file === undefined
    ? id
    : entry.files[0] === file || entry.files[0]?.name === file.name
      ? entry.id
      : `${entry.id}:${file.quantisation}`;

/** By the id of the list, of what is installed, or as it is pulled (`ID`, `ID:QUANT`). Throws in words that name near ones. */
export async function listedModel(door: Pick<ModelsDoor, 'report'>, wanted: string): Promise<ListedModel> {
  const { models } = await door.report();
  const found = modelNamed(models, wanted);
  if (found !== undefined) return found;
  const word = wanted.toLowerCase().split(':')[0] ?? '';
  const near = [...new Set(models.filter(({ id }) => word.length >= 3 && id.includes(word)).map(({ id, entry }) => entry?.id ?? id))];
  const hint = near.length === 0 ? '“jarvis models list” shows what there is' : `did you mean ${near.slice(0, 4).join(', ')}?`;
  throw new CommandError(`There is no model called ${wanted.slice(0, 80)}; ${hint}`, 1);
}

export function modelNamed(models: readonly ListedModel[], wanted: string): ListedModel | undefined {
  const name = wanted.toLowerCase();
  const exact = models.find(({ id, installed }) => installed?.id === wanted || id.toLowerCase() === name);
  if (exact !== undefined) return exact;
  const [id, quantisation] = name.split(':');
  const ofEntry = models.filter(({ entry }) => entry?.id === id);
  if (quantisation !== undefined) return ofEntry.find((model) => model.quantisation.toLowerCase() === quantisation);
  const first = ofEntry[0]?.entry?.files[0]?.name;
  return ofEntry.find(({ installed }) => installed !== undefined) ?? ofEntry.find(({ file }) => file?.name === first);
}
