import { z } from 'zod';
import type { KeywordSpotter, LoadModule, OpenKeywordSpotter } from './keyword-spotter.ts';

/** Porcupine 1.9: asks for no key, never needs the network, Linux and macOS on Intel and older Raspberry Pis. */

export interface NativePorcupine {
  frameLength: number;
  /** Index of the keyword heard, −1 for none. */
  process(frame: Int16Array): number;
  release(): void;
}
type PorcupineConstructor = new (keywords: number[], sensitivities: number[]) => NativePorcupine;

const PorcupineConstructorSchema = z.custom<PorcupineConstructor>(
  (value) => typeof value === 'function',
  'porcupine-keyless exports no class',
);
const BuiltinKeywordsSchema = z.object({ JARVIS: z.number() });

/** Loads the engine with its built-in "jarvis". Throws whatever the package throws where there is no build for the machine. */
export function loadPorcupineKeyless(load: LoadModule): OpenKeywordSpotter {
  const Porcupine = PorcupineConstructorSchema.parse(load('porcupine-keyless'));
  const { JARVIS } = BuiltinKeywordsSchema.parse(load('porcupine-keyless/builtin_keywords.js'));
  return (sensitivity) => spotterOf(new Porcupine([JARVIS], [sensitivity]));
}

/** The face that both Porcupines share. */
export function spotterOf(porcupine: NativePorcupine): KeywordSpotter {
  return {
    frameLength: porcupine.frameLength,
    heard: (frame) => porcupine.process(frame) >= 0,
    [Symbol.dispose]: () => porcupine.release(),
  };
}
