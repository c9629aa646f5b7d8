import type { Rewriting } from './rewrite-words.ts';
import { rewritten } from './rewrite-words.ts';
import type { Word } from './words.ts';

/** A question in the words that a measured thing's own name has: "how much battery does the door have left" asks for "the door battery". */
const REWRITINGS: readonly Rewriting[] = [
  [
    /^(?:what is|how is|tell me|check|how much is|how full is)(?: the)? (?:battery|charge|battery level|battery status)(?: level| status)? (?:of|in|on|for) (?<thing>.+)$/du,
    'what is THING battery',
    'what is THING battery level',
  ],
  [
    /^how much (?:battery|charge|battery life) (?:does|has|is)(?: there)?(?: left)? ?(?:in|on)? ?(?<thing>.+?)(?: still)?(?: have| got| left)*$/du,
    'what is THING battery',
    'what is THING battery level',
  ],
  [/^(?:what is|how is) (?<thing>.+?) battery (?:at|like|level|doing)$/du, 'what is THING battery'],
  [/^how (?:full|charged) is (?<thing>.+?)$/du, 'what is THING battery', 'what is THING'],
  [
    /^how much (?:power|electricity|current|energy) (?:is|are|does|do) (?<thing>.+?) (?:using|use|draw|drawing|make|making|producing|produce|generating|generate|consume|consuming|taking|need|needing|pulling)(?: right now| now| at the moment)?$/du,
    'what is THING power',
    'what is THING energy',
    'what is THING',
  ],
  [
    /^what is (?:the )?(?:power|power consumption|energy|power use|consumption|energy use) (?:of|for) (?<thing>.+)$/du,
    'what is THING power',
    'what is THING energy',
  ],
  [
    /^how much (?:is|are) (?<thing>.+?) (?:using|making|producing|drawing|generating)(?: right now| now)?$/du,
    'what is THING power',
    'what is THING',
  ],
  [
    /^what is (?:the )?(?<measure>temperature|humidity|battery|power|pressure|brightness|illuminance|light level|air quality|co two|signal|level) (?:of|in|on|at|for) (?<thing>.+)$/du,
    'what is THING MEASURE',
  ],
  [/^how (?:warm|cold|hot) is (?:it in )?(?<thing>.+)$/du, 'what is THING temperature'],
  [/^how humid is (?:it in )?(?<thing>.+)$/du, 'what is THING humidity'],
  [
    /^what is (?:the )?(?:temperature|temp)(?: like)? (?:outside|outdoors|out|out there)(?: now| right now)?$/du,
    'what is outside temperature',
    'what is outdoor temperature',
    'how warm is it outside',
  ],
  [
    /^how (?:warm|cold|hot) is it (?:outside|outdoors|out)(?: now| right now)?$/du,
    'what is outside temperature',
    'what is outdoor temperature',
  ],
  [
    /^(?:is|are) (?<thing>.+?) (?:using|drawing|making|producing) (?<rest>(?:less|more) than .+)$/du,
    'is THING power REST',
    'is THING REST',
  ],
  [
    /^is it (?<rest>(?:colder|cooler|warmer|hotter|less|more) than .+?|(?:below|above|under|over) .+?) (?:outside|outdoors|out)$/du,
    'is outside temperature REST',
    'is outdoor temperature REST',
  ],
  [
    /^is it (?:outside|outdoors|out) (?<rest>(?:colder|cooler|warmer|hotter|less|more) than .+?|(?:below|above|under|over) .+?)$/du,
    'is outside temperature REST',
    'is outdoor temperature REST',
  ],
  [/^how (?:bright|loud|open|fast|high|far open) (?:is|are) (?<thing>.+)$/du, 'how is THING', 'how are THING'],
  [
    /^how much (?<thing>.+?) (?:are|is|do|does) (?:we|i|it|the house) (?:using|making|producing|generating|use|make|produce|have|getting)(?: right now| now| at the moment)?$/du,
    'what is THING',
  ],
  [
    /^what is (?<thing>.+?) (?:using|drawing|consuming|pulling|making|producing|generating)(?: right now| now| at the moment| currently)?$/du,
    'what is THING power',
    'what is THING energy',
    'what is THING',
  ],
  [/^(?:is it|how) (?:cold|warm|hot|cool|freezing)(?: is it)? (?:in|inside|on) (?<thing>.+)$/du, 'what is THING temperature'],
  [/^(?:what is|how is) the air(?: quality)?(?: like)?(?: right now| now)? (?<place>in .+|here)$/du, 'how is the air PLACE'],
  [/^what is (?<thing>.+?) (?:doing|up to)(?: right now| now| at the moment)?$/du, 'how is THING', 'what is the state of THING'],
  [
    /^(?:which|what) rooms? (?:has|have|have got|has got)(?: the| any| some| a)? (?<thing>lights?|lamps?|fans?|tvs?) (?:still )?(?<state>on|off)(?<place>.*)$/du,
    'which rooms have THING STATE PLACE',
  ],
  // "is the door open or closed": neither yes nor no tells.
  [
    /^(?:is|are) (?<thing>.+?) (?:still |already )?(?:on|off|open|closed|shut|locked|unlocked|home|away|in|charging|running|playing|cleaning|docked|armed|heating|cooling) or (?!not\b).+$/du,
    'what is the state of THING',
    'how is THING',
  ],
  [/^(?<rest>(?:is|are) .+?) or (?:what|where|how|whether|is it|are they)\b.*$/du, 'REST'],
  [/^(?<rest>(?:is|are) .+?) or (?:not|on|off|open|closed|shut|locked|unlocked)$/du, 'REST'],
  [
    /^(?:can you tell me|do you know|tell me|i want to know|check|find out|could you check|can you check|see) (?:if|whether) (?<thing>.+?) (?<verb>is|are) (?<rest>.+)$/du,
    'VERB THING REST',
  ],
  [/^(?:can you tell me|do you know|tell me|check) (?<rest>(?:what|which|how|where|who|when) .+)$/du, 'REST'],
];
const QUESTION = /^(?:what|how|which|is|are|tell|check|can|do|i|find|could|see)$/u;

/** Other ways to ask what a sentence asks; nothing for what is no question. */
export function* askedOtherwise(words: readonly Word[]): Generator<Word[]> {
  if (QUESTION.test(words[0]?.text ?? '')) yield* rewritten(words, REWRITINGS);
}
