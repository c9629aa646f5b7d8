import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { hasCode } from '../../store/error-code.ts';
import type { ToolContext, ToolResult } from '../tool.ts';
import type { Bin } from './bin.ts';
import type { Disk } from './disk.ts';
import type { FileAction, FileChange, FileJournal, FileStep } from './file-journal.ts';
import { FileRefusal, fileTrouble } from './file-refusal.ts';
import { type FileRoots, shown } from './file-roots.ts';
import { copyInto, makeInto, moveInto, type PlaceOptions } from './place-file.ts';
import { lookAt, type SeenFile } from './seen-file.ts';

/** What is to be done, as it was told to a person: these files and no others. */
export interface PlannedChange {
  action: FileAction;
  files: SeenFile[];
  /** Where to; absent for the bin. */
  folder?: string;
  /** New name; absent: each keeps its own. */
  name?: string;
  /** For `make`. */
  made?: { type: 'file' | 'folder'; text: string };
  sentence: string;
}

export interface FileHandsOptions {
  roots: FileRoots;
  journal: FileJournal;
  bin: Bin;
  disk: Disk;
  newId(): string;
}

export interface DoneFile {
  from?: string;
  to: string;
}

interface LeftFile {
  name: string;
  reason: string;
}

/** Nothing that follows can work either. */
const HOPELESS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];

/** Changes files: every step is in the journal before it is taken, and looked at afterwards. */
export class FileHands {
  readonly #options: FileHandsOptions;

  constructor(options: FileHandsOptions) {
    this.#options = options;
  }

  async carryOut(plan: PlannedChange, { signal, clock, turnId }: ToolContext): Promise<ToolResult> {
    const { journal, newId } = this.#options;
    const id = newId();
    await journal.begin({ id, at: clock.now(), action: plan.action, sentence: plan.sentence, turnId });
    const done: DoneFile[] = [];
    const left: LeftFile[] = [];
    const notes: string[] = [];
    const work: (SeenFile | undefined)[] = plan.action === 'make' ? [undefined] : plan.files;
    for (const file of work) {
      const name = shown(file?.name ?? plan.name ?? 'it');
      if (signal.aborted) {
        left.push({ name, reason: 'It was called off before that.' });
        continue;
      }
      try {
        const { path, left: note } = await this.#one(plan, file, id, signal);
        if (note !== undefined) notes.push(note);
        const trouble = note === undefined ? this.#afterwards(plan, file, path) : undefined;
        if (trouble === undefined) done.push({ ...(file === undefined ? {} : { from: file.path }), to: path });
        else left.push({ name, reason: trouble });
      } catch (error) {
        left.push({ name, reason: signal.aborted ? 'It was called off meanwhile.' : fileTrouble(error) });
        if (HOPELESS.some((code) => hasCode(error, code))) break;
      }
    }
    return resultOf(id, done, left, notes, work.length);
  }

  /** Takes back what a change did, last step first; what has changed since is left as it is, and said. */
  async takeBack({ id, action, steps }: FileChange, { signal }: ToolContext): Promise<ToolResult> {
    const done: DoneFile[] = [];
    const left: LeftFile[] = [];
    const settled: string[] = [];
    for (const step of steps.toReversed()) {
      const name = shown(basename(step.from ?? step.to));
      if (signal.aborted) {
        left.push({ name, reason: 'It was called off before that.' });
        continue;
      }
      try {
        const path = await this.#back(action, step, signal);
        settled.push(step.to);
        if (path !== undefined) done.push({ from: step.to, to: path });
      } catch (error) {
        left.push({ name, reason: fileTrouble(error) });
      }
    }
    if (settled.length > 0) await this.#options.journal.takenBack(id, settled);
    if (done.length === 0 && left.length === 0) return { outcome: 'rejected', reason: 'There was nothing left to take back.' };
    return resultOf(id, done, left, [], steps.length);
  }

