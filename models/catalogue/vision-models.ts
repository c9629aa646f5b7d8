import type { CatalogueEntry, ModelFile } from '../../contract/models.ts';
import { ggufFiles, huggingFace, LICENCES, shape } from './catalogue-parts.ts';

/** The eyes lie in a file of their own. Sizes of two of them are computed from their parameters. */
function withEyes(models: readonly ModelFile[], eyes: ModelFile): ModelFile[] {
  return [...models.map((file) => ({ ...file, alongside: [eyes.name] })), eyes];
}

export const VISION_MODELS: readonly CatalogueEntry[] = [
  {
    id: 'smolvlm2-2.2b-instruct',
    kind: 'vision',
    title: 'SmolVLM2 2.2B',
    publisher: 'Hugging Face',
    licence: LICENCES.apache,
    goodFor: 'Says what is on a picture, on little machines.',
    template: 'file',
    tools: false,
    quality: 25,
    shape: shape('llama', [24, 2048, 32, 32, 64, 49_280, 8192, 1_812_000_000]),
    files: withEyes(
      ggufFiles('ggml-org/SmolVLM2-2.2B-Instruct-GGUF', 'SmolVLM2-2.2B-Instruct', [
        ['Q4_K_M', 1_112_602_656, '0cf76814555b8665149075b74ab6b5c1d428ea1d3d01c1918c12012e8d7c9f58'],
      ]),
      {
        quantisation: 'Q8_0',
        name: 'mmproj-SmolVLM2-2.2B-Instruct-Q8_0.gguf',
        url: huggingFace('ggml-org/SmolVLM2-2.2B-Instruct-GGUF', 'mmproj-SmolVLM2-2.2B-Instruct-Q8_0.gguf'),
        bytes: 592_523_200,
        sha256: 'ae07ea1facd07dd3230c4483b63e8cda96c6944ad2481f33d531f79e892dd024',
      },
    ),
  },
  {
    id: 'qwen3-vl-4b-instruct',
    kind: 'vision',
    title: 'Qwen3 VL 4B',
    publisher: 'Qwen (Alibaba)',
    licence: LICENCES.apache,
    goodFor: 'Reads screens, documents and photographs, and uses tools.',
    template: 'file',
    tools: true,
    quality: 54,
    shape: shape('qwen3vl', [36, 2560, 32, 8, 128, 151_936, 262_144, 4_022_468_096]),
    files: withEyes(
      ggufFiles('unsloth/Qwen3-VL-4B-Instruct-GGUF', 'Qwen3-VL-4B-Instruct', [
        ['Q4_K_M', 2_497_282_336, 'd4dcd426bfba75752a312b266b80fec8136fbaca13c62d93b7ac41fa67f0492b'],
        ['Q8_0', 4_280_406_816, 'e30b41d2f2cc48149dfbba1b3fb2c023c7e6bf2def75833d4d43820df75efeb3'],
      ]),
      {
        quantisation: 'F16',
        name: 'mmproj-Qwen3-VL-4B-Instruct-F16.gguf',
        url: huggingFace('unsloth/Qwen3-VL-4B-Instruct-GGUF', 'mmproj-F16.gguf'),
        bytes: 836_000_000,
        estimated: true,
        sha256: '1b9f4e92f0fbda14d7d7b58baed86039b8a980fe503d9d6a9393f25c0028f1fc',
      },
    ),
  },
  {
    id: 'qwen3-vl-8b-instruct',
    kind: 'vision',
    title: 'Qwen3 VL 8B',
    publisher: 'Qwen (Alibaba)',
    licence: LICENCES.apache,
    goodFor: 'The stronger reader of pictures, charts and documents, with tools.',
    template: 'file',
    tools: true,
    quality: 62,
    shape: shape('qwen3vl', [36, 4096, 32, 8, 128, 151_936, 262_144, 8_190_735_360]),
    files: withEyes(
      ggufFiles('unsloth/Qwen3-VL-8B-Instruct-GGUF', 'Qwen3-VL-8B-Instruct', [
        ['Q4_K_M', 5_027_785_568, '108e7ff92b78eefd3db4741885104acba514255c11b617d3c7b197a5f46efe89'],
        ['Q8_0', 8_709_520_224, 'cb8616bf6ed228982d9e47d7b72b42195342efa26044b0ee1873e61d9e78d3d7'],
      ]),
      {
        quantisation: 'F16',
        name: 'mmproj-Qwen3-VL-8B-Instruct-F16.gguf',
        url: huggingFace('unsloth/Qwen3-VL-8B-Instruct-GGUF', 'mmproj-F16.gguf'),
        bytes: 1_160_000_000,
        estimated: true,
        sha256: 'd406d03ebabefdef86a2c86bf0c1b65f9e046f7a81c218f25de4931b46a07fc4',
      },
    ),
  },
];
