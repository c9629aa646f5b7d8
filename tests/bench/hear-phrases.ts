import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import type { Phrasebook } from '../../assistant/phrasebook.ts';
import { FRAME_LENGTH } from '../../contract/audio.ts';
import type { HomeSnapshot } from '../../contract/home.ts';
import type { PhraseTranscriber, Transcript } from '../../voice/engine.ts';
import { type CoffeePhrasebook, writePhrasebook } from './coffee-phrasebook.ts';

export interface Heard extends Transcript {
  /** From the first write to the last word, in ms. */
  spentMs: number;
  /** From the last write to the last word, in ms. */
  finalMs: number;
  /** How long the sound lasts, in ms. */
  soundMs: number;
}

/** Hears one recording as the pipeline would, frame by frame, as fast as it goes. */
export async function hearPhrase(transcriber: PhraseTranscriber, samples: Int16Array): Promise<Heard> {
  using stream = transcriber.open();
  const began = performance.now();
  for (let start = 0; start < samples.length; start += FRAME_LENGTH) stream.write(samples.subarray(start, start + FRAME_LENGTH));
  const written = performance.now();
  const transcript = await stream.end();
  const ended = performance.now();
  return { ...transcript, spentMs: ended - began, finalMs: ended - written, soundMs: samples.length / 16 };
}

/** The phrasebook of a home: built-in, own sentences, or both. */
export async function phrasebookFor(home: HomeSnapshot, own: CoffeePhrasebook | undefined, builtIn: boolean): Promise<Phrasebook> {
  const folders = own === undefined ? [] : [await writePhrasebook(own)];
  try {
    return compilePhrasebook(await loadPhrasebook({ folders, builtIn }), home);
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true });
  }
}
