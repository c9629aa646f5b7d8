import { benchFlood } from './home-flood.ts';
import { benchHousehold } from './home-household.ts';
import { benchLarge } from './home-large.ts';
import { benchLive } from './home-live.ts';
import { benchSentences } from './home-sentences.ts';
import { benchMatching } from './matching.ts';
import type { BenchPart } from './run-parts.ts';

/** The home, measured, in the order the parts run: what must be timed alone comes first. */
export const HOME_PARTS: Readonly<Record<string, BenchPart>> = {
  live: benchLive,
  large: benchLarge,
  flood: benchFlood,
  matching: benchMatching,
  sentences: benchSentences,
  household: benchHousehold,
};
