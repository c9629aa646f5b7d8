import type { IntentMatch } from '../../contract/intent.ts';
import type { ClauseReader } from './clause-reader.ts';
import type { Word } from './words.ts';

/** Answers to what was just done that name nothing: "off again", "blue", "halfway", "which ones", "stop", "not the desk lamp". */

const ASKED_ON: Record<string, IntentMatch['question']> = {
  'which ones': 'which',
  'which one': 'which',
  which: 'which',
  'which ones are they': 'which',
  'which are they': 'which',
  'which of them': 'which',
  'how many': 'how-many',
  'how many of them': 'how-many',
  'how many are there': 'how-many',
};
const STOP =
  /^(?:ok |okay |and )*(?:stop|stop there|stop it|stop them|halt|hold it|hold it there|enough|that is enough|that is far enough|that will do|there|right there)(?: please| now| thanks)?$/u;
const HALF = /^(?:ok |now |and |make it )*(?:half (?:that|of that|as much|it)|by half)(?: please)?$/u;
const DOUBLE = /^(?:ok |now |and |make it )*(?:twice (?:that|as much)|double (?:that|it))(?: please)?$/u;
const LEFT_OUT =
  /^(?:ok |oh |and |but |no )*(?:not|except(?: for)?|apart from|but not|leave out|just not) (?<thing>.+?)(?: though| please)?$/u;
const OPPOSITE: Record<string, string> = { HassTurnOn: 'HassTurnOff', HassTurnOff: 'HassTurnOn' };
/** Longer answers name what they mean. */
const MOST_WORDS = 6;

const are = ({ targets }: IntentMatch, ...domains: string[]): boolean =>
  targets.length > 0 && targets.every((id) => domains.some((domain) => id.startsWith(`${domain}.`)));

/** Undefined where the words are no such answer; they must be no sentence of their own. */
export function elliptic(words: readonly Word[], newest: IntentMatch, reader: ClauseReader): IntentMatch | undefined {
  const text = words.map((word) => word.text).join(' ');
  const isMove = are(newest, 'cover', 'valve') && newest.question === undefined;
  if (isMove && STOP.test(text)) return { ...newest, intent: 'HassStopMoving', slots: placed(newest) };
  if (newest.question !== undefined) {
    const question = ASKED_ON[text];
    return question === undefined || newest.slots.state === undefined ? undefined : { ...newest, question };
  }
  if (words.length > MOST_WORDS || newest.targets.length === 0) return undefined;
  const factor = HALF.test(text) ? 0.5 : DOUBLE.test(text) ? 2 : undefined;
  if (factor !== undefined && are(newest, 'light'))
    return { ...newest, intent: 'HassLightSet', slots: { ...placed(newest), brightness_factor: factor } };
  return leftOut(words, text, newest, reader) ?? completed(words, isMove, reader);
}

const placed = ({ slots: { name, area, floor } }: IntentMatch): IntentMatch['slots'] =>
  Object.fromEntries(Object.entries({ name, area, floor }).flatMap(([slot, value]) => (value === undefined ? [] : [[slot, value]])));

/** "turn on the office lights", then "but not the desk lamp": that one goes back. */
function leftOut(words: readonly Word[], text: string, newest: IntentMatch, reader: ClauseReader): IntentMatch | undefined {
  const said = LEFT_OUT.exec(text)?.groups?.thing;
  const intent = OPPOSITE[newest.intent];
  if (said === undefined || intent === undefined || newest.targets.length < 2) return undefined;
  const thing = reader.fragment('_thing', words.slice(-said.split(' ').length));
  if (thing?.by !== 'name') return undefined;
  const targets = thing.match.targets.filter((id) => newest.targets.includes(id));
  return targets.length === 0 || targets.length === newest.targets.length
    ? undefined
    : { ...newest, intent, slots: { name: thing.match.slots.name! }, targets };
}

/** The words with the verb and the "it" that they lack. */
function completed(words: readonly Word[], isMove: boolean, reader: ClauseReader): IntentMatch | undefined {
  const [first] = words;
  if (first === undefined || reader.sentence(words) !== undefined) return undefined;
  const rest = words.filter(({ text }) => !LEADS.has(text));
  if (rest.length === 0 || !VALUES.test(rest.map(({ text }) => text).join(' '))) return undefined;
  const as = (texts: string): Word[] => texts.split(' ').map((text) => ({ ...first, text }));
  const beginnings = isMove ? ['open it', 'set it to', 'close it'] : ['turn it', 'make it', 'set it to'];
  for (const beginning of beginnings) {
    const matched = reader.clause([...as(beginning), ...rest]);
    if (matched?.by === 'before' && !matched.hasText && matched.match.question === undefined && matched.which === undefined)
      return matched.match;
  }
  return undefined;
}

const LEADS: ReadonlySet<string> = new Set(['and', 'now', 'ok', 'okay', 'please', 'then', 'but', 'so', 'actually', 'no']);
/** A direction, a colour, a part or a value with its unit: something that only a command can mean. */
const VALUES =
  /^(?:back |all the way )*(?:on|off|up|down)(?: again| a (?:bit|little))*$|^(?:to |in )?(?:red|green|blue|white|yellow|orange|purple|pink|cyan|magenta|turquoise|violet|teal|gold|lavender|warm white|cool white|daylight)(?: again| instead)?$|^(?:to |at )?(?:\w+ )?\w+ (?:percent|degrees)$|^(?:half ?way|half|full|all the way|a (?:quarter|third)|maximum|minimum)$/u;
