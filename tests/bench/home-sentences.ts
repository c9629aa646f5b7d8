import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { compilePhrasebook } from '../../assistant/phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../../assistant/phrasebook/load-phrasebook.ts';
import { isMeant, readSentenceFiles, type SentenceFile, type SentenceScore, scoreSentences } from '../behaviour/score-sentences.ts';
import { askHassil, type PeerResult } from './hassil-peer.ts';
import { recordingsFolder } from './recordings.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds, quantile, share } from './report.ts';

/** Home Assistant's English sentence tests, by intent, beside its own matcher where that is on this machine. */
export async function benchSentences(): Promise<BenchSection> {
  const folder = join(recordingsFolder, 'intents');
  const title = "Home Assistant's English sentences";
  if (!existsSync(folder))
    return { title, notes: ['the sentences are not there (JARVIS_FIXTURES names their folder), so this was skipped'], figures: [] };
  const loaded = await loadPhrasebook({ folders: [] });
  const score = await scoreSentences(loaded, folder, 'merged');
  const files: SentenceFile[] = [];
  for await (const file of readSentenceFiles(folder, 'merged')) files.push(file);
  const times = ourTimes(files, loaded);
  const peer = await askHassil(files);
  return {
    title,
    notes: [
      "right = the standard intent and exactly its slots; every file's devices stand in the suite's whole home",
      'missing' in peer
        ? `not run beside hassil: ${peer.missing}`
        : `the same sentences and homes through hassil ${peer.hassil} with Home Assistant's own templates`,
    ],
    figures: [...ourFigures(score, times), ...('missing' in peer ? [] : peerFigures(peer, files))],
  };
}

function ourTimes(files: readonly SentenceFile[], loaded: Awaited<ReturnType<typeof loadPhrasebook>>): number[] {
  return files.flatMap(({ home, room, tests }) => {
    const book = compilePhrasebook(loaded, home);
    const hearing = room === undefined ? {} : { room: room.id };
    const sentences = tests.flatMap((test) => test.sentences);
    for (const sentence of sentences) book.understand(sentence, hearing);
    return sentences.map((sentence) => {
      const began = performance.now();
      book.understand(sentence, hearing);
      return performance.now() - began;
    });
  });
}

const speeds = (who: string, times: readonly number[]): Figure[] => [
  { name: `${who}: one sentence, p50`, ...milliseconds(quantile(times, 0.5)), detail: `${times.length} sentences` },
  { name: `${who}: one sentence, p99`, ...milliseconds(quantile(times, 0.99)) },
  { name: `${who}: one sentence, most`, ...milliseconds(Math.max(...times)) },
];

const ourFigures = (score: SentenceScore, times: readonly number[]): Figure[] => [
  { name: 'JARVIS: right', ...share(score.right, score.all), target: '≥ 98 %' },
  ...[...score.byIntent].map(([intent, { right, all }]) => ({ name: `JARVIS: ${intent}`, ...share(right, all) })),
  ...speeds('JARVIS', times),
];

function peerFigures(peer: PeerResult, files: readonly SentenceFile[]): Figure[] {
  const all = files.flatMap(({ intent, tests }, file) => {
    const expected = tests.flatMap(({ sentences, slots }) => sentences.map(() => slots));
    return expected.map((slots, index) => ({ intent, slots, found: peer.found[file]?.[index] ?? undefined }));
  });
  // hassil tells what a sentence implies, its domain and the room of the satellite, as slots more, which the suite leaves out.
  const right = all.filter(({ intent, slots, found }) => {
    if (found === undefined) return false;
    const told = Object.entries(found.slots).filter(([slot]) => Object.hasOwn(slots, slot) || (slot !== 'domain' && slot !== 'area'));
    return isMeant({ intent: found.intent, slots: Object.fromEntries(told) }, intent, slots);
  }).length;
  const intentOnly = all.filter(({ intent, found }) => found?.intent === intent).length;
  return [
    { name: 'hassil: right', ...share(right, all.length) },
    { name: 'hassil: the right intent, whatever the slots', ...share(intentOnly, all.length) },
    ...speeds('hassil', peer.times),
  ];
}
