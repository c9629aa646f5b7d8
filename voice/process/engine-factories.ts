import { createPhraseTranscriber } from '../stt/phrase-transcriber.ts';
import { createSynthesizer } from '../tts/create-synthesizer.ts';
import { createVoiceActivityDetector } from '../vad/create-voice-activity-detector.ts';
import { createWakeDetector } from '../wake/create-wake-detector.ts';
import type { EngineFactories } from './voice-engines.ts';

/** The real engines. */
export const engineFactories: EngineFactories = {
  wake: async (settings) => {
    const { detector, report } = createWakeDetector(settings);
    return { engine: detector, report };
  },
  vad: async (settings, spare) => {
    const { detector, report } = await createVoiceActivityDetector(spare ? { engine: 'energy' } : settings);
    return { engine: detector, report };
  },
  stt: async (settings) => {
    if (settings.engine === 'none') {
      const report = { part: 'stt' as const, engine: 'none', detail: 'switched off in the settings', fellBack: false };
      return { engine: undefined, report };
    }
    const { rejection } = settings;
    const engine = await createPhraseTranscriber(rejection === undefined ? {} : { rejection });
    return { engine, report: { part: 'stt', engine: engine.name, detail: 'sentences of the phrasebook, offline', fellBack: false } };
  },
  tts: async (settings, changed) => {
    const { synthesizer, report } = await createSynthesizer(settings, { changed });
    return { engine: synthesizer, report };
  },
};
