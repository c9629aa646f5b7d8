import { GERUNDS } from './fillers.ts';
import { NUMBER_WORDS } from './number-words.ts';
import type { Word } from './words.ts';

/**
 * What people say around a command: greetings, excuses, hedges, thanks. They combine freely, so that they are read by parts here; the fillers that
 * the lattice passes over are those that stand inside a command.
 */
const any = (...parts: readonly string[]): string => `(?:${parts.join('|')})`;
const words = (text: string): string => any(...text.split(',').map((phrase) => phrase.trim()));

const WHO = words(
  'jarvis, mate, buddy, pal, dude, man, bro, sir, guys, everyone, all, darling, dear, my dear, love, my love, honey, hun, babe, sweetheart, sweetie, my friend, friend, old chap, old friend, robot, computer, house, assistant, there',
);
const GENTLY = words('maybe, possibly, perhaps, please, just, kindly, quickly, also, then, at all, pretty please, now');
const YOU_COULD = `you (?:could|can|might|would|will|to|were able to|would be able to|would mind|do not mind)(?: ${GENTLY})*(?: (?:be able to|help me(?: to)?|try to|try and|go ahead and|go and|mind))?`;

/** Behind these a wish stands in the past: "it would be great if you closed the door". */
const THANKFUL = any(
  'it would be (?:so |really |very )?(?:great|nice|lovely|good|awesome|wonderful|amazing|fantastic|brilliant|helpful)',
  '(?:i|we) would (?:really |very much |so )?(?:appreciate it|be (?:very |so |really |most |ever so )?(?:grateful|thankful|happy|obliged)|love it|like it)',
  'would (?:it be (?:ok|okay|alright|all right|possible)|you mind)',
);
const PAST = new Map<string, string>(
  Object.entries({
    turned: 'turn',
    switched: 'switch',
    closed: 'close',
    opened: 'open',
    shut: 'shut',
    locked: 'lock',
    put: 'put',
    set: 'set',
    dimmed: 'dim',
    paused: 'pause',
    muted: 'mute',
    started: 'start',
    stopped: 'stop',
    lowered: 'lower',
    raised: 'raise',
    made: 'make',
    drew: 'draw',
    pulled: 'pull',
  }),
);
const PAST_VERB = any(...PAST.keys());

