/**
 * Sentences that speak of the home but want nothing done: what is denied, told, past, asked for advice, or only thought of. Doing nothing is the
 * right answer to them, however well the rest of their words fit a command.
 */

const NEGATIONS: ReadonlySet<string> = new Set(
  'not never no neither nor without stopped forbid avoid refuse hardly nobody nothing'.split(' '),
);
/** Who tells what others say or do, or what would be, does not talk to JARVIS. */
const TOLD: ReadonlySet<string> = new Set(
  `said says say saying told tells asked asks wanted wants thinks thought believes he she they him someone somebody because although though
  yesterday used supposed might was were had been wish wished wonder wondered wondering imagine suppose pretend remember forgot whether`.split(
    /\s+/u,
  ),
);
/** "not", but no denial. */
const NO_DENIAL =
  /\b(?:do not forget to|can not (?:hear|see)|never mind (?=\w)|do not mind|would not mind|why (?:do|can|could|would) (?:not )?you|why not|but not|shall we$|i was (?:thinking|hoping|wondering if) you could|i wonder if you could|do you think you could|would it be possible (?:for you )?to|that would be (?:great|lovely|nice|good|wonderful|perfect)$|^(?:\w+ )?might you|you might want to|do not bother|no do not|(?:can|could|would|will) not you|if not|not at all)\b|(?<=^(?:turn|switch|put|close|open|shut|dim|lock|set|all|every|lights?)\b.{3,60}) not (?=the |in |my |our |those |upstairs|downstairs)|\bwithout (?!\w+ing\b)|^no (?:more )?(?=(?:heating|heat|music|lights?|lighting|sound|air conditioning|ac|radio|fans?)\b)/gu;
const ADVICE =
  /\b(?:what happens|what would|what if|what does|should (?:i|we|you)|shall (?:i|we)|how (?:do|can|could|would|should|did) (?:i|we|you|one)|how to|why (?:is|are|did|does|do|would|was)|do (?:i|we) (?:need|have) to|is it (?:ok|okay|safe|possible|fine|bad|good|right) to|would it be|do you think|have you ever|did you know|can you explain|what about when|would (?:i|we)|could (?:i|we) have (?:left|turned)|who (?:turned|switched|opened|closed|left))\b/u;
/** "I turned on …", "we are turning …", "you opened …": a statement, unless it says what is wanted. */
const STATEMENT =
  /^(?:(?:and|so|well|oh|yes|yeah|but) )*(?:i|we|you|it|somebody|everyone) (?:(?:just|already|have|has|am|are|is|also|always|usually|never|only|still) )*(?:turn|turned|turning|switch|switched|switching|open|opened|opening|close|closed|closing|lock|locked|locking|unlock|unlocked|set|setting|put|putting|dim|dimmed|dimming|left|leave|shut|raised|lowered|started|stopped|paused|played|playing|turns|opens|closes)\b/u;
/** Ways of speaking that only sound like a command. */
const IDIOM =
  /\b(?:play (?:it (?:cool|safe|by ear|again sam)|nice|nicely|fair|dead|dumb|along|around|the (?:fool|game|victim)|hide and seek|football|chess|cards|tag|a (?:trick|game|prank|joke) on|games? with|outside|with (?:the|my|your|our|his|her|him|me|us|them|each|it|fire|matches|toys|lego))|turn (?:over a new leaf|the other cheek|the page|a blind eye|heads|your (?:head|back))|(?:open|close|shut|keep|mind) your (?:eyes?|mouth|mind|heart|ears?|book|legs?|gob|trap)|close (?:the )?(?:deal|friends?|relatives?|call)|open (?:sesame|the pod bay doors|(?:a|the) (?:bottle|can|jar|tin|book|account|box|present|letter|envelope|wine|beer))|set (?:the (?:table|record|scene|tone|bar|example)|a good example|an example|sail|foot|fire to)|lock (?:horns|step|eyes)|lights? at the end of|kill (?:time|two birds|him|her|them|me|someone|a)|raise (?:the (?:bar|issue|question|roof|kids|alarm with)|money|children|awareness)|drop (?:the (?:ball|subject|act|mic)|me (?:a|off)|it off)|stop (?:worrying|worry|complaining|crying|whining|arguing|fighting|lying|being|looking|staring|touching|bothering|teasing|hitting|running (?:in|around))|shut (?:your|the front door you)|cut (?:it out|the (?:crap|cake|cheese|bread|mustard|corners?))|pull (?:your|yourself|over|my leg|the other))\b/u;
const PAST_TIME = /\b(?:yesterday|last (?:week|month|year)|earlier today|(?:minutes|hours|days) ago|the other day|this time)\b/u;

/** Does it tell what somebody did or does, whatever else it says? */
export const isTold = (texts: readonly string[]): boolean => STATEMENT.test(texts.join(' ')) || PAST_TIME.test(texts.join(' '));

/** Does it only sound like a command? */
export const isIdiom = (texts: readonly string[]): boolean => IDIOM.test(texts.join(' '));

/** `texts`: the words of one clause, without its condition. */
export function isNoWish(texts: readonly string[]): boolean {
  const text = texts.join(' ').replace(NO_DENIAL, '');
  const words = text.split(' ');
  if (words.some((word) => NEGATIONS.has(word) || TOLD.has(word))) return true;
  return ADVICE.test(text) || STATEMENT.test(text) || IDIOM.test(text) || PAST_TIME.test(text);
}
