import type { CatalogueEntry, ModelFile } from '../../contract/models.ts';
import { huggingFace, LICENCES } from './catalogue-parts.ts';

type Whisper = readonly [
  id: string,
  title: string,
  quality: number,
  goodFor: string,
  files: readonly (readonly [string, string, number, string])[],
];

const WHISPERS: readonly Whisper[] = [
  [
    'whisper-tiny-en',
    'Whisper tiny (English)',
    30,
    'Commands on very small machines.',
    [
      ['Q5_1', 'ggml-tiny.en-q5_1.bin', 32_166_155, 'c77c5766f1cef09b6b7d47f21b546cbddd4157886b3b5d6d4f709e91e66c7c2b'],
      ['F16', 'ggml-tiny.en.bin', 77_704_715, '921e4cf8686fdd993dcd081a5da5b6c365bfde1162e72b08d75ac75289920b1f'],
    ],
  ],
  [
    'whisper-tiny',
    'Whisper tiny',
    28,
    'A hundred languages on very small machines, with mistakes.',
    [['F16', 'ggml-tiny.bin', 77_691_713, 'be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21']],
  ],
  [
    'whisper-base-en',
    'Whisper base (English)',
    42,
    'Commands and short dictation in a quiet room.',
    [['F16', 'ggml-base.en.bin', 147_964_211, 'a03779c86df3323075f5e796cb2ce5029f00ec8869eee3fdfb897afe36c6d002']],
  ],
  [
    'whisper-base',
    'Whisper base',
    40,
    'Short dictation in many languages.',
    [
      ['Q5_1', 'ggml-base-q5_1.bin', 59_707_625, '422f1ae452ade6f30a004d7e5c6a43195e4433bc370bf23fac9cc591f01a8898'],
      ['F16', 'ggml-base.bin', 147_951_465, '60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe'],
    ],
  ],
  [
    'whisper-small-en',
    'Whisper small (English)',
    60,
    'English dictation on a good processor.',
    [['F16', 'ggml-small.en.bin', 487_614_201, 'c6138d6d58ecc8322097e0f987c32f1be8bb0a18532a3f88f734d1bbf9c41e5d']],
  ],
  [
    'whisper-small',
    'Whisper small',
    58,
    'Dictation in many languages on a good processor.',
    [
      ['Q5_1', 'ggml-small-q5_1.bin', 190_085_487, 'ae85e4a935d7a567bd102fe55afc16bb595bdb618e11b2fc7591bc08120411bb'],
      ['F16', 'ggml-small.bin', 487_601_967, '1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b'],
    ],
  ],
  [
    'whisper-medium',
    'Whisper medium',
    72,
    'Hard sound in many languages, with a card.',
    [['F16', 'ggml-medium.bin', 1_533_763_059, '6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208']],
  ],
  [
    'whisper-large-v3-turbo',
    'Whisper large v3 turbo',
    86,
    'Nearly the best, at a fraction of the time: the one to take with a card.',
    [
      ['Q5_0', 'ggml-large-v3-turbo-q5_0.bin', 574_041_195, '394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2'],
      ['F16', 'ggml-large-v3-turbo.bin', 1_624_555_275, '1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69'],
    ],
  ],
  [
    'whisper-large-v3',
    'Whisper large v3',
    88,
    'The most accurate, and slow.',
    [['F16', 'ggml-large-v3.bin', 3_095_033_483, '64d182b440b98d5203c4f9bd541544d84c605196c4f7b845dfa11fb23594d1e2']],
  ],
];

/** A voice is a network and its settings; where nobody tells a sum of the settings, the server's own is checked. */
function piperFiles(path: string, name: string, network: readonly [number, string], settings: readonly [number, string?]): ModelFile[] {
  const url = (file: string): string => huggingFace('rhasspy/piper-voices', `${path}/${file}`, 'v1.0.0');
  const [bytes, sha256] = settings;
  return [
    {
      quantisation: '-',
      name: `${name}.onnx`,
      url: url(`${name}.onnx`),
      bytes: network[0],
      sha256: network[1],
      alongside: [`${name}.onnx.json`],
    },
    { quantisation: '-', name: `${name}.onnx.json`, url: url(`${name}.onnx.json`), bytes, ...(sha256 === undefined ? {} : { sha256 }) },
  ];
}

const piper = (
  speaker: string,
  entry: Pick<CatalogueEntry, 'id' | 'title' | 'goodFor' | 'quality' | 'files'>,
  language: string,
  licence?: CatalogueEntry['licence'],
): CatalogueEntry => ({
  kind: 'tts',
  publisher: 'Piper voices (Rhasspy)',
  licence: licence ?? { name: "as the voice's card says", url: huggingFace('rhasspy/piper-voices', `${speaker}/MODEL_CARD`, 'v1.0.0') },
  languages: [language],
  ...entry,
});