const FRONT = any(
  `(?:${THANKFUL}|(?:i think )?(?:it is |it might be )?(?:about |high )?time) (?:if )?(?:you|we)(?= ${PAST_VERB})`,
  `(?:you would not mind|i do not suppose ${YOU_COULD}|i do not suppose you would mind|you could not|would not you|do not suppose ${YOU_COULD}|mind)`,
  '(?:is there |would there be )?any (?:way|chance|possibility) (?:to|of|we (?:could|can)|i (?:could|can))',
  'be (?:a|an|my) (?:good |nice |great |absolute |real |dear |clever )?\\w+ and',
  '(?:go on(?: then)?|come on(?: then)?|(?:hang|hold) on(?: a (?:second|sec|minute|moment|mo|tick))?|(?:just )?(?:a|one) (?:second|sec|minute|moment|mo|tick)|wait(?: a (?:second|sec|minute|moment|mo))?(?: so)?)',
  'what i (?:was going|wanted|meant|was about|would like|am trying) to (?:say|ask|tell you)(?: you)? (?:is|was)(?: that)?',
  'if you (?:would|could) be so (?:good|kind|nice)(?: as to)?',
  `(?:hi|hello|hey|hiya|heya|howdy|yo|oi|ahem|ok|okay|right|alright|all right|well|so|now|oh|ooh|ah|aha|um|umm|uh|uhm|er|erm|hmm|hm|mm|look|listen|yes|yeah|yep|yup|sure|great|cool|perfect|lovely|fine|anyway|anyways|good (?:morning|evening|afternoon|night|day)|morning|evening)(?: ${WHO})*(?: (?:so|well|then|now))?`,
  WHO.replace('|there', '').replace('|house', '').replace('|all', ''),
  '(?:i am )?(?:so |really |very )?sorry (?:to be|for being) (?:a|an|such a)(?: \\w+)? (?:pain|bother|nuisance|pest|bore)(?: but)?',
  '(?:i am )?(?:so |really |very |terribly |awfully )?sorry(?: (?:to|for) (?:bother|trouble|disturb|ask|interrupt|bug|bothering|troubling|disturbing|interrupting)(?: you)?(?: all)?(?: again| once more)?(?: with this)?| about (?:this|that))?(?: but)?',
  '(?:excuse|pardon|forgive) me(?: for (?:asking|bothering you))?(?: but)?',
  'i (?:hate|do not want) to (?:bother|trouble|disturb) you(?: again)? but',
  'when you (?:get|have) (?:a|the) (?:chance|minute|moment|second|sec|time|mo)',
  'if you (?:get|have) (?:a|the) (?:chance|minute|moment|second|sec|time|mo)',
  'if (?:it is|that is) (?:ok|okay|alright|all right|fine|possible|not too much trouble|no trouble|no bother)(?: with you)?',
  `(?:if )?(?:i was|i am|i have been)(?: just| only)? (?:wondering|hoping|thinking)(?: if| whether| that)? ${YOU_COULD}`,
  `i(?: just| only| do)? (?:wonder|hope|think|guess|suppose|reckon|was thinking)(?: if| whether| that)? ${YOU_COULD}`,
  `(?:is there |would there be )?any (?:way|chance|possibility)(?: that)? ${YOU_COULD}`,
  `do you (?:think|suppose|reckon)(?: that)? ${YOU_COULD}`,
  `(?:(?:would it be|might it be)(?: at all| perhaps| maybe)? possible(?: at all)?(?: for you)?|is it possible for you) to`,
  `(?:is it|would it be|might it be) (?:possible|ok|okay|alright|all right|too much(?: trouble| to ask)?|a bother|any trouble)(?: if)? ${YOU_COULD}`,
  `it would be (?:so |really |very )?(?:great|nice|lovely|good|awesome|wonderful|amazing|fantastic|brilliant|helpful|super|cool)(?: if)? ${YOU_COULD}`,
  `(?:i|we) would (?:really |very much |so )?(?:appreciate it|be (?:very |so |really |most |ever so )?(?:grateful|thankful|happy|obliged)|love it|like it)(?: if)? ${YOU_COULD}`,
  `(?:would|do) you mind(?: awfully| terribly)?(?: if you)?`,
  `(?:can|could|may|might) i (?:just )?(?:ask|get|bother|trouble|have) you(?: to)?`,
  `(?:(?:can|could|would|will) you )?be (?:so (?:kind|good|nice)(?: as to| and)?|(?:a|an|such a|my)(?: \\w+)? (?:dear|love|darling|sweetheart|angel|star|legend|hero|gem|champ|saint|sport|lad|boy|girl|chap|pet|duck|treasure)(?: and)?)`,
  `(?:can|could|would|will|might) you(?: ${GENTLY})*(?: (?:be so (?:kind|good|nice)(?: as to| and)?|be a (?:dear|love|darling|sweetheart|angel|star)(?: and)?|do (?:me|us) a (?:big |huge |quick |small |wee )?(?:favor|solid)(?: and| please)?|be able to|manage to|help me(?: out)?(?: and| to| by)?|try to|try and|go ahead and|go and))*(?: ${GENTLY})*`,
  `you (?:could|can|may|might want to|should|need to|ought to|have to)(?: ${GENTLY})+`,
  'do (?:me|us) a (?:big |huge |quick |small |wee )?(?:favor|solid)(?: and| will you| would you)?(?: please)?',
  'be a (?:dear|love|darling|sweetheart|angel|star|good (?:boy|girl|lad|chap|sport|house))(?: and)?',
  '(?:i|we)(?: really| just| kind of| sort of| do| would)* (?:want|need|like|love|prefer)(?: it if)?(?: for)? you(?: to)?(?: please| just| now)*',
  '(?:what|all|the thing) (?:i|we) (?:really |actually |would |need |want )*(?:want|need|like|would like)(?: you to do| from you)? (?:is|now is)(?: for you)?(?: to)?',
  '(?:the thing is|you know(?: what)?|i mean|i say|tell you what|you see|guess what|here is (?:a thought|an idea|the thing)|let me think|let me see|let us see|how shall i put it|thinking about it|on second thought|by the way|oh by the way|while (?:you|i|we) (?:are|am) at it|while i (?:think of it|remember)|before i forget|come to think of it|first(?: of all| off| thing)?|firstly|next(?: up)?|finally|lastly|last thing|one (?:more|last|other) thing|just one thing|another thing|quick (?:one|question|thing|request|favor)|small (?:request|favor|thing)|i have (?:a|one) (?:quick |small )?(?:request|favor to ask|job for you))',
  '(?:and )?(?:please|pretty please|kindly|just|simply|go ahead and|go and|go on and|hurry up and|quick|quickly|after that|afterwards|once (?:that is done|you are done|you have done that)|maybe|perhaps|possibly|basically|actually|literally|honestly|seriously|obviously|also|then|and|but|like|for goodness sake|for heavens sake|for the love of god|for the last time|i beg you|i said|i repeat)',
  '(?:i think|i guess|i suppose|i reckon)(?: (?:i|we|you) (?:should|might|had better|need to|want to|will))?(?: have you)?',
  '(?:how|what) about(?: you)?(?: just)?',
  'why (?:do not|not|do) (?:you|we)(?: just)?',
  '(?:i|we) (?:would (?:really |quite )?like|want|need|would love|wish) to',
  '(?:time|it is time|i think it is time|it is about time) (?:to|you|we)',
  'let us(?: just)?(?: go ahead and)?',
  '(?:make sure|be sure|remember|do not forget|try|feel free)(?: that)?(?: you)? to',
);
const BACK = any(
  '(?:behind|after) (?:me|us|you)|while you are there',
  'if you (?:would|could) be so (?:good|kind|nice)',
  `(?:please|pretty please|thanks|thank you|cheers|ta|much obliged|much appreciated|many thanks)(?: (?:a lot|a million|a bunch|so much|very much|ever so much|kindly|again|in advance|awfully))*(?: ${WHO})*`,
  `(?:mate|buddy|pal|dude|bro|sir|darling|dear|love|my love|honey|hun|babe|sweetheart|my friend|old chap|jarvis)`,
  'if (?:you )?(?:please|can|could|would|will|like|want|possible|do not mind|would not mind|are able(?: to)?|get (?:a|the) (?:chance|minute|moment|second|sec|mo)|have (?:a|the) (?:chance|minute|moment|second|sec|time|mo)|would be so kind|could be so kind|may)(?: that is)?',
  'if (?:it is|that is) (?:ok|okay|alright|all right|fine|possible|not too much(?: trouble| to ask| bother)?|no trouble|no bother)(?: with you)?',
  'when(?:ever)? you (?:can|like|want|are ready|are free|get (?:a|the) (?:chance|minute|moment|second|sec|mo)|have (?:a|the) (?:chance|minute|moment|second|sec|time|mo))',
  '(?:for me|for us)(?: please)?',
  '(?:can|could|would|will) you(?: please| kindly| mind| do that| do that for me| do it)*',
  'would that be (?:ok|okay|possible|alright)',
  '(?:is that|if that is) (?:ok|okay|possible|alright)',
  'that would be (?:so |really |just )?(?:great|lovely|nice|good|wonderful|perfect|brilliant|fantastic|awesome|amazing|fab|super|helpful|ideal)',
  'i (?:guess|suppose|think|reckon|would say|beg you|beg of you|would appreciate it|would appreciate that)',
  'as (?:soon|quickly|fast|quick) as (?:possible|you can)|asap|right (?:now|away|this (?:minute|second|instant))|straight (?:away|off)|immediately|at once|pronto|sharpish|real quick|quick sharp|quickly|this instant|this minute|at the moment|for now|in a (?:jiffy|sec)|chop chop|on the double',
  'or (?:something|whatever|so|somewhat)|and (?:stuff|all that|whatnot|everything|so on)|you know|you (?:legend|star|beauty|hero|genius|champ|rock|angel)|ok|okay|alright|yeah|right|will you not|there is a (?:good (?:boy|lad|girl|chap)|dear|love)',
  'please and thank you|and thank you|and thanks|that is it|that is all|that will be all|nothing else|no that is all|before i forget|while you are at it|by the way|just now|actually|then|now',
);
const HESITATION = /^(?:please|u[hm]+|uhm|e+r+m?|hm+|erm)$/u;
const FRONT_PATTERN = new RegExp(`^(?:${FRONT} )+`, 'u');
const BACK_PATTERN = new RegExp(`(?: ${BACK})+$`, 'u');

/** The words without the politeness around them; undefined where there is none, or nothing else. */
export function withoutPoliteness(said: readonly Word[]): Word[] | undefined {
  const text = said.map((word) => word.text).join(' ');
  const front = FRONT_PATTERN.exec(text)?.[0] ?? '';
  const rest = text.slice(front.length);
  const back = BACK_PATTERN.exec(rest)?.[0] ?? '';
  const count = (part: string): number => (part.trim() === '' ? 0 : part.trim().split(' ').length);
  const inside = said.slice(count(front), said.length - count(back));
  // "turn, turn the uh lamp off": what is said twice in a row is meant once.
  const left = inside.filter(
    ({ text: word }, index) => !HESITATION.test(word) && (word !== inside[index - 1]?.text || NUMBER_WORDS.has(word)),
  );
  if (left.length === 0 || left.length === said.length) return undefined;
  // "would you mind closing …", "it would be great if you closed …".
  const [first, ...others] = left;
  const verb = front === '' ? undefined : (GERUNDS.get(first!.text) ?? (/(?:you|we) $/u.test(front) ? PAST.get(first!.text) : undefined));
  return verb === undefined ? left : [{ ...first!, text: verb }, ...others];
}
