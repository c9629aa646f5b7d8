import type { Download, Fit, InstalledModel, ListedModel, Machine, ModelFile, ModelKind, ResidentModel } from '../../contract/models.ts';
import { ModelKindSchema } from '../../contract/models.ts';
import { CATALOGUE } from '../../models/catalogue/catalogue.ts';
import { fitOf } from '../../models/fit/fit-of.ts';
import { recommend } from '../../models/fit/recommend.ts';

export interface ListParts {
  machine: Machine;
  /** Tokens that are wanted. */
  contextSize: number;
  installed: readonly InstalledModel[];
  downloads: readonly Download[];
  resident: readonly ResidentModel[];
}

/** Kinds whose engines are still to come. They can be fetched; nobody should think that something changes by it. */
const UNUSED: Partial<Record<ModelKind, string>> = {
  vision: 'Pictures are not understood yet: such a model would only talk.',
  embedding: 'Search by meaning is still to come: conversations are searched by words.',
  stt: 'Hearing goes by phrases alone so far: no engine takes this file yet.',
  tts: 'JARVIS speaks with eSpeak NG so far: no engine takes this file yet.',
  wake: 'The wake word is heard by Porcupine so far: no engine takes this file yet.',
  vad: 'Name its file as `voice.vad.model` in settings.yaml; it is not taken by itself.',
};

const unusedOf = (kind: ModelKind): { unused?: string } => {
  const unused = UNUSED[kind];
  return unused === undefined ? {} : { unused };
};

/** Name under which a file of the list is installed. */
export const modelIdOf = (entryId: string, { quantisation }: Pick<ModelFile, 'quantisation'>): string =>
  quantisation === '-' ? entryId : `${entryId}-${quantisation.toLowerCase()}`;

/** Every model of the list and every one that is here, each with what it would take on this machine; by kind, the recommended one first, then the better. */
export function listModels(parts: ListParts): ListedModel[] {
  const { installed, machine, contextSize } = parts;
  const recommended = new Map<ModelKind, string>();
  for (const kind of ModelKindSchema.options) {
    const best = recommend(kind, machine, CATALOGUE, contextSize);
    if (best !== undefined) recommended.set(kind, modelIdOf(best.entry.id, best.file));
  }
  const listed = CATALOGUE.flatMap((entry): ListedModel[] => {
    const helpers = new Set(entry.files.flatMap(({ alongside = [] }) => alongside));
    return entry.files
      .filter(({ name }) => !helpers.has(name))
      .map((file) => {
        const id = modelIdOf(entry.id, file);
        const here = installed.find(
          (model) => model.id === id || (model.catalogueId === entry.id && model.quantisation === file.quantisation),
        );
        return {
          id,
          kind: entry.kind,
          title: entry.title,
          quantisation: file.quantisation,
          bytes: file.bytes,
          entry,
          file,
          recommended: recommended.get(entry.kind) === id && UNUSED[entry.kind] === undefined,
          ...unusedOf(entry.kind),
          ...about(here?.id ?? id, here, parts),
          ...(entry.shape === undefined
            ? {}
            : { fit: fitOf(entry.shape, file.bytes, file.quantisation, machine, { contextSize, title: entry.title }) }),
        };
      });
  });
  const shown = new Set(listed.flatMap(({ installed: here }) => (here === undefined ? [] : [here.id])));
  const others = installed
    .filter(({ id }) => !shown.has(id))
    .map(
      (model): ListedModel => ({
        id: model.id,
        kind: model.kind,
        title: model.title,
        quantisation: model.quantisation ?? '-',
        bytes: model.bytes,
        recommended: false,
        ...unusedOf(model.kind),
        ...about(model.id, model, parts),
        ...fitOfInstalled(model, machine, contextSize),
      }),
    );
  return [...others, ...listed].sort(inOrder);
}

export function fitOfInstalled(model: InstalledModel, machine: Machine, contextSize: number): { fit?: Fit } {
  if (model.shape === undefined) return {};
  return { fit: fitOf(model.shape, model.bytes, model.quantisation ?? '-', machine, { contextSize, title: model.title }) };
}

function about(
  id: string,
  installed: InstalledModel | undefined,
  { downloads, resident }: ListParts,
): Pick<ListedModel, 'installed' | 'download' | 'resident'> {
  const download = downloads.findLast((each) => each.modelId === id && each.state !== 'done' && each.state !== 'cancelled');
  const loaded = resident.find((each) => each.modelId === id);
  return {
    ...(installed === undefined ? {} : { installed }),
    ...(download === undefined ? {} : { download }),
    ...(loaded === undefined ? {} : { resident: loaded }),
  };
}

const KINDS = ModelKindSchema.options;

function inOrder(one: ListedModel, other: ListedModel): number {
  const rank = (model: ListedModel): number => (model.installed === undefined ? (model.recommended ? 1 : 2) : 0);
  return (
    KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) ||
    rank(one) - rank(other) ||
    (other.entry?.quality ?? 0) - (one.entry?.quality ?? 0) ||
    one.bytes - other.bytes
  );
}
