import { FRAME_LENGTH } from '../../contract/audio.ts';
import { dbfs } from '../audio/level.ts';
import { RingBuffer } from '../audio/ring-buffer.ts';
import type { WakeDetector, WakeHit } from '../engine.ts';
import type { KeywordSpotter } from './keyword-spotter.ts';
import type { ListeningCopy } from './listening-copy.ts';

export interface Listener {
  copy: ListeningCopy;
  spotter: KeywordSpotter;
  /** Its hits count only where the voice stands far above the background: in noise this copy makes words out of others. */
  quietOnly: boolean;
}

export interface EnsembleOptions {
  name: string;
  word: string;
  listeners: Listener[];
  /** Samples from the end of the word to the hit of an undelayed listener, measured on people. */
  lag: number;
  /** A second look at the last 1.2 s before a hit counts; false drops the hit. */
  verify?: ((samples: Int16Array) => boolean) | undefined;
}

/** 1.2 s: a slowly spoken "hey jarvis" and the time until it is heard. */
const REVIEWED_SAMPLES = 19_200;
/** 1 s in which other listeners hear the same word a little later. */
const REFRACTORY_SAMPLES = 16_000;
/** A word is somewhere louder than this; below lies the noise of the converter, raised by a levelled copy. */
const QUIETEST_WORD_DBFS = -70;
/** dB between the loudest frame of the word and the background from which a room counts as quiet. */
const QUIET_ROOM_DB = 25;
/** Frames from which the background is known: 3 s. */
const BACKGROUND_FRAMES = 94;
/** Share of them that is quieter than what counts as background. */
const BACKGROUND_SHARE = 0.15;
/** Enough silence for a native engine to forget what it heard. Opening a new one instead would leak a file each time. */
const FORGETTING_FRAMES = 40;

/** A wake detector of several listeners, each an engine on its own copy of the sound: any of them may hear the word. */
export function createWakeEnsemble({ name, word, listeners, lag, verify }: EnsembleOptions): WakeDetector {
  const heard = new RingBuffer(REVIEWED_SAMPLES);
  const silence = new Int16Array(FRAME_LENGTH);
  /** dBFS of the last frames, oldest first. */
  const levels: number[] = [];
  let refractory = 0;

  const loudness = () => Math.max(...levels.slice(-Math.ceil(REVIEWED_SAMPLES / FRAME_LENGTH)));
  const isRoomQuiet = () => {
    const background = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * BACKGROUND_SHARE)] ?? 0;
    return loudness() - background >= QUIET_ROOM_DB;
  };

  return {
    name,
    frameLength: FRAME_LENGTH,
    process(frame): WakeHit | undefined {
      heard.write(frame);
      levels.push(dbfs(frame));
      if (levels.length > BACKGROUND_FRAMES) levels.shift();
      refractory = Math.max(0, refractory - frame.length);
      // Every listener hears every frame, whoever else has heard the word: their sound must have no gaps.
      const hits = listeners
        .filter(({ copy, spotter }) => copy.process(frame).filter((each) => spotter.heard(each)).length > 0)
        .filter(({ quietOnly }) => !quietOnly || isRoomQuiet());
      if (hits.length === 0 || refractory > 0 || loudness() < QUIETEST_WORD_DBFS) return undefined;
      if (verify && !verify(heard.last(REVIEWED_SAMPLES))) return undefined;
      refractory = REFRACTORY_SAMPLES;
      return { word, endedSamplesAgo: lag + Math.min(...hits.map(({ copy }) => copy.delay)) };
    },
    reset() {
      for (const { copy, spotter } of listeners) {
        for (let frame = 0; frame < FORGETTING_FRAMES; frame += 1) spotter.heard(silence);
        copy.reset();
      }
      heard.clear();
      levels.length = 0;
      refractory = 0;
    },
    [Symbol.dispose]() {
      for (const { spotter } of listeners) spotter[Symbol.dispose]();
    },
  };
}
