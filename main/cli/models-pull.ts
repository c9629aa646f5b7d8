import { createInterface } from 'node:readline/promises';
import type { Download, EnginePack } from '../../contract/models.ts';
import { findInCatalogue } from '../../models/catalogue/catalogue.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { systemClock } from '../host/system-clock.ts';
import { type ModelsDoor, openModels } from './models-door.ts';
import { modelNamed } from './models-list.ts';
import type { ModelsOptions, PullOptions } from './models-options.ts';
import { type Part, ProgressLines } from './models-progress.ts';
import { downloadWords } from './models-words.ts';
import { CommandError, complain, print, printJson } from './output.ts';
import { isTerminal } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** As a shell counts a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Waits until it is here. Exit code 1 when it does not come, 130 when Ctrl-C paused it. */
export async function pullModel(wanted: string, options: PullOptions): Promise<void> {
  const accepted = await acceptLicence(wanted, options);
  await using door = await openModels('fetch');
  const there = modelNamed((await door.report()).models, wanted)?.installed;
  if (there !== undefined && there.problem === undefined) {
    if (options.json === true) printJson(there);
    else print(`${there.title} is here already: ${there.path}`);
    return;
  }
  const download = await door.pull(wanted, accepted);
  await follow(door, download, options);
}

/** True: the person has accepted it, or there is nothing to accept. */
async function acceptLicence(wanted: string, { acceptLicence: accepted, json }: PullOptions): Promise<boolean> {
  const entry = findInCatalogue(wanted)?.entry;
  if (entry === undefined) return accepted ?? false;
  const { name, url, mustAccept } = entry.licence;
  const words = `${name}${url === undefined ? '' : ` (${url})`}`;
  if (json !== true || mustAccept === true) complain(`${entry.title} comes under this licence: ${words}.`);
  if (mustAccept !== true || accepted === true) return accepted ?? false;
  if (!isTerminal()) throw new CommandError('It has to be accepted first: read it, and say it with --accept-licence.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Do you accept it? (y/N) ');
    if (/^y(es)?$/iu.test(answer.trim())) return true;
  } finally {
    terminal.close();
  }
  throw new CommandError('Without that it is not fetched.');
}

export async function steerDownload(what: 'pause' | 'resume' | 'cancel', id: string, options: ModelsOptions): Promise<void> {
  await using door = await openModels('fetch');
  const download = theDownload((await door.report()).downloads, id);
  await door.steer(what, download.id);
  if (what === 'resume') {
    await follow(door, download, options);
    return;
  }
  if (options.json === true) printJson({ id: download.id, modelId: download.modelId, state: what === 'pause' ? 'paused' : 'cancelled' });
  else
    print(what === 'pause' ? `${download.title} rests. Go on: jarvis models resume ${download.modelId}` : `${download.title} is given up.`);
}

/** By the model's id, the download's own, or the beginning of either. */
function theDownload(downloads: readonly Download[], id: string): Download {
  const open = downloads.filter(({ state }) => state !== 'done' && state !== 'cancelled');
  const exact = open.filter((each) => each.id === id || each.modelId === id);
  const near =
    exact.length > 0 ? exact : open.filter((each) => each.id.startsWith(id) || each.modelId.startsWith(id.replace(':', '-').toLowerCase()));
  const [first] = near;
  if (first === undefined)
    throw new CommandError(
      open.length === 0
        ? 'Nothing is being fetched.'
        : `"${id}" is not being fetched; there is: ${open.map(({ modelId }) => modelId).join(', ')}.`,
      1,
    );
  if (new Set(near.map(({ modelId }) => modelId)).size > 1) throw new CommandError(`Several begin with "${id}"; give more of it.`, 1);
  return first;
}

const atRest = ({ state }: Download): boolean => state === 'done' || state === 'failed' || state === 'cancelled' || state === 'paused';

/** Shows how it comes, until it and what belongs to it are here. */
async function follow(door: ModelsDoor, download: Download, { json }: ModelsOptions): Promise<void> {
  using interrupted = untilInterrupted();
  const looking = new AbortController();
  const lines = new ProgressLines({
    write: (text) => process.stderr.write(text),
    columns: () => (process.stderr.isTTY === true && process.env.TERM !== 'dumb' ? process.stderr.columns : undefined),
    clock: systemClock,
  });
  let last: Download[] = [download];
  let pack: EnginePack | undefined;
  let told = false;
  const stop = AbortSignal.any([interrupted.signal, looking.signal]);
  // Others of the same model that ended earlier are not waited for.
  const before = new Set((await door.report()).downloads.filter((each) => each.id !== download.id && atRest(each)).map(({ id }) => id));
  try {
    for await (const now of door.progress(stop)) {
      const mine = now.downloads.filter((each) => each.modelId === download.modelId && !before.has(each.id));
      if (mine.length > 0) last = mine;
      pack = now.pack;
      const isFetchingEngine = pack.state === 'fetching';
      if (isFetchingEngine && !told && json !== true) complain('The engine for local models is not here yet; it is fetched, too.');
      told ||= isFetchingEngine;
      if (json !== true) lines.show([...last.map(partOf), ...(isFetchingEngine ? [partOfPack(pack)] : [])]);
      if (last.every(atRest) && !isFetchingEngine) break;
    }
  } finally {
    looking.abort();
    lines.end();
  }
  const open = last.filter((each) => !atRest(each));
  if (interrupted.signal.aborted && open.length > 0) {
    await Promise.allSettled(open.map(({ id }) => door.steer('pause', id)));
    throw new CommandError(
      `${download.title} rests at ${bytesInWords(sum(last))}. Go on: jarvis models resume ${download.modelId}`,
      INTERRUPTED,
    );
  }
  const bad = last.find(({ state }) => state !== 'done');
  if (bad !== undefined) {
    if (json === true) printJson(bad);
    throw new CommandError(
      json === true
        ? ''
        : `${bad.title} did not come: ${bad.problem ?? downloadWords(bad)}${bad.state === 'paused' ? ` Go on: jarvis models resume ${bad.modelId}` : ''}`,
      1,
    );
  }
  const { models } = await door.report();
  const here = models.find(({ installed }) => installed?.id === download.modelId)?.installed;
  if (json === true) printJson(here ?? last[0]);
  else
    print(
      here === undefined ? `${download.title} is here.` : `${here.title} is here: ${here.path}\nTry it: jarvis models bench ${here.id}`,
    );
  if (pack?.state === 'broken') throw new CommandError(`The engine did not come: ${pack.problem ?? 'it is broken'}`, 1);
}

const sum = (downloads: readonly Download[]): number => downloads.reduce((total, { doneBytes }) => total + doneBytes, 0);

const DOING: Partial<Record<Download['state'], string>> = { waiting: 'waiting', checking: 'checking', paused: 'paused', failed: 'failed' };

const partOf = ({ id, title, doneBytes, totalBytes, bytesPerSecond, state }: Download): Part => ({
  key: id,
  title,
  done: doneBytes,
  total: totalBytes,
  ...(state === 'running' ? { rate: bytesPerSecond } : { doing: DOING[state] }),
});

export const partOfPack = ({ build, bytes, doneBytes }: EnginePack): Part => ({
  key: `engine ${build}`,
  title: `Engine ${build}`,
  done: doneBytes ?? 0,
  total: bytes,
});
