import type { ChatMessage } from '../../contract/chat.ts';

/** Who a person is and what holds for them outlasts what they wanted a minute ago. */
const SIGNS: readonly (readonly [weight: number, pattern: RegExp])[] = [
  [5, /\bmy (?:full |first |last |middle )?name(?:'s| is)|\bi(?:'m| am) called\b|\b(?:call me|address me as)\b/iu],
  [4, /\b(?:remember|don't forget|do not forget|keep in mind|for the record|note that|important)\b/iu],
  [4, /\bi(?:'m| am) (?:a|an|the|not|allergic|intolerant|afraid|vegetarian|vegan|married|divorced|retired|\d)/iu],
  [
    3.5,
    /\bi (?:never|always|cannot|can't|hate|love|prefer|dislike|like|need|live|work|drive|own|take|have|was born|grew up|come from|speak|believe|study|studied)\b/iu,
  ],
  [
    3.5,
    /\bwe(?:'ve| have)? (?:decided|agreed|settled|chose|chosen|will|are going)\b|\blet's (?:go with|take|use|say|agree)\b|\bi(?:'ve| have)? (?:decided|chosen|settled)\b/iu,
  ],
  [
    3,
    /\b(?:my|our) [\p{L}' ]{2,40}? (?:is|are|was|were|has|have|lives?|works?|drives?|comes?|goes|runs?|turns?|will|costs?|charges?|gets?|takes?|had)\b/iu,
  ],
  [1.5, /\bthe [\p{L}' ]{2,40}? (?:is|are|comes?|costs?|runs?|belongs?|has)\b/iu],
];
/** Something to look up later. */
const DETAILS: readonly RegExp[] = [/\d{2,}/u, /(?<=[\p{L},] )\p{Lu}\p{Ll}{2,}/u, /\S+@\S+|\+?\d[\d ()-]{6,}/u];
const COMMAND =
  /^(?:please )?(?:turn|switch|set|dim|open|close|shut|play|stop|pause|start|add|lock|unlock|show|tell|explain|find|search|read|write|make|give|put|cancel|what|who|where|when|why|how|is|are|do|does|did|can|could|would|will|and what|compare)\b/iu;

/** Does it ask for something rather than say something? */
export function isWish(sentence: string): boolean {
  return /\?\s*$/u.test(sentence) || COMMAND.test(sentence);
}

/** How much a sentence of a conversation deserves to be kept when not everything can be: 0 nothing, 3 and more a fact that will be asked for. */
export function importanceOf(sentence: string, role: ChatMessage['role']): number {
  if (role === 'jarvis') return /\?\s*$/u.test(sentence) ? 0.5 : 0;
  const details = DETAILS.filter((each) => each.test(sentence)).length * 0.5;
  const weight = Math.max(0, ...SIGNS.map(([each, pattern]) => (pattern.test(sentence) ? each : 0)));
  if (isWish(sentence)) return weight >= 4 ? weight / 2 : 0;
  return weight + details;
}

/** Sentences of a message, in order; lines of lists count as such. */
export function sentencesOf(text: string): string[] {
  return (text.match(/[^\n]+?(?:(?<!\b(?:\p{Lu}|Mrs?|Dr|St|No|e\.g|i\.e))[.!?…]+["'”’)]*(?=\s|$)|\n|$)/gu) ?? [])
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
