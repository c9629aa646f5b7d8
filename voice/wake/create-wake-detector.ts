import { createRequire } from 'node:module';
import { FRAME_LENGTH } from '../../contract/audio.ts';
import type { VoiceSettings } from '../../contract/settings.ts';
import type { EngineReport } from '../../contract/voice-message.ts';
import type { WakeDetector } from '../engine.ts';
import type { LoadModule, OpenKeywordSpotter } from './keyword-spotter.ts';
import { brightCopy, type ListeningCopy, levelledCopy, loweredCopy, plainCopy, rumbleFreeCopy } from './listening-copy.ts';
import { loadPorcupineKeyless } from './porcupine-keyless.ts';
import { loadPorcupineLicensed } from './porcupine-licensed.ts';
import { createWakeEnsemble, type Listener } from './wake-ensemble.ts';

export interface WakeOptions {
  /** A second look at the last 1.2 s (16 kHz) before a hit counts; false drops the hit. */
  verify?: (samples: Int16Array) => boolean;
  /** How packages are loaded; tests give their own. */
  load?: LoadModule;
  /** `linux/x64` …, for the report. */
  platform?: string;
}

export interface CreatedWakeDetector {
  detector: WakeDetector;
  report: EngineReport;
}

type WakeSettings = VoiceSettings['wake'];

/** Median time from the end of the word to the hit, on 130 recordings of people. */
const LAG_SAMPLES = 2_080;
const GET_KEY = 'Set voice.wake.accessKey to a free AccessKey from console.picovoice.ai, which brings the engine for this machine.';

/**
 * The copies and how the one setting becomes each engine's own. The first three err so rarely that they may hear with open ears; from the
 * other two the engine takes more for its word, so they are kept a little stricter and count in quiet rooms only.
 */
const COPIES: readonly { create: () => ListeningCopy; bonus: number; quietOnly: boolean }[] = [
  { create: plainCopy, bonus: 0.3, quietOnly: false },
  { create: rumbleFreeCopy, bonus: 0.3, quietOnly: false },
  { create: levelledCopy, bonus: 0.3, quietOnly: false },
  { create: brightCopy, bonus: 0.2, quietOnly: true },
  { create: loweredCopy, bonus: 0.1, quietOnly: true },
];

/**
 * The wake detector that the settings ask for, or the best that this machine has, with the reason. Never throws for what is missing:
 * the last resort is a detector that hears nothing, and a report that says so.
 */
export function createWakeDetector(settings: WakeSettings, options: WakeOptions = {}): CreatedWakeDetector {
  const load = options.load ?? createRequire(import.meta.url);
  if (settings.engine === 'none') return deaf('The wake word is switched off in the settings.', 'Set voice.wake.engine to auto.', false);
  const wantsLicensed = settings.engine === 'porcupine' || (settings.engine === 'auto' && settings.accessKey !== undefined);
  let reason = '';
  if (wantsLicensed) {
    try {
      return createLicensed(settings, load, options);
    } catch (error) {
      reason = `Porcupine 4 is not used: ${messageOf(error)}. `;
    }
  }
  try {
    const open = loadPorcupineKeyless(load);
    const listeners = openAll(
      COPIES.map(({ create, bonus, quietOnly }) => ({
        copy: create(),
        open,
        sensitivity: Math.min(1, settings.sensitivity + bonus),
        quietOnly,
      })),
    );
    return {
      detector: createWakeEnsemble({ name: 'porcupine-1.9', word: 'jarvis', listeners, lag: LAG_SAMPLES, verify: options.verify }),
      report: {
        part: 'wake',
        engine: 'porcupine-1.9',
        detail: `${reason}Keyless, offline, "jarvis", ${listeners.length} listeners.`,
        ...(wantsLicensed && {
          improve: settings.accessKey ? 'Check voice.wake.accessKey, voice.wake.keywordFile and the network.' : GET_KEY,
        }),
        fellBack: wantsLicensed,
      },
    };
  } catch (error) {
    const platform = options.platform ?? `${process.platform}/${process.arch}`;
    const detail = `${reason}The keyless Porcupine 1.9 does not run on ${platform}: ${messageOf(error)}. Push-to-talk still works.`;
    return deaf(
      detail,
      wantsLicensed && settings.accessKey ? 'Check voice.wake.accessKey, voice.wake.keywordFile and the network.' : GET_KEY,
      true,
    );
  }
}

function createLicensed(settings: WakeSettings, load: LoadModule, options: WakeOptions): CreatedWakeDetector {
  const { open, word } = loadPorcupineLicensed(settings, load);
  const listeners = openAll([{ copy: plainCopy(), open, sensitivity: settings.sensitivity, quietOnly: false }]);
  return {
    detector: createWakeEnsemble({ name: 'porcupine-4', word, listeners, lag: LAG_SAMPLES, verify: options.verify }),
    report: { part: 'wake', engine: 'porcupine-4', detail: `With AccessKey, "${word}".`, fellBack: false },
  };
}

/** All listeners, or none left open when one of them fails. */
function openAll(wanted: { copy: ListeningCopy; open: OpenKeywordSpotter; sensitivity: number; quietOnly: boolean }[]): Listener[] {
  using opened = new DisposableStack();
  const listeners = wanted.map(({ copy, open, sensitivity, quietOnly }) => {
    const spotter = opened.use(open(sensitivity));
    if (spotter.frameLength !== FRAME_LENGTH) throw new Error(`it wants frames of ${spotter.frameLength} samples, not ${FRAME_LENGTH}`);
    return { copy, spotter, quietOnly };
  });
  opened.move();
  return listeners;
}

function deaf(detail: string, improve: string, fellBack: boolean): CreatedWakeDetector {
  return {
    detector: { name: 'none', frameLength: FRAME_LENGTH, process: () => undefined, reset: () => {}, [Symbol.dispose]: () => {} },
    report: { part: 'wake', engine: 'none', detail, improve, fellBack },
  };
}

/** Native packages also throw bare strings; only the first line of a message is for people. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').replace(/[.:\s]+$/, '');
}
