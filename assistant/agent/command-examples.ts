import { compilePhrasebook } from '../phrasebook/compile-phrasebook.ts';
import { sampleHome } from '../phrasebook/sample-home.ts';
import type { LoadedPhrasebook } from '../phrasebook.ts';

/** One of each manner of speaking; more would only fill the prompt. */
const INTENTS = [
  'HassTurnOn',
  'HassTurnOff',
  'HassLightSet',
  'HassClimateSetTemperature',
  'HassSetPosition',
  'HassGetState',
  'HassStartTimer',
  'HassCancelTimer',
  'HassSetVolume',
  'HassMediaPause',
  'HassListAddItem',
  'HassShoppingListAddItem',
];
const OF_EACH = 2;

/** Sentences that the phrasebook knows, with the names of a home that is nobody's: a prompt that held the real ones would hold words of outside. */
export function commandExamples(loaded: LoadedPhrasebook): string[] {
  const help = compilePhrasebook(loaded, sampleHome).help();
  return INTENTS.flatMap((intent) => help.find((each) => each.intent === intent)?.examples.slice(0, OF_EACH) ?? []);
}
