import type { CatalogueEntry } from '../../contract/models.ts';
import { ggufFiles, huggingFace, LICENCES, shape } from './catalogue-parts.ts';

const embedding = (entry: Omit<CatalogueEntry, 'kind'>): CatalogueEntry => ({ kind: 'embedding', ...entry });

export const EMBEDDING_MODELS: readonly CatalogueEntry[] = [
  embedding({
    id: 'all-minilm-l6-v2',
    title: 'all-MiniLM L6 v2',
    publisher: 'Sentence Transformers',
    licence: LICENCES.apache,
    goodFor: 'The smallest: English notes and short sentences.',
    quality: 40,
    languages: ['en'],
    shape: shape('bert', [6, 384, 12, 12, 32, 30_522, 512, 22_565_376]),
    files: ggufFiles('second-state/All-MiniLM-L6-v2-Embedding-GGUF', 'all-MiniLM-L6-v2', [
      ['Q8_0', 25_008_064, '263215c3cadd6e16740741a7624ab4cbb6c8e777688bd5331ecfbf5681c2f8ed'],
    ]),
  }),
  embedding({
    id: 'bge-small-en-v1.5',
    title: 'BGE small v1.5',
    publisher: 'BAAI',
    licence: LICENCES.mit,
    goodFor: 'English search on any machine.',
    quality: 50,
    languages: ['en'],
    shape: shape('bert', [12, 384, 12, 12, 32, 30_522, 512, 33_360_000]),
    files: [
      {
        quantisation: 'Q8_0',
        name: 'bge-small-en-v1.5-q8_0.gguf',
        url: huggingFace('CompendiumLabs/bge-small-en-v1.5-gguf', 'bge-small-en-v1.5-q8_0.gguf'),
        bytes: 36_806_944,
        sha256: 'ec38e8da142596baa913124ae50550de284b6916bf59577ef2f0cb9660c2f514',
      },
    ],
  }),
  embedding({
    id: 'nomic-embed-text-v1.5',
    title: 'nomic-embed-text v1.5',
    publisher: 'Nomic AI',
    licence: LICENCES.apache,
    goodFor: 'English search over longer texts; needs its prefixes "search_query:" and "search_document:".',
    quality: 58,
    languages: ['en'],
    shape: shape('nomic-bert', [12, 768, 12, 12, 64, 30_522, 2048, 136_727_040]),
    files: ggufFiles(
      'nomic-ai/nomic-embed-text-v1.5-GGUF',
      'nomic-embed-text-v1.5',
      [['Q8_0', 146_146_432, '3e24342164b3d94991ba9692fdc0dd08e3fd7362e0aacc396a9a5c54a544c3b7']],
      '.',
    ),
  }),
  embedding({
    id: 'embeddinggemma-300m',
    title: 'EmbeddingGemma 300M',
    publisher: 'Google',
    licence: LICENCES.gemma,
    goodFor: 'A hundred languages on little machines.',
    quality: 62,
    shape: shape('gemma-embedding', [24, 768, 3, 1, 256, 262_144, 2048, 302_863_104], { slidingWindow: { tokens: 512, layers: 20 } }),
    files: [
      {
        quantisation: 'Q8_0',
        name: 'embeddinggemma-300m-qat-Q8_0.gguf',
        url: huggingFace('ggml-org/embeddinggemma-300m-qat-q8_0-GGUF', 'embeddinggemma-300m-qat-Q8_0.gguf'),
        bytes: 321_792_048,
        estimated: true,
        sha256: '6fa0c02a9c302be6f977521d399b4de3a46310a4f2621ee0063747881b673f67',
      },
    ],
  }),
  embedding({
    id: 'bge-m3',
    title: 'BGE M3',
    publisher: 'BAAI',
    licence: LICENCES.mit,
    goodFor: 'Search across languages and long texts.',
    quality: 66,
    shape: shape('bert', [24, 1024, 16, 16, 64, 250_002, 8192, 566_700_000]),
    files: [
      {
        quantisation: 'Q8_0',
        name: 'bge-m3-q8_0.gguf',
        url: huggingFace('ggml-org/bge-m3-Q8_0-GGUF', 'bge-m3-q8_0.gguf'),
        bytes: 634_553_760,
        sha256: 'aa473d51f451a22f0fcf39ba3330c14bed38a385712b1113440f69df4047a173',
      },
    ],
  }),
  embedding({
    id: 'qwen3-embedding-0.6b',
    title: 'Qwen3 Embedding 0.6B',
    publisher: 'Qwen (Alibaba)',
    licence: LICENCES.apache,
    goodFor: 'The best search of its size, in a hundred languages.',
    quality: 70,
    shape: shape('qwen3', [28, 1024, 16, 8, 128, 151_669, 32_768, 595_776_512]),
    files: ggufFiles('Qwen/Qwen3-Embedding-0.6B-GGUF', 'Qwen3-Embedding-0.6B', [
      ['Q8_0', 639_150_592, '06507c7b42688469c4e7298b0a1e16deff06caf291cf0a5b278c308249c3e439'],
    ]),
  }),
];
