import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { EngineBuild } from '../../contract/models.ts';
import type { ModelBench } from '../../contract/models-interface.ts';
import { bytesInWords } from '../../models/download/download-trouble.ts';
import { inGigabytes } from '../../models/fit/fit-sentence.ts';
import { systemClock } from '../host/system-clock.ts';
import { type ModelsDoor, openModels } from './models-door.ts';
import { listedModel } from './models-list.ts';
import type { EngineWish, ImportOptions, LoadOptions, ModelsOptions, RemoveOptions } from './models-options.ts';
import { ProgressLines } from './models-progress.ts';
import { partOfPack } from './models-pull.ts';
import { packWords, speedWords } from './models-words.ts';
import { CommandError, print, printJson } from './output.ts';
import { isTerminal } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** A file where it lies, or with `found` a look at what other programs have. */
export async function importModel(path: string | undefined, { json, title, found }: ImportOptions): Promise<void> {
  if (found === true) return listFound(json === true);
  if (path === undefined) throw new CommandError('Which file? Give its path, or --found to see what other programs have.');
  await using door = await openModels('act');
  const model = await door.import(resolve(path), title);
  if (json === true) printJson(model);
  else print(`${model.title} is known as ${model.id}; the file stays where it is.`);
}

async function listFound(json: boolean): Promise<void> {
  await using door = await openModels('look');
  const found = await door.found();
  if (json) {
    for (const each of found) printJson(each);
    return;
  }
  for (const { title, bytes, from, path, installedAs } of found)
    print(
      `${title}  ${bytesInWords(bytes)}, of ${from === 'ollama' ? 'Ollama' : from === 'lm-studio' ? 'LM Studio' : 'yours'}${installedAs === undefined ? '' : `, known as ${installedAs}`}\n  ${path}`,
    );
  if (found.length === 0) print('LM Studio and Ollama have no models here.');
  else if (found.some(({ installedAs }) => installedAs === undefined)) print('Use one where it lies: jarvis models import PATH');
}

export async function removeModel(wanted: string, { json, yes }: RemoveOptions): Promise<void> {
  await using door = await openModels('act');
  const { installed } = await listedModel(door, wanted);
  if (installed === undefined) throw new CommandError(`${wanted} is not on this machine.`, 1);
  if (yes !== true) {
    if (!isTerminal()) throw new CommandError('Nobody is here to be asked. Say it with --yes.');
    const question =
      installed.source === 'downloaded'
        ? `Delete ${installed.path} (${bytesInWords(installed.bytes)})?`
        : `Forget ${installed.title}? The file stays.`;
    if (!(await askYes(`${question} (y/N) `))) throw new CommandError('Nothing was changed.', 1);
  }
  const { deleted } = await door.remove(installed.id);
  if (json === true) printJson({ id: installed.id, deleted });
  else print(deleted ? `${installed.title} is deleted.` : `${installed.title} is forgotten here; its file stays.`);
}