  async #one(plan: PlannedChange, file: SeenFile | undefined, id: string, signal: AbortSignal): Promise<{ path: string; left?: string }> {
    const { journal, bin, disk, newId, roots } = this.#options;
    const { folder, name, made } = plan;
    const step = (to: string, info?: string): Promise<void> =>
      journal.step(id, {
        ...(file === undefined ? {} : { from: file.path }),
        to,
        ...(info === undefined ? {} : { info }),
        bytes: file?.bytes ?? 0,
        modified: file?.modified ?? 0,
        type: file?.type ?? made?.type ?? 'file',
      });
    const options: PlaceOptions = { disk, signal, newId, before: (path) => step(path) };
    // Links on the way may have been changed since the question was asked.
    if (file !== undefined) roots.check(file.path);
    if (file === undefined) {
      if (folder === undefined || name === undefined || made === undefined) throw new FileRefusal('It is not said where.');
      roots.checkTarget(folder);
      return makeInto(made.type, made.text, folder, name, options);
    }
    if (plan.action === 'bin') return bin.put(file, { disk, signal, newId, before: step });
    if (folder === undefined) throw new FileRefusal('It is not said where to.');
    roots.checkTarget(folder);
    return plan.action === 'copy' ? copyInto(file, folder, name ?? file.name, options) : moveInto(file, folder, name ?? file.name, options);
  }

  /** What is wrong with how things are now, in words. */
  #afterwards({ action }: PlannedChange, file: SeenFile | undefined, path: string): string | undefined {
    const found = path.startsWith('bin:') ? undefined : lookAt(path);
    if (found === undefined && !path.startsWith('bin:')) return 'It did not arrive where it should be.';
    if (file !== undefined && found?.type === 'file' && found.bytes !== file.bytes) return 'What arrived is not as large as what was sent.';
    const isCaseChange = file !== undefined && file.path.toLowerCase() === path.toLowerCase();
    if (file !== undefined && action !== 'copy' && !isCaseChange && lookAt(file.path) !== undefined) return 'It is still in its old place.';
    return undefined;
  }

  /** Where it lies now; undefined where the step had never come to be. */
  async #back(action: FileAction, step: FileStep, signal: AbortSignal): Promise<string | undefined> {
    const { bin, disk, newId, roots } = this.#options;
    const options: PlaceOptions = { disk, signal, newId, before: async () => undefined };
    if (action === 'bin' && step.from !== undefined) {
      // The record comes before the step: one that was never taken leaves the file where it is.
      if (!step.to.startsWith('bin:') && lookAt(step.to) === undefined && lookAt(step.from) !== undefined) return undefined;
      roots.check(step.from);
      return (await bin.restore({ was: step.from, path: step.to, info: step.info }, options)).path;
    }
    roots.check(step.to);
    const seen = lookAt(step.to);
    if (seen === undefined) {
      if (step.from === undefined || lookAt(step.from) !== undefined) return undefined;
      throw new FileRefusal('It is no longer where I put it.');
    }
    if (seen.type !== step.type) throw new FileRefusal('Something else is there now.');
    if (action === 'copy' || action === 'make') {
      const isUntouched = action === 'make' || seen.type !== 'file' || (seen.bytes === step.bytes && seen.modified === step.modified);
      if (!isUntouched) throw new FileRefusal('It has been changed since, so I left it.');
      const { path } = await bin.put(seen, { ...options, before: async () => undefined });
      return path;
    }
    if (step.from === undefined) return undefined;
    roots.check(step.from);
    await mkdir(dirname(step.from), { recursive: true });
    return (await moveInto(seen, dirname(step.from), basename(step.from), options)).path;
  }
}

function resultOf(changeId: string, done: DoneFile[], left: LeftFile[], notes: string[], all: number): ToolResult {
  const output = { changeId, done, left };
  if (left.length === 0 && done.length === all)
    return notes.length === 0 ? { outcome: 'confirmed', output } : { outcome: 'accepted', reason: notes.join(' '), output };
  const [first] = left;
  const told = first === undefined ? '' : `${first.name}: ${first.reason}`;
  const more = left.length > 1 ? ` ${left.length - 1} more did not work either.` : '';
  if (done.length === 0) return { outcome: 'failed', reason: `${told}${more}`, output };
  const stopped = all - done.length - left.length;
  return {
    outcome: 'failed',
    reason: `${done.length} of ${all} are done. ${told}${more}${stopped > 0 ? ` I stopped there.` : ''}`,
    output,
  };
}
