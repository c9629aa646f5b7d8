import type { Word } from './words.ts';

/** Why somebody wants something, said before it or behind it: "it's dark, turn on the lamp", "open the window, it's stuffy in here". */

const HOW =
  'dark|darker|dim|gloomy|murky|bright|brighter|blinding|cold|colder|chilly|freezing|nippy|cool|hot|hotter|warm|warmer|boiling|roasting|stuffy|muggy|humid|damp|dry|draughty|drafty|smoky|smelly|steamy|steamed up|loud|noisy|quiet|late|early|bedtime|dinnertime|lunchtime|dinner|lunch|breakfast|home|back|asleep|sleeping|sleepy|tired|knackered|exhausted|hungry|bored|awake|here|there|out|outside|inside|upstairs|downstairs|away|ready|done|finished|leaving|off|bed|sleep|work|school|town|party|film|movie|tv|match|game|reading|cooking|working|eating|studying|baking|cleaning|sunny|raining|snowing|windy|morning|evening|night|midnight|noon|sunset|empty|closed|open|on|running|everyone|anything|thing|see|hear|concentrate|focus|read|guests|visitors|company|headache|migraine|hurting|sick|ill|in|glare|draught|draft|mess|filthy|dirty|light|eyes|face|way|over|through|ending|arriving|coming|waiting|starting|started|beginning|crying|barking|sleeping|shopping|holiday|dangerous|annoying|distracting|horrible|miserable|lovely|beautiful|romantic';
const TAIL =
  '(?: (?:now|already|again|today|tonight|this (?:morning|evening|afternoon)|outside|inside|in here|in there|out there|here|at all|soon|and all|for me|for that|in the \\w+(?: \\w+)?|on the \\w+|everywhere|for (?:dinner|lunch|breakfast|tea|bed|work)))*';
const SUBJECT =
  '(?:(?:oh|ooh|ugh|wow|god|gosh|blimey|well|hey|man|phew|brr|hmm|jeez|sorry|ok|so|right|hi|now) )*(?:(?:it|this|that|there|everything|everyone|everybody|somebody|someone|nobody|he|she|they|i|we|guests|visitors|people|dinner|lunch|breakfast)|(?:the|my|our|this|that) \\w+(?: \\w+){0,2}|\\w+s)';
const VERB =
  '(?: (?:is|are|am|has|have|feels?|looks?|seems?|smells?|sounds?|gets?|got|can(?: not)?|could(?: not)?|need|needs|want|wants|is getting|are getting|went|go|will|think|hate|love|like|do not|does not))';
const REASON = `(?:${SUBJECT}${VERB}(?: \\w+){0,6}? (?:${HOW})${TAIL}|(?:let|let us get|get) (?:some|a bit of|a little|in some|the)(?: more| fresh| natural)? (?:light|air|sun|sunlight|sunshine|daylight|breeze)(?: in)?|(?:dinner|lunch|breakfast|tea|bed|story|movie|film|party|nap|bath|shower|play) ?time|time for (?:bed|dinner|lunch|breakfast|work|school|a nap|a film|a movie|the \\w+)|too (?:${HOW})${TAIL})`;
const WHOLE = new RegExp(`^${REASON}$`, 'u');
/** What joins a reason to the command behind it, and one behind the command to it. */
const SO = /^(?:so|and|then|therefore)$/u;
const BECAUSE = /^(?:because|cause|cos|since|as|for|seeing|given|that|now)$/u;
const PURPOSE =
  /(?: in order)?(?: (?:so|so that))? (?:i|we|they|he|she|everyone|the \w+|my \w+) (?:can|could|will be able to|do not|does not|may) (?:\w+ ){0,5}\w+$/u;
const AIM = / (?:so (?:that )?.+|in order to .+|to (?:see|save|get|let|keep|help|cool|warm|heat|air|brighten|cheer) .+)$/u;
const MOST_WORDS = 22;

export interface Reasoned {
  words: Word[];
  /** The words of the reason, which may name what "it" is. */
  reason: Word[];
}

/** The ways to take a reason off a sentence. What is left must be a clear command for it to count. */
export function* withoutReason(words: readonly Word[]): Generator<Reasoned> {
  if (words.length < 4 || words.length > MOST_WORDS) return;
  const said = words.map((word) => word.text).join(' ');
  const count = (part: string): number => part.trim().split(' ').length;
  const isReason = (part: readonly Word[]): boolean => part.length > 1 && WHOLE.test(part.map((word) => word.text).join(' '));
  // The longest first: "the sun is in my eyes" is more than "the sun is in".
  for (let at = Math.min(12, words.length - 2); at >= 2; at--) {
    if (!isReason(words.slice(0, at))) continue;
    const from = SO.test(words[at]!.text) ? at + 1 : at;
    yield { words: words.slice(from), reason: words.slice(0, at) };
  }
  // Behind the command the shortest: what stands before it belongs to the command.
  for (let at = words.length - 2; at >= 2; at--) {
    if (!isReason(words.slice(at))) continue;
    let end = at;
    while (end > 2 && BECAUSE.test(words[end - 1]!.text)) end--;
    yield { words: words.slice(0, end), reason: words.slice(at) };
  }
  for (const pattern of [PURPOSE, AIM]) {
    const behind = pattern.exec(said);
    if (behind === null || behind.index === 0) continue;
    const at = count(said.slice(0, behind.index));
    if (at >= 2) yield { words: words.slice(0, at), reason: words.slice(at) };
  }
}

/** Words by which people take back what they began: behind them stands what they mean. */
const TAKEN_BACK =
  / (?:(?:hmm|um|uh|er|erm|oh|ah|oops|whoops|sorry|actually|wait) )*(?:no wait(?: no)?|wait no|(?<!\b(?:and|then|but) )wait(?= (?:i|not|make|no))|no sorry|sorry no|no actually|actually no|oh no|hmm no|no hang on|hang on no|hold on no|no hold on|no i mean(?:t)?|no not that|i mean(?:t)?|i meant to say|scratch that|strike that|scrap that|forget that|cancel that|no make that|make that|no make it|no|sorry|or rather|(?<!\b(?:and|then|but) )rather|(?<!\b(?:and|then|but|also) )actually|on second thoughts?|correction)(?: (?:i mean(?:t)?|not that|actually|sorry|wait|no|make that|make it))* /gu;

export interface Corrected {
  before: Word[];
  /** What was said in its place. */
  meant: Word[];
}

/** "turn on the hall no the kitchen light": the ways in which somebody corrects the sentence they are saying, last correction first. */
export function* corrections(words: readonly Word[]): Generator<Corrected> {
  if (words.length < 4 || words.length > 30) return;
  const said = words.map((word) => word.text).join(' ');
  const found = [...said.matchAll(TAKEN_BACK)].toReversed();
  for (const mark of found.slice(0, 2)) {
    const from = said.slice(0, mark.index).split(' ').length;
    const to = from + mark[0].trim().split(' ').length;
    if (to < words.length) yield { before: words.slice(0, from), meant: words.slice(to) };
  }
}
