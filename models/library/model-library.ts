import { open, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import { Broadcast } from '../../contract/broadcast.ts';
import type { Clock } from '../../contract/clock.ts';
import { type InstalledModel, InstalledModelSchema, type ModelKind, type ModelShape } from '../../contract/models.ts';
import { type FoundModel, kindByName, plainTitle } from './found-model.ts';
import type { ProgramFolders } from './program-folders.ts';
import { scanLmStudio } from './scan-lm-studio.ts';
import { scanOllama } from './scan-ollama.ts';

/** What the header of a model file says. */
export interface InspectedModel {
  kind?: ModelKind | undefined;
  title?: string | undefined;
  quantisation?: string | undefined;
  licence?: string | undefined;
  tools?: boolean | undefined;
  shape?: ModelShape | undefined;
}

export interface ModelLibraryOptions {
  /** Where downloaded models lie; nothing outside of it is ever deleted. */
  folder: string;
  store: { load(): Promise<unknown>; save(value: unknown): Promise<void> };
  clock: Pick<Clock, 'now'>;
  /** Reads the header of a GGUF file; rejects with a sentence for one that is broken. */
  inspect: (path: string) => Promise<InspectedModel>;
  programs: ProgramFolders;
  /** Why a model must not be deleted just now, in words: it is loaded, it is being fetched. */
  inUse?: (model: InstalledModel) => string | undefined;
  /** Keeps other processes out while the list is changed; undefined while another one is at it. Absent: the list is read again before every change, no more. */
  lock?: (folder: string, name: string) => Promise<(() => Promise<void>) | undefined>;
}

export interface NewModel {
  /** Wished name; made into an id. */
  id: string;
  kind: ModelKind;
  title: string;
  path: string;
  sha256?: string | undefined;
  catalogueId?: string | undefined;
  quantisation?: string | undefined;
  licence?: string | undefined;
  tools?: boolean | undefined;
  shape?: ModelShape | undefined;
}

interface Rows {
  models: InstalledModel[];
  /** Rows of another version; they are kept as they are. */
  others: unknown[];
}

/** The models that lie on this machine: fetched ones, and files of others by reference. */
export class ModelLibrary {
  readonly #options: ModelLibraryOptions;
  readonly #changes = new Broadcast<readonly InstalledModel[]>();
  #models: readonly InstalledModel[] = [];
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: ModelLibraryOptions) {
    this.#options = options;
  }

  /** Reads the list and looks after every file. Rejects when the list cannot be read. */
  async open(): Promise<void> {
    await this.check();
  }

  /** As `open`, without writing down what was found: another JARVIS may be at the list. */
  async look(): Promise<void> {
    const { models } = parseRows(await this.#options.store.load());
    this.#models = await this.#checked(models);
  }

  /** As of the last reading or change, oldest first. */
  list(): readonly InstalledModel[] {
    return this.#models;
  }

  find(id: string): InstalledModel | undefined {
    return this.#models.find((each) => each.id === id);
  }

  /** The whole list at every change, until the signal aborts. */
  changes(signal: AbortSignal): AsyncGenerator<readonly InstalledModel[]> {
    return this.#changes.subscribe(signal);
  }

  /** Is the file there, of the same size, with a sane header? Says so at each model. */
  async check(): Promise<readonly InstalledModel[]> {
    await this.#change(({ models }) => this.#checked(models));
    return this.#models;
  }

  /** A file that was fetched. The same file again replaces its line. */
  async addDownloaded(model: NewModel): Promise<InstalledModel> {
    return await this.#add(model, 'downloaded');
  }

  /**
   * A file of the person or of another program, by its path; links stay links, nothing is copied. Rejects in words when it is no model that can be used.
   * `kind` is needed for what is no GGUF.
   */
  async addReference(path: string, told: { title?: string | undefined; kind?: ModelKind | undefined } = {}): Promise<InstalledModel> {
    if (!isAbsolute(path)) throw new Error(`${path} is no whole path.`);
    // Looked at before it is opened: a pipe would never answer.
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile() !== true) throw new Error(`${path} is no file, or may not be read.`);
    const isGguf = await startsAsGguf(path).catch(() => {
      throw new Error(`${path} may not be read.`);
    });
    if (!isGguf && (told.kind === undefined || /\.gguf$/iu.test(path))) throw new Error(`${path} is no GGUF file.`);
    const inspected = isGguf ? await this.#options.inspect(path) : {};
    const name = basename(path).replace(/\.[A-Za-z0-9]{1,8}$/u, '');
    const title = plainTitle(told.title ?? inspected.title ?? name);
    return await this.#add(
      {
        ...inspected,
        id: told.title ?? (/^sha256-/u.test(name) ? title : name),
        title: title === '' ? 'model' : title,
        kind: told.kind ?? inspected.kind ?? kindByName(name),
        path,
      },
      'referenced',
    );
  }

  /** What LM Studio and Ollama have, with the id of those that are in the list already. */
  async scan(): Promise<(FoundModel & { installedId?: string })[]> {
    const { lmStudio, ollama } = this.#options.programs;
    const found = (await Promise.all([...lmStudio.map(scanLmStudio), ...ollama.map(scanOllama)])).flat();
    const known = new Map(await Promise.all(this.#models.map(async (each) => [await realOf(each.path), each.id] as const)));
    const listed = await Promise.all(
      found.map(async (each) => {
        const real = await realOf(each.path);
        const installedId = known.get(real);
        return { real, model: { ...each, ...(installedId !== undefined && { installedId }) } };
      }),
    );
    // The same folder may be reached by two ways.
    return [...new Map(listed.map(({ real, model }) => [`${model.program}\n${real}\n${model.title}`, model])).values()];
  }

  /** Deletes a file of ours; forgets one of others, whose file stays. Rejects in words when it is in use or unknown. */
  async remove(id: string): Promise<InstalledModel> {
    let removed: InstalledModel | undefined;
    await this.#change(async ({ models }) => {
      const model = models.find((each) => each.id === id);
      if (model === undefined) throw new Error(`There is no model ${id} in the list.`);
      const why = this.#options.inUse?.(model);
      if (why !== undefined) throw new Error(why);
      // The file first: a line without its file says so at the next look, a file without a line is never found again.
      if (model.source === 'downloaded') await this.#deleteFile(model);
      removed = model;
      return models.filter((each) => each !== model);
    });
    if (removed === undefined) throw new Error(`${id} could not be removed.`);
    return removed;
  }

  async #deleteFile({ path, title }: InstalledModel): Promise<void> {
    const ours = await realOf(this.#options.folder);
    const inside = relative(ours, join(await realOf(dirname(path)), basename(path)));
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
      throw new Error(`${path} does not lie in the folder of JARVIS, so it is not deleted.`);
    }
    try {
      // A link goes, what it leads to stays.
      await rm(path, { force: true });
    } catch (error) {
      throw new Error(`${title} could not be deleted; perhaps a program still has it open.`, { cause: error });
    }
    if (inside.includes('/') || inside.includes('\\')) await rmdir(dirname(path)).catch(() => undefined);
  }

  async #add(model: NewModel, source: InstalledModel['source']): Promise<InstalledModel> {
    const info = await stat(model.path).catch(() => undefined);
    if (info?.isFile() !== true) throw new Error(`${model.path} is no file, or may not be read.`);
    const real = await realOf(model.path);
    let added: InstalledModel | undefined;
    await this.#change(async ({ models }) => {
      const reals = await Promise.all(models.map((each) => realOf(each.path)));
      const same = models.find((each, index) => reals[index] === real || each.path === model.path);
      const taken = new Set(models.filter((each) => each !== same).map((each) => each.id));
      added = withoutUndefined({
        ...model,
        id: same?.id ?? freeId(model.id, taken),
        bytes: info.size,
        // What is ours stays ours, also when somebody points at it again.
        source: same?.source === 'downloaded' ? 'downloaded' : source,
        path: same?.source === 'downloaded' ? same.path : model.path,
        addedAt: same?.addedAt ?? this.#options.clock.now(),
      });
      const line = added;
      return same === undefined ? [...models, line] : models.map((each) => (each === same ? line : each));
    });
    if (added === undefined) throw new Error(`${model.title} could not be added.`);
    return added;
  }

  #checked(models: readonly InstalledModel[]): Promise<InstalledModel[]> {
    return Promise.all(
      models.map(async ({ problem: _, ...model }) => {
        const problem = await this.#problemOf(model);
        return problem === undefined ? model : { ...model, problem };
      }),
    );
  }

  async #problemOf(model: InstalledModel): Promise<string | undefined> {
    try {
      const info = await stat(model.path);
      if (!info.isFile()) return `${model.path} is no file any more.`;
      if (info.size !== model.bytes) return `The file has changed: it has ${info.size} bytes instead of ${model.bytes}.`;
      if (await startsAsGguf(model.path)) await this.#options.inspect(model.path);
      else if (/\.gguf$/iu.test(model.path)) return 'The file is broken: it does not begin as a GGUF file does.';
      return undefined;
    } catch (error) {
      if (error instanceof Error && 'code' in error) {
        return error.code === 'ENOENT' ? `The file is gone: ${model.path}` : `The file cannot be read: ${model.path}`;
      }
      return error instanceof Error ? error.message : 'The file is broken.';
    }
  }

  /** One change after the other, each on the newest list. */
  async #change(act: (rows: Rows) => Promise<InstalledModel[]>): Promise<void> {
    const next = this.#changing
      .catch(() => undefined)
      .then(async () => {
        const release = await this.#options.lock?.(this.#options.folder, 'models');
        if (this.#options.lock !== undefined && release === undefined)
          throw new Error('Another JARVIS is changing the list of models; try again.');
        try {
          const rows = parseRows(await this.#options.store.load());
          const models = await act(rows);
          if (JSON.stringify(models) !== JSON.stringify(rows.models)) await this.#options.store.save([...models, ...rows.others]);
          this.#models = models;
        } finally {
          await release?.();
        }
        this.#changes.publish(this.#models);
      });
    this.#changing = next;
    await next;
  }
}

/** No list yet is an empty one; anything else that is no list was damaged, and is not written over. */
function parseRows(value: unknown): Rows {
  const rows = z.array(z.unknown()).safeParse(value ?? []).data;
  if (rows === undefined) throw new Error('The list of models is damaged; put back a copy of it, or move it away.');
  const parsed = rows.map((row) => ({ row, model: InstalledModelSchema.safeParse(row).data }));
  return {
    models: parsed.flatMap(({ model }) => model ?? []),
    others: parsed.filter(({ model }) => model === undefined).map(({ row }) => row),
  };
}

/** `Llama 3.1:8B` becomes `llama-3.1-8b`; a number behind it where another model has that name. */
function freeId(text: string, taken: ReadonlySet<string>): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/gu, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/gu, '')
    .slice(0, 150);
  const base = plain === '' ? 'model' : plain;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** What a schema with optional fields takes: absent, not undefined. */
function withoutUndefined(model: { [Key in keyof InstalledModel]: InstalledModel[Key] | undefined }): InstalledModel {
  return InstalledModelSchema.parse(Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined)));
}

async function realOf(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

async function startsAsGguf(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'GGUF';
  } finally {
    await file.close();
  }
}
