import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { VoiceSettings } from '../../contract/settings.ts';
import type { LoadModule, OpenKeywordSpotter } from './keyword-spotter.ts';
import { type NativePorcupine, spotterOf } from './porcupine-keyless.ts';

/** Porcupine 4: asks for an AccessKey and, the first time, for the network. */

type PorcupineConstructor = new (accessKey: string, keywords: string[], sensitivities: number[]) => NativePorcupine;

const PackageSchema = z.object({
  Porcupine: z.custom<PorcupineConstructor>((value) => typeof value === 'function', 'the package exports no class'),
  BuiltinKeyword: z.object({ JARVIS: z.string() }),
});

/** What is wrong, by the class of the engine's error. Its own message is not shown, because it quotes the key. */
const REASONS: Readonly<Record<string, string>> = {
  PorcupineInvalidArgumentError: 'the AccessKey is not valid, or the keyword file is not for this machine and version',
  PorcupineKeyError: 'the AccessKey is not valid',
  PorcupineActivationError: 'the AccessKey could not be activated: there is no network, or Picovoice did not answer',
  PorcupineActivationLimitReachedError: 'the AccessKey has reached its limit of machines',
  PorcupineActivationThrottledError: 'Picovoice is throttling this AccessKey',
  PorcupineActivationRefusedError: 'Picovoice refused this AccessKey',
  PorcupineIOError: 'its model or keyword file cannot be read',
  PorcupineRuntimeError: 'it could not run on this machine, or could not reach the network to check the AccessKey',
};

export interface LicensedEngine {
  open: OpenKeywordSpotter;
  word: string;
}

/** Loads the engine. Throws an Error whose message says in plain words what is missing, and never holds the key. */
export function loadPorcupineLicensed(settings: VoiceSettings['wake'], load: LoadModule): LicensedEngine {
  const { accessKey, keywordFile } = settings;
  if (!accessKey) throw new Error('no AccessKey is configured');
  if (keywordFile !== undefined && !existsSync(keywordFile)) throw new Error(`there is no keyword file ${keywordFile}`);
  const { Porcupine, BuiltinKeyword } = PackageSchema.parse(load('@picovoice/porcupine-node'));
  const keyword = keywordFile ?? BuiltinKeyword.JARVIS;
  return {
    word: keywordFile === undefined ? 'jarvis' : wordOf(keywordFile),
    open: (sensitivity) => {
      try {
        return spotterOf(new Porcupine(accessKey, [keyword], [sensitivity]));
      } catch (error) {
        throw new Error(reasonFor(error, accessKey));
      }
    },
  };
}

/** Keyword files are named like `hey-jarvis_en_linux_v4_0_0.ppn`. */
function wordOf(keywordFile: string): string {
  return basename(keywordFile, '.ppn').split('_')[0]?.replaceAll('-', ' ').toLowerCase() || 'jarvis';
}

function reasonFor(error: unknown, accessKey: string): string {
  if (!(error instanceof Error)) return String(error).replaceAll(accessKey, '…');
  return REASONS[error.constructor.name] ?? error.message.replaceAll(accessKey, '…');
}
