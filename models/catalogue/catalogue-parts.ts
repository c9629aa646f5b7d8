import type { CatalogueEntry, ModelFile, ModelShape } from '../../contract/models.ts';

type Licence = CatalogueEntry['licence'];

const llama = (version: string): Licence => ({
  name: `Llama ${version} Community License`,
  url: `https://www.llama.com/llama${version.replace('.', '_')}/license/`,
  mustAccept: true,
});

export const LICENCES = {
  apache: { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  mit: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  gemma: { name: 'Gemma Terms of Use', url: 'https://ai.google.dev/gemma/terms', mustAccept: true },
  llama31: llama('3.1'),
  llama32: llama('3.2'),
  llama33: llama('3.3'),
  ccBy: { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
  notForTrade: { name: 'CC BY-NC-SA 4.0 (not for trade)', url: 'https://creativecommons.org/licenses/by-nc-sa/4.0/', mustAccept: true },
} satisfies Record<string, Licence>;

/** Quantisation, bytes, and the sum where one is known. */
export type Published = readonly [quantisation: string, bytes: number, sha256?: string];

/** `owner/name` at Hugging Face. */
export const huggingFace = (repository: string, path: string, revision = 'main'): string =>
  `https://huggingface.co/${repository}/resolve/${revision}/${path}`;

/** Files of one repository that are called `stem-Q4_K_M.gguf`, or as `between` says. */
export function ggufFiles(repository: string, stem: string, published: readonly Published[], between = '-'): ModelFile[] {
  return published.map(([quantisation, bytes, sha256]) => {
    const name = `${stem}${between}${quantisation}.gguf`;
    return { quantisation, name, url: huggingFace(repository, name), bytes, ...(sha256 === undefined ? {} : { sha256 }) };
  });
}

/** Layers, width, heads, heads of the cache, length of a head, vocabulary, trained context, parameters. */
export type Measures = readonly [
  layers: number,
  embedding: number,
  heads: number,
  kvHeads: number,
  headLength: number,
  vocabulary: number,
  contextLength: number,
  parameters: number,
];

export function shape(
  architecture: string,
  measures: Measures,
  more: Pick<ModelShape, 'slidingWindow' | 'activeParameters'> = {},
): ModelShape {
  const [layers, embedding, heads, kvHeads, headLength, vocabulary, contextLength, parameters] = measures;
  return {
    architecture,
    parameters,
    layers,
    embedding,
    heads,
    kvHeads,
    keyLength: headLength,
    valueLength: headLength,
    vocabulary,
    contextLength,
    ...more,
  };
}
