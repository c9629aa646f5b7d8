import type { CatalogueEntry } from '../../contract/models.ts';
import { ggufFiles, LICENCES, shape } from './catalogue-parts.ts';

/** Where sums and sizes come from stands in README.md beside this file. */
const LLAMA_VOCABULARY = 128_256;
const QWEN_VOCABULARY = 151_936;
const LONG = 131_072;

const chat = (entry: Omit<CatalogueEntry, 'kind' | 'template'>): CatalogueEntry => ({ kind: 'chat', template: 'file', ...entry });

const meta = { publisher: 'Meta', tools: true } as const;
const qwen = { publisher: 'Qwen (Alibaba)', licence: LICENCES.apache, tools: true } as const;
const google = { publisher: 'Google', licence: LICENCES.gemma, tools: false } as const;

export const CHAT_MODELS: readonly CatalogueEntry[] = [
  chat({
    id: 'qwen3-0.6b',
    title: 'Qwen3 0.6B',
    ...qwen,
    goodFor: 'The smallest that still follows orders; for very old machines and for trying things out.',
    quality: 14,
    shape: shape('qwen3', [28, 1024, 16, 8, 128, QWEN_VOCABULARY, 40_960, 596_049_920]),
    files: ggufFiles('unsloth/Qwen3-0.6B-GGUF', 'Qwen3-0.6B', [
      ['Q4_K_M', 396_705_472, 'ac2d97712095a558e31573f62f466a3f9d93990898b0ec79d7c974c1780d524a'],
    ]),
  }),
  chat({
    id: 'llama-3.2-1b-instruct',
    title: 'Llama 3.2 1B',
    ...meta,
    licence: LICENCES.llama32,
    goodFor: 'Short answers on little machines.',
    quality: 18,
    shape: shape('llama', [16, 2048, 32, 8, 64, LLAMA_VOCABULARY, LONG, 1_235_814_432]),
    files: ggufFiles('bartowski/Llama-3.2-1B-Instruct-GGUF', 'Llama-3.2-1B-Instruct', [
      ['Q4_K_M', 807_694_464, '6f85a640a97cf2bf5b8e764087b1e83da0fdb51d7c9fab7d0fece9385611df83'],
    ]),
  }),
  chat({
    id: 'gemma-3-1b-it',
    title: 'Gemma 3 1B',
    ...google,
    goodFor: 'Pleasant small talk in many languages on little machines; no tools.',
    quality: 20,
    shape: shape('gemma3', [26, 1152, 4, 1, 256, 262_144, 32_768, 999_885_952], { slidingWindow: { tokens: 512, layers: 22 } }),
    files: ggufFiles('ggml-org/gemma-3-1b-it-GGUF', 'gemma-3-1b-it', [
      ['Q4_K_M', 806_058_240, '8ccc5cd1f1b3602548715ae25a66ed73fd5dc68a210412eea643eb20eb75a135'],
    ]),
  }),
  chat({
    id: 'qwen3-1.7b',
    title: 'Qwen3 1.7B',
    ...qwen,
    goodFor: 'Tools and plain answers without a graphics card.',
    quality: 30,
    shape: shape('qwen3', [28, 2048, 16, 8, 128, QWEN_VOCABULARY, 40_960, 1_720_574_976]),
    files: ggufFiles('unsloth/Qwen3-1.7B-GGUF', 'Qwen3-1.7B', [
      ['Q4_K_M', 1_107_409_472, 'b139949c5bd74937ad8ed8c8cf3d9ffb1e99c866c823204dc42c0d91fa181897'],
      ['Q8_0', 1_834_426_944, '0becaa825564295d82e9af4d008bca5f8b7f5f73bf1c6a0b58f7c53ef26b47fd'],
    ]),
  }),
  chat({
    id: 'llama-3.2-3b-instruct',
    title: 'Llama 3.2 3B',
    ...meta,
    licence: LICENCES.llama32,
    goodFor: 'A small all-rounder with a long context.',
    quality: 36,
    shape: shape('llama', [28, 3072, 24, 8, 128, LLAMA_VOCABULARY, LONG, 3_212_749_888]),
    files: ggufFiles('bartowski/Llama-3.2-3B-Instruct-GGUF', 'Llama-3.2-3B-Instruct', [
      ['Q4_K_M', 2_019_377_696, '6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff'],
      ['Q8_0', 3_421_899_296, 'b5607b5090a8280063fff2d706bb3408ca6542341b06aab39c3eca0a28575921'],
    ]),
  }),
  chat({
    id: 'phi-4-mini-instruct',
    title: 'Phi-4 mini',
    publisher: 'Microsoft',
    licence: LICENCES.mit,
    tools: true,
    goodFor: 'Reasoning and sums for its size.',
    quality: 42,
    shape: shape('phi3', [32, 3072, 24, 8, 128, 200_064, LONG, 3_836_021_856]),
    files: ggufFiles('unsloth/Phi-4-mini-instruct-GGUF', 'Phi-4-mini-instruct', [
      ['Q4_K_M', 2_491_874_272, '88c00229914083cd112853aab84ed51b87bdf6b9ce42f532d8c85c7c63b1730a'],
    ]),
  }),
  chat({
    id: 'gemma-3-4b-it',
    title: 'Gemma 3 4B',
    ...google,
    goodFor: 'Friendly writing in many languages; no tools.',
    quality: 44,
    shape: shape('gemma3', [34, 2560, 8, 4, 256, 262_208, LONG, 3_880_099_328], { slidingWindow: { tokens: 1024, layers: 29 } }),
    files: ggufFiles('unsloth/gemma-3-4b-it-GGUF', 'gemma-3-4b-it', [
      ['Q4_K_M', 2_489_894_016, '04a43a22e8d2003deda5acc262f68ec1005fa76c735a9962a8c77042a74a7d19'],
      ['Q8_0', 4_130_402_176, '81bf0583ab5bad155a5a3b15d155a880a1a1e4f7de2de5c06f10f64ac49f8336'],
    ]),
  }),
  chat({
    id: 'qwen3-4b-instruct-2507',
    title: 'Qwen3 4B Instruct 2507',
    ...qwen,
    goodFor: 'The best all-rounder that runs well without a large card: tools, plans, long texts.',
    quality: 55,
    shape: shape('qwen3', [36, 2560, 32, 8, 128, QWEN_VOCABULARY, 262_144, 4_022_468_096]),
    files: ggufFiles('unsloth/Qwen3-4B-Instruct-2507-GGUF', 'Qwen3-4B-Instruct-2507', [
      ['Q4_K_M', 2_497_281_120, '3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597'],
      ['Q6_K', 3_306_261_600, 'cd7b21b38b3e71400587c184b6a9b04d3beb4d13fdae6464d4075dee4f1bc5ad'],
      ['Q8_0', 4_280_405_600, '391c1e410fd9f4cf2de2b510273b56a84c19ce18f4fa3bfb3774031dac4ef068'],
    ]),
  }),
  chat({
    id: 'mistral-7b-instruct-v0.3',
    title: 'Mistral 7B Instruct v0.3',
    publisher: 'Mistral AI',
    licence: LICENCES.apache,
    tools: true,
    goodFor: 'An old favourite, plain and quick.',
    quality: 40,
    shape: shape('llama', [32, 4096, 32, 8, 128, 32_768, 32_768, 7_248_023_552]),
    files: ggufFiles(
      'MaziyarPanahi/Mistral-7B-Instruct-v0.3-GGUF',
      'Mistral-7B-Instruct-v0.3',
      [['Q4_K_M', 4_387_234_289, '14850c84ff9f06e9b51d505d64815d5cc0cea0257380353ac0b3d21b21f6e024']],
      '.',
    ).map((file) => ({ ...file, estimated: true })),
  }),
  chat({
    id: 'llama-3.1-8b-instruct',
    title: 'Llama 3.1 8B',
    ...meta,
    licence: LICENCES.llama31,
    goodFor: 'Natural English and a long context on cards of 8 GB and more.',
    quality: 52,
    shape: shape('llama', [32, 4096, 32, 8, 128, LLAMA_VOCABULARY, LONG, 8_030_261_312]),
    files: ggufFiles('bartowski/Meta-Llama-3.1-8B-Instruct-GGUF', 'Meta-Llama-3.1-8B-Instruct', [
      ['Q4_K_M', 4_920_739_232, '7b064f5842bf9532c91456deda288a1b672397a54fa729aa665952863033557c'],
    ]),
  }),
  chat({
    id: 'qwen3-8b',
    title: 'Qwen3 8B',
    ...qwen,
    goodFor: 'Tools, plans and reasoning on cards of 8 GB and more; thinks first when asked to.',
    quality: 62,
    shape: shape('qwen3', [36, 4096, 32, 8, 128, QWEN_VOCABULARY, 40_960, 8_190_735_360]),
    files: ggufFiles('unsloth/Qwen3-8B-GGUF', 'Qwen3-8B', [
      ['Q4_K_M', 5_027_784_512, '120307ba529eb2439d6c430d94104dabd578497bc7bfe7e322b5d9933b449bd4'],
      ['Q6_K', 6_725_900_096, '0eaec718fdeab0f429dfa0ec481c090388811f5e63785ddb582292f4ef3c3827'],
      ['Q8_0', 8_709_519_168, '0cfbf745760f07a76ddeb358dd025a27f2e11d1ca9c9a4169a373d52990fe86e'],
    ]),
  }),
  chat({
    id: 'gemma-3-12b-it',
    title: 'Gemma 3 12B',
    ...google,
    goodFor: 'Good writing and many languages on cards of 11 GB; no tools.',
    quality: 64,
    shape: shape('gemma3', [48, 3840, 16, 8, 256, 262_208, LONG, 11_765_788_416], { slidingWindow: { tokens: 1024, layers: 40 } }),
    files: ggufFiles('unsloth/gemma-3-12b-it-GGUF', 'gemma-3-12b-it', [
      ['Q4_K_M', 7_300_778_336, '15b8fd9d8672cd4240c178c217ca781409291f34e353d2e913b29c7602ceb3ff'],
    ]),
  }),
  chat({
    id: 'qwen3-14b',
    title: 'Qwen3 14B',
    ...qwen,
    goodFor: 'Careful reasoning and tools on cards of 12 GB and more.',
    quality: 70,
    shape: shape('qwen3', [40, 5120, 40, 8, 128, QWEN_VOCABULARY, 40_960, 14_768_307_200]),
    files: ggufFiles('unsloth/Qwen3-14B-GGUF', 'Qwen3-14B', [
      ['Q4_K_M', 9_001_753_984, '5eaa0870bd81ed3b58a630a271234cfa604e43ffb3a19cd68e54a80dd9d52a66'],
      ['Q6_K', 12_121_938_304, 'c34d749069d5f19b998498ce84884975c551529548fa6a56b883345d166289c2'],
    ]),
  }),
  chat({
    id: 'gpt-oss-20b',
    title: 'gpt-oss 20B',
    publisher: 'OpenAI',
    licence: LICENCES.apache,
    tools: true,
    goodFor: 'Reasoning and tools at the speed of a small model, on cards of 16 GB or in 24 GB of memory.',
    quality: 72,
    shape: shape('gpt-oss', [24, 2880, 64, 8, 64, 201_088, LONG, 20_914_757_184], {
      slidingWindow: { tokens: 128, layers: 12 },
      activeParameters: 3_600_000_000,
    }),
    files: ggufFiles('ggml-org/gpt-oss-20b-GGUF', 'gpt-oss-20b', [
      ['mxfp4', 12_109_566_560, 'be37a636aca0fc1aae0d32325f82f6b4d21495f06823b5fbc1898ae0303e9935'],
    ]),
  }),
  chat({
    id: 'mistral-small-3.2-24b',
    title: 'Mistral Small 3.2 24B',
    publisher: 'Mistral AI',
    licence: LICENCES.apache,
    tools: true,
    goodFor: 'European languages, tools and a dry tone on cards of 16 GB and more.',
    quality: 74,
    shape: shape('llama', [40, 5120, 32, 8, 128, 131_072, LONG, 23_572_403_200]),
    files: ggufFiles('bartowski/mistralai_Mistral-Small-3.2-24B-Instruct-2506-GGUF', 'mistralai_Mistral-Small-3.2-24B-Instruct-2506', [
      ['Q4_K_M', 14_333_915_264, '80f5bda68f156f12650ca03a0a2dbfae06a215ac41caa773b8631a479f82415e'],
    ]),
  }),
  chat({
    id: 'gemma-3-27b-it',
    title: 'Gemma 3 27B',
    ...google,
    goodFor: 'The best writer of its size, on cards of 24 GB; no tools.',
    quality: 76,
    shape: shape('gemma3', [62, 5376, 32, 16, 128, 262_208, LONG, 27_009_002_240], { slidingWindow: { tokens: 1024, layers: 52 } }),
    files: ggufFiles('bartowski/google_gemma-3-27b-it-GGUF', 'google_gemma-3-27b-it', [
      ['Q4_K_M', 16_546_404_992, '4e83142e3ad3719ac61334f70a956dcc60bbba8adb29de5114161310bb9f7170'],
    ]),
  }),
  chat({
    id: 'qwen3-30b-a3b-instruct-2507',
    title: 'Qwen3 30B-A3B Instruct 2507',
    ...qwen,
    goodFor: 'Large knowledge at the speed of a small model: also for machines with much memory and no card.',
    quality: 78,
    shape: shape('qwen3moe', [48, 2048, 32, 4, 128, QWEN_VOCABULARY, 262_144, 30_532_122_624], { activeParameters: 3_350_000_000 }),
    files: ggufFiles('bartowski/Qwen_Qwen3-30B-A3B-Instruct-2507-GGUF', 'Qwen_Qwen3-30B-A3B-Instruct-2507', [
      ['Q4_K_M', 18_632_183_808, '382b4f5a164d200f93790ee0e339fae12852896d23485cfb203ce868fea33a95'],
    ]),
  }),
  chat({
    id: 'qwen3-32b',
    title: 'Qwen3 32B',
    ...qwen,
    goodFor: 'The strongest that a card of 24 GB holds.',
    quality: 80,
    shape: shape('qwen3', [64, 5120, 64, 8, 128, QWEN_VOCABULARY, 40_960, 32_762_123_264]),
    files: ggufFiles('Qwen/Qwen3-32B-GGUF', 'Qwen3-32B', [
      ['Q4_K_M', 19_762_149_024, 'efd971561896866f0e910cce52761ca77b1b138090c7f15fe284676d57d1f689'],
    ]),
  }),
  chat({
    id: 'llama-3.1-70b-instruct',
    title: 'Llama 3.1 70B',
    ...meta,
    licence: LICENCES.llama31,
    goodFor: 'Machines with 48 GB of card memory and more.',
    quality: 79,
    shape: shape('llama', [80, 8192, 64, 8, 128, LLAMA_VOCABULARY, LONG, 70_553_706_560]),
    files: ggufFiles('bartowski/Meta-Llama-3.1-70B-Instruct-GGUF', 'Meta-Llama-3.1-70B-Instruct', [
      ['Q4_K_M', 42_520_398_400, 'f775c87029be95fb41df9e2882e6e938b73121c30ffc235ac6b6b880add49aa5'],
    ]),
  }),
  chat({
    id: 'llama-3.3-70b-instruct',
    title: 'Llama 3.3 70B',
    ...meta,
    licence: LICENCES.llama33,
    goodFor: 'The best of this list, for machines with 48 GB of card memory and more.',
    quality: 84,
    shape: shape('llama', [80, 8192, 64, 8, 128, LLAMA_VOCABULARY, LONG, 70_553_706_560]),
    files: ggufFiles('bartowski/Llama-3.3-70B-Instruct-GGUF', 'Llama-3.3-70B-Instruct', [
      ['Q4_K_M', 42_520_398_816, '32df3baccb556f9840059b2528b2dee4d3d516b24afdfb9d0c56ff5f63e3a664'],
    ]),
  }),
];
