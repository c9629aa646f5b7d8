import { performance } from 'node:perf_hooks';
import { VoiceSettingsSchema } from '../../contract/settings.ts';
import type { WakeDetector } from '../../voice/engine.ts';
import { createWakeDetector } from '../../voice/wake/create-wake-detector.ts';
import { mixed } from './mix-noise.ts';
import type { Extent, Recording } from './recordings.ts';
import { extentNote, haveRecordings, hours, isRoomResponse, NO_RECORDINGS, recordings, SNRS, snrName, some } from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds, share } from './report.ts';

/** Quiet before and after, so that every clip starts with a detector at rest. */
const REST = new Int16Array(8_000);

function hits(detector: WakeDetector, samples: Int16Array): number {
  detector.reset();
  let count = 0;
  for (const part of [REST, samples, REST]) {
    for (let start = 0; start + detector.frameLength <= part.length; start += detector.frameLength) {
      if (detector.process(part.subarray(start, start + detector.frameLength)) !== undefined) count += 1;
    }
  }
  return count;
}

/** Wake recall clean and in noise, false accepts on speech and noise that say something else, and what it costs. */
export async function benchWake(extent: Extent): Promise<BenchSection> {
  if (!haveRecordings) return { title: 'Wake word', notes: [NO_RECORDINGS], figures: [] };
  const { detector, report } = createWakeDetector(VoiceSettingsSchema.parse({}).wake);
  const noises = await recordings('noise', (name) => !isRoomResponse(name));
  const jarvis = await recordings('wake/jarvis');
  const heyJarvis = await recordings('wake/hey-jarvis');
  const others = [await recordings('wake/other'), await recordings('speech'), await recordings('commands/coffee'), noises];
  const figures: Figure[] = [];
  for (const snr of SNRS) {
    const clips = snr === undefined ? jarvis : some(jarvis, 2, extent);
    const heard = mixed(clips, noises, snr).filter((samples) => hits(detector, samples) > 0).length;
    const target = snr === undefined ? '≥ 98 %' : snr === 10 ? '≥ 95 %' : snr === 0 ? '≥ 85 %' : undefined;
    figures.push({ name: `"Jarvis" heard, ${snrName(snr)}`, ...share(heard, clips.length), ...(target === undefined ? {} : { target }) });
  }
  figures.push({
    name: '"Hey Jarvis" heard',
    ...share(heyJarvis.filter((clip) => hits(detector, clip.samples) > 0).length, heyJarvis.length),
  });
  const wrong = others.flat().flatMap(({ name, samples }) => Array.from({ length: hits(detector, samples) }, () => name));
  const length = hours(others);
  figures.push({
    name: 'false accepts on other speech and noise',
    value: wrong.length,
    unit: 'hits',
    target: '0',
    detail: `in ${length.toFixed(2)} hours (${(wrong.length / length).toFixed(2)} an hour)${wrong.length === 0 ? '' : `: ${wrong.join(', ')}`}`,
  });
  figures.push(...cost(detector, others.flat()));
  detector[Symbol.dispose]();
  return { title: 'Wake word', notes: [`engine ${report.engine}: ${report.detail}`, extentNote(extent)], figures };
}

function cost(detector: WakeDetector, clips: readonly Recording[]): Figure[] {
  const seconds = 60;
  let samples = 0;
  const before = performance.now();
  for (const clip of clips) {
    hits(detector, clip.samples);
    samples += clip.samples.length + 2 * REST.length;
    if (samples > seconds * 16_000) break;
  }
  const spent = performance.now() - before;
  const heardMs = samples / 16;
  return [
    { name: 'detector alone', value: Math.round((spent / heardMs) * 10_000) / 100, unit: '% of a core', target: '≤ 5 %' },
    { name: 'detector per 32 ms', ...milliseconds((spent / heardMs) * 32) },
  ];
}
