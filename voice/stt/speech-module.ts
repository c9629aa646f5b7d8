import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import createModule from 'soundswallower';

/** The parts of the WASM module that its own declarations leave out; all exist in the pinned 0.6.3. Pointers are byte addresses, 0 = none. */
declare module 'soundswallower' {
  interface SoundSwallowerModule {
    modelBase: string;
    quit(status: number): void;
    HEAP32: Int32Array;
    HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _decoder_hyp(decoder: number, score: number): number;
    _decoder_seg_iter(decoder: number): number;
    _seg_iter_next(segment: number): number;
    _s3file_init(memory: number, bytes: number): number;
    _s3file_free(file: number): void;
    _decoder_init_grammar_s3file(decoder: number, graph: number, jsgf: number): number;
    _decoder_init_fe(decoder: number): number;
    _decoder_init_feat_s3file(decoder: number, lda: number): number;
    _acmod_reinit_feat(acousticModel: number, frontEnd: number, features: number): number;
  }
  interface Decoder {
    cdecoder: number;
    cacmod: number;
    init_featparams(): Promise<unknown>;
    init_cleanup(): Promise<void>;
    init_fe(): Promise<number>;
    init_feat(): Promise<number>;
    init_acmod(): Promise<number>;
    load_acmod_files(): Promise<void>;
    init_dict(): Promise<void>;
    init_grammar(): Promise<void>;
  }
}

export type SpeechModule = Awaited<ReturnType<typeof createModule>>;

/**
 * A fresh WASM instance with the English model's path. The C code calls `exit` on what it holds to be fatal: that becomes an exception here, so the
 * process lives on and the instance is thrown away. The package's `uncaughtException` listener only throws again what it is given; left in place,
 * every instance would add one.
 */
export async function loadSpeechModule(): Promise<SpeechModule> {
  const folder = dirname(createRequire(import.meta.url).resolve('soundswallower'));
  const before = new Set(process.listeners('uncaughtException'));
  const module: SpeechModule = await createModule({
    modelBase: join(folder, 'model/'),
    print: () => undefined,
    printErr: () => undefined,
    quit: (status: number) => {
      throw new Error(`The speech recogniser gave up (status ${status}).`);
    },
  });
  for (const listener of process.listeners('uncaughtException')) if (!before.has(listener)) process.off('uncaughtException', listener);
  return module;
}

export function readText(module: SpeechModule, pointer: number): string {
  if (pointer === 0) return '';
  return Buffer.from(module.HEAPU8.subarray(pointer, module.HEAPU8.indexOf(0, pointer))).toString('utf8');
}
