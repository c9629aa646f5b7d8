export type Mood = 'neutral' | 'frustrated' | 'hurried' | 'cheerful' | 'sad';

/** A sign of a mood; together they must reach `ENOUGH`. */
interface Sign {
  mood: Exclude<Mood, 'neutral'>;
  weight: number;
  pattern: RegExp;
}

const ENOUGH = 2;

/** Quoted words, and what is to be played, read or searched, is not what the person feels. */
const TITLES =
  /[“"][^”"]*[”"]|(?<!\p{L})['‘][^'’]{3,}['’](?!\p{L})|\b(?:play|watch|read|write|note|dictate|type|translate|spell|define|send|remind me|(?:he|she|they|who) (?:said|says)|listen to|put on|search(?: for)?|find|look up|called|named|titled|the (?:film|movie|song|album|book|series|game|episode)|who (?:wrote|sang|directed))\s+.*$/giu;

const SIGNS: readonly Sign[] = [
  {
    mood: 'frustrated',
    weight: 2,
    pattern: /\b(?:i|we) (?:just |already |clearly )?(?:said|told you|asked you)\b(?! (?:to|that) (?:him|her|them))/iu,
  },
  {
    mood: 'frustrated',
    weight: 2,
    pattern:
      /\b(?:how many times|for the (?:last|third|tenth|hundredth) time|that'?s not what i|are you (?:deaf|listening|stupid)|you (?:never|keep|don'?t) (?:listen|get|do(?:ing)?|understand))/iu,
  },
  {
    mood: 'frustrated',
    weight: 2,
    pattern:
      /\b(?:(?:you'?re|you are|this is|that'?s|it'?s|how|so|completely|absolutely) useless|for (?:god|heaven|christ|fuck|pete)'?s'? sake|(?:stupid|bloody|damn(?:ed)?|fucking) (?:thing|machine|light|lamp|timer|computer|assistant|robot))\b/iu,
  },
  { mood: 'frustrated', weight: 2, pattern: /\b(?:fuck|bullshit|piss off|shut up|what the (?:hell|fuck))\b/iu },
  { mood: 'frustrated', weight: 1, pattern: /\b(?:shit|damn it|dammit|bloody hell|crap)\b/iu },
  {
    mood: 'frustrated',
    weight: 1,
    pattern: /\b(?:no,? not|wrong (?:one|room|again)|still (?:not|doesn'?t|isn'?t|won'?t|wrong)|not again|again!|finally!?$|come on)/iu,
  },
  { mood: 'frustrated', weight: 1, pattern: /!{2,}|\?!|\?{3,}/u },
  {
    mood: 'hurried',
    weight: 2,
    pattern:
      /\b(?:hurry(?: up)?|i'?m (?:late|in a (?:hurry|rush))|no time|right now|asap|as (?:fast|quick(?:ly)?) as (?:you can|possible)|(?:running|run) late|quick(?:ly)?[,!]|be quick|make it (?:quick|short))/iu,
  },
  {
    mood: 'cheerful',
    weight: 2,
    pattern:
      /\b(?:thank you so much|thanks a lot|you'?re (?:the best|brilliant|a star|wonderful)|(?:that'?s|this is|how) (?:great|wonderful|brilliant|fantastic|lovely|amazing)|i'?m (?:so |very )?(?:happy|delighted|thrilled)|hooray|hurrah|woo ?hoo|well done)\b|\b(?:ha){2,}\b|😀|😄|🎉/iu,
  },
  {
    mood: 'sad',
    weight: 2,
    pattern:
      /\b(?:i'?m|i am|i feel|i'?ve been|feeling) (?:so |very |really |a bit |rather |quite )*(?:sad|lonely|down|depressed|miserable|heartbroken|hopeless|awful|low)\b|\b(?:(?:died|passed away|funeral)\b.*\b(?:my|our)|(?:my|our)\b.*\b(?:died|passed away|funeral))\b|\bi (?:can'?t|cannot) (?:go on|cope)\b/iu,
  },
];

/** "damn good" praises, "not sad" denies. */
const HARMLESS =
  /\b(?:damn(?:ed)?|bloody|fucking) (?:good|fine|well|nice|brilliant|great|clever|lovely)\b|\b(?:not|never|isn'?t|wasn'?t|no longer) (?:so |very |really )?(?:sad|lonely|down|depressed|low|happy|in a hurry)\b/giu;

/** The order in which moods win when several show. */
const FIRST: readonly Exclude<Mood, 'neutral'>[] = ['frustrated', 'sad', 'hurried', 'cheerful'];

/**
 * How the person seems to feel, from the words alone; `before` holds what they said last, newest first. Only to be brief or to leave out a joke: when in
 * doubt `neutral`.
 */
export function moodOf(words: string, before: readonly string[]): Mood {
  const said = words.normalize('NFC').replaceAll('’', "'").replaceAll(TITLES, ' ').replaceAll(HARMLESS, ' ');
  const weights: Record<Exclude<Mood, 'neutral'>, number> = { frustrated: 0, hurried: 0, cheerful: 0, sad: 0 };
  for (const { mood, weight, pattern } of SIGNS) if (pattern.test(said)) weights[mood] += weight;
  weights.frustrated += shouted(said) + repeated(words, before);
  return FIRST.find((mood) => weights[mood] >= ENOUGH) ?? 'neutral';
}

/** Capitals: two long words of them at least, and more than half of all; "NASA" and "BBC ONE" are no shouting. */
function shouted(words: string): number {
  const long = words.match(/\p{L}{4,}/gu) ?? [];
  const loud = long.filter((word) => word === word.toUpperCase() && word !== word.toLowerCase());
  return loud.length >= 2 && loud.length * 2 > long.length ? 2 : 0;
}

/** The same wish again: once may be chance, a third time is not, and "again" or an exclamation with it makes it plain. */
function repeated(words: string, before: readonly string[]): number {
  const now = wordsOf(words);
  if (now.size < 3 || STEP.test(words)) return 0;
  const same = before.slice(0, 3).filter((each) => likeness(now, wordsOf(each)) >= 0.75).length;
  return same >= 2 ? 2 : same;
}

/** Wishes that people repeat because they were carried out. */
const STEP =
  /\b(?:up|down|next|previous|skip|more|less|another|further|back|louder|quieter|warmer|colder|cooler|brighter|darker|dimmer|higher|lower|faster|slower)\b/iu;

const FILLERS = new Set('please jarvis again now finally the a an to i said you can could would will just'.split(' '));

function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return new Set(words.filter((word) => !FILLERS.has(word)));
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const both = [...one].filter((word) => other.has(word)).length;
  return both / Math.max(1, one.size + other.size - both);
}
