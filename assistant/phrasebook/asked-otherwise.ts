import type { Word } from './words.ts';

/** A question in the words that a measured thing's own name has: "how much battery does the door have left" asks for "the door battery". */
const REWRITINGS: readonly (readonly [pattern: RegExp, ...questions: string[]])[] = [
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
  // "is the door open or closed": either answer tells.
  [/^(?<rest>(?:is|are) .+?) or (?:not|on|off|open|closed|shut|locked|unlocked)$/du, 'REST'],
  [
    /^(?:can you tell me|do you know|tell me|i want to know|check|find out|could you check|can you check|see) (?:if|whether) (?<thing>.+?) (?<rest>(?:is|are) .+)$/du,
    'IS THING REST',
  ],
  [/^(?:can you tell me|do you know|tell me|check) (?<rest>(?:what|which|how|where|who|when) .+)$/du, 'REST'],
];
const QUESTION = /^(?:what|how|is|are|tell|check|can|do|i|find|could|see)$/u;
const MOST_WORDS = 20;

/** Other ways to ask what a sentence asks; nothing for what is no question. */
export function* askedOtherwise(words: readonly Word[]): Generator<Word[]> {
  const [first] = words;
  if (first === undefined || words.length > MOST_WORDS || !QUESTION.test(first.text)) return;
  const text = words.map((word) => word.text).join(' ');
  for (const [pattern, ...questions] of REWRITINGS) {
    const found = pattern.exec(text);
    if (found?.indices === undefined) continue;
    const parts = new Map(Object.entries(found.indices.groups ?? {}).map(([name, range]) => [name.toUpperCase(), within(words, range)]));
    for (const question of questions) yield question.split(' ').flatMap((text_) => filled(text_, parts, first));
  }
}

function filled(text: string, parts: ReadonlyMap<string, Word[]>, like: Word): Word[] {
  const rest = parts.get('REST');
  // "whether the light is on": the verb comes first, the rest without it.
  if (text === 'IS') return rest === undefined ? [] : rest.slice(0, 1);
  if (text === 'REST' && rest !== undefined && parts.has('THING') && /^(?:is|are)$/u.test(rest[0]?.text ?? '')) return rest.slice(1);
  return parts.get(text) ?? [{ text, start: like.start, end: like.end }];
}

/** The words whose text lies in a range of the words joined by single spaces. */
function within(words: readonly Word[], range: readonly [number, number] | undefined): Word[] {
  if (range === undefined) return [];
  let at = 0;
  return words.filter(({ text }) => {
    const start = at;
    at += text.length + 1;
    return start >= range[0] && start + text.length <= range[1];
  });
}