const VOICES: readonly CatalogueEntry[] = [
  piper(
    'en/en_GB/alan/medium',
    {
      id: 'piper-en-gb-alan-medium',
      title: 'Alan (British)',
      goodFor: 'A calm British man: the voice of JARVIS when nothing else is chosen.',
      quality: 80,
      files: piperFiles(
        'en/en_GB/alan/medium',
        'en_GB-alan-medium',
        [63_201_294, '0a309668932205e762801f1efc2736cd4b0120329622adf62be09e56339d3330'],
        [4888, 'c0f0d124e5895c00e7c03b35dcc8287f319a6998a365b182deb5c8e752ee8c1e'],
      ),
    },
    'en-GB',
  ),
  piper(
    'en/en_GB/cori/high',
    {
      id: 'piper-en-gb-cori-high',
      title: 'Cori (British, finer)',
      goodFor: 'A clear British woman at the best quality, for quick processors.',
      quality: 78,
      files: piperFiles(
        'en/en_GB/cori/high',
        'en_GB-cori-high',
        [114_219_352, '470b4dd634c98f8a4850d7626ffc3dfc90774628eeef6605a6dd8f88f30a5903'],
        [4963],
      ),
    },
    'en-GB',
  ),
  piper(
    'en/en_GB/alba/medium',
    {
      id: 'piper-en-gb-alba-medium',
      title: 'Alba (Scottish)',
      goodFor: 'A warm Scottish woman.',
      quality: 74,
      files: piperFiles(
        'en/en_GB/alba/medium',
        'en_GB-alba-medium',
        [63_201_294, '401369c4a81d09fdd86c32c5c864440811dbdcc66466cde2d64f7133a66ad03b'],
        [4888, 'aa965a2f02ecced632c2694e1fc72bbff6d65f265fab567ca945918c73dd89f4'],
      ),
    },
    'en-GB',
    LICENCES.ccBy,
  ),
  piper(
    'en/en_US/amy/medium',
    {
      id: 'piper-en-us-amy-medium',
      title: 'Amy (American)',
      goodFor: 'A plain American woman.',
      quality: 66,
      files: piperFiles(
        'en/en_US/amy/medium',
        'en_US-amy-medium',
        [63_201_294, 'b3a6e47b57b8c7fbe6a0ce2518161a50f59a9cdd8a50835c02cb02bdd6206c18'],
        [4882, '95a23eb4d42909d38df73bb9ac7f45f597dbfcde2d1bf9526fdeaf5466977d77'],
      ),
    },
    'en-US',
  ),
];

const WAKE_WORD = 'https://github.com/dscripka/openWakeWord/releases/download/v0.5.1';

export const SPEECH_MODELS: readonly CatalogueEntry[] = [
  ...WHISPERS.map(
    ([id, title, quality, goodFor, files]): CatalogueEntry => ({
      id,
      kind: 'stt',
      title,
      publisher: 'OpenAI, as whisper.cpp',
      licence: LICENCES.mit,
      goodFor,
      quality,
      ...(id.endsWith('-en') ? { languages: ['en'] } : {}),
      files: files.map(([quantisation, name, bytes, sha256]) => ({
        quantisation,
        name,
        url: huggingFace('ggerganov/whisper.cpp', name),
        bytes,
        sha256,
      })),
    }),
  ),
  ...VOICES,
  {
    id: 'openwakeword-hey-jarvis',
    kind: 'wake',
    title: 'openWakeWord "hey Jarvis"',
    publisher: 'openWakeWord',
    licence: LICENCES.notForTrade,
    goodFor: 'Waking by "hey Jarvis" where the built-in listener does not run.',
    quality: 60,
    languages: ['en'],
    files: [
      {
        quantisation: '-',
        name: 'hey_jarvis_v0.1.onnx',
        url: `${WAKE_WORD}/hey_jarvis_v0.1.onnx`,
        bytes: 1_270_000,
        estimated: true,
        sha256: '94a13cfe60075b132f6a472e7e462e8123ee70861bc3fb58434a73712ee0d2cb',
        alongside: ['melspectrogram.onnx', 'embedding_model.onnx'],
      },
      {
        quantisation: '-',
        name: 'melspectrogram.onnx',
        url: `${WAKE_WORD}/melspectrogram.onnx`,
        bytes: 1_090_000,
        estimated: true,
        sha256: 'ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f',
      },
      {
        quantisation: '-',
        name: 'embedding_model.onnx',
        url: `${WAKE_WORD}/embedding_model.onnx`,
        bytes: 1_330_000,
        estimated: true,
        sha256: '70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f',
      },
    ],
  },
  {
    id: 'silero-vad-v5',
    kind: 'vad',
    title: 'Silero VAD v5',
    publisher: 'Silero',
    licence: LICENCES.mit,
    goodFor: 'Knowing speech from noise.',
    quality: 80,
    files: [
      {
        quantisation: '-',
        name: 'silero_vad.onnx',
        url: 'https://github.com/snakers4/silero-vad/raw/v5.1.2/src/silero_vad/data/silero_vad.onnx',
        bytes: 2_327_524,
        sha256: '2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f',
      },
    ],
  },
];