async function askYes(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/iu.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

export async function loadModel(id: string, { json, keep }: LoadOptions): Promise<void> {
  using interrupted = untilInterrupted();
  await using door = await openModels('act');
  const { loadMs } = await unlessInterrupted(door.load(id, keep === true, interrupted.signal), interrupted.signal);
  if (json === true) printJson({ id, loadMs, loaded: door.isRunning, kept: keep === true });
  else if (door.isRunning) print(`${id} is loaded (${secondsOf(loadMs)})${keep === true ? ' and stays so' : ''}.`);
  else
    print(
      `${id} can be loaded (${secondsOf(loadMs)}). No JARVIS runs, so it is not in memory any more${keep === true ? '; the next one that starts loads it and keeps it' : '; "jarvis start" starts one'}.`,
    );
}

export async function unloadModel(id: string, { json }: ModelsOptions): Promise<void> {
  await using door = await openModels('act');
  await door.unload(id);
  if (json === true) printJson({ id, loaded: false });
  else print(door.isRunning ? `${id} has left the memory.` : `No JARVIS runs, so nothing is loaded; ${id} is not kept loaded from now on.`);
}

export async function benchModel(id: string, { json }: ModelsOptions): Promise<void> {
  using interrupted = untilInterrupted();
  await using door = await openModels('act');
  const bench = await unlessInterrupted(door.bench(id, interrupted.signal), interrupted.signal);
  if (json === true) printJson(bench);
  else for (const line of benchLines(bench)) print(line);
}

function benchLines({
  id,
  loadMs,
  coldFirstTokenMs,
  warmFirstTokenMs,
  promptTokens,
  tokensPerSecond,
  tokens,
  gpuBytes,
  memoryBytes,
}: ModelBench): string[] {
  return [
    id,
    `Loaded in ${secondsOf(loadMs)}: ${gpuBytes === 0 ? '' : `${inGigabytes(gpuBytes)} on the card, `}${inGigabytes(memoryBytes)} of memory`,
    `First token after ${secondsOf(coldFirstTokenMs)} for a prompt of ${promptTokens} tokens, after ${secondsOf(warmFirstTokenMs)} when it was known already`,
    tokensPerSecond > 0
      ? `${speedWords(tokensPerSecond)} tokens a second, over ${tokens} tokens`
      : `It said only ${tokens} ${tokens === 1 ? 'token' : 'tokens'}, which is too little to measure.`,
  ];
}

const secondsOf = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

export async function useEngine({ act, build }: EngineWish, { json }: ModelsOptions): Promise<void> {
  await using door = await openModels(act === undefined ? 'look' : 'act');
  if (act === 'rm') {
    if (build === undefined) throw new CommandError('Which one? Give its name: jarvis models engine rm cpu');
    await door.removeEngine(build);
  } else if (act === 'fetch') await fetchEngine(door, build, json === true);
  const { build: choice, pack, machine } = await door.report();
  if (json === true) {
    printJson({ choice, pack });
    return;
  }
  if (act === 'rm') print(`The engine ${build} is gone.`);
  print(`For this machine: ${choice.build}${choice.forced ? ' (the settings say so)' : ''}. ${choice.because}`);
  if (choice.others.length > 0) print(`Others that run here: ${choice.others.join(', ')}`);
  for (const { name, computeCapability, driver, cuda } of machine.cards)
    print(
      `Card: ${name}${computeCapability === undefined ? '' : `, compute capability ${computeCapability}`}${driver === undefined ? '' : `, driver ${driver}`}${cuda === undefined ? '' : ` (CUDA ${cuda})`}`,
    );
  print(`Engine ${pack.build} ${pack.version}: ${packWords(pack)}${pack.path === undefined ? '' : `, ${pack.path}`}`);
  if (pack.state === 'absent' || pack.state === 'broken') print('Fetch it: jarvis models engine fetch');
}

async function fetchEngine(door: ModelsDoor, build: EngineBuild | undefined, isQuiet: boolean): Promise<void> {
  using interrupted = untilInterrupted();
  const looking = new AbortController();
  const lines = new ProgressLines({
    write: (text) => process.stderr.write(text),
    columns: () => (process.stderr.isTTY === true && process.env.TERM !== 'dumb' ? process.stderr.columns : undefined),
    clock: systemClock,
  });
  const show = async (): Promise<void> => {
    for await (const { pack } of door.progress(looking.signal)) if (pack.state === 'fetching' && !isQuiet) lines.show([partOfPack(pack)]);
  };
  // How it ends is told by the fetching itself.
  const showing = show().catch(() => undefined);
  try {
    await unlessInterrupted(door.fetchEngine(build), interrupted.signal);
  } finally {
    looking.abort();
    await showing;
    lines.end();
  }
}

/** What was asked of a running JARVIS is not called off; it is only waited for no longer. */
async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new CommandError('Interrupted.', 130));
  signal.addEventListener('abort', stop, { once: true });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
