import { numberInWords, ordinalInWords } from './number-words.ts';

/** One spoken word and the part of the original text it comes from (UTF-16 offsets). */
export interface Word {
  text: string;
  start: number;
  end: number;
}

/** Longer texts are not commands; they are cut here so that no input costs more than a long sentence. */
const MAXIMUM_WORDS = 80;
const MAXIMUM_LENGTH = 1000;

const PIECE =
  /(?<ordinal>\d+(?:st|nd|rd|th)(?![\p{L}\d]))|(?<number>\d+(?:[.,]\d+)*)|(?<word>[\p{L}\p{M}][\p{L}\p{M}'’]*)|(?<sign>[%°&+−-])/giu;

const SIGNS = new Map<string, string[]>(Object.entries({ '%': ['percent'], '°': ['degrees'], '&': ['and'], '+': ['plus'] }));

const CONTRACTIONS = new Map<string, string[]>(
  Object.entries({
    "i'd": ['i', 'would'],
    "i'll": ['i', 'will'],
    "i'm": ['i', 'am'],
    "let's": ['let', 'us'],
    "can't": ['can', 'not'],
    "won't": ['will', 'not'],
    whats: ['what', 'is'],
    hows: ['how', 'is'],
    whos: ['who', 'is'],
    wheres: ['where', 'is'],
    dont: ['do', 'not'],
    doesnt: ['does', 'not'],
    didnt: ['did', 'not'],
    cant: ['can', 'not'],
    wont: ['will', 'not'],
    lets: ['let', 'us'],
    "i've": ['i', 'have'],
    "we've": ['we', 'have'],
    "you've": ['you', 'have'],
    "they've": ['they', 'have'],
    "we're": ['we', 'are'],
    "you're": ['you', 'are'],
    "they're": ['they', 'are'],
    "we'd": ['we', 'would'],
    "you'd": ['you', 'would'],
    "we'll": ['we', 'will'],
    "you'll": ['you', 'will'],
    im: ['i', 'am'],
    ive: ['i', 'have'],
    thats: ['that', 'is'],
    theres: ['there', 'is'],
    couldnt: ['could', 'not'],
    wouldnt: ['would', 'not'],
    shouldnt: ['should', 'not'],
    wasnt: ['was', 'not'],
    havent: ['have', 'not'],
    isnt: ['is', 'not'],
    arent: ['are', 'not'],
  }),
);

const IS_CONTRACTION = /^(what|who|where|how|when|which|it|that|there|he|she|everyone|everybody|anyone|anybody|someone)'s$/u;

/** "the music's too loud": no possession, for what follows tells how it is. */
const IS_SAID = /^[\p{L}]+['’]s\s+(?:too|so|very|still|really|getting|far too|way too)\s+\p{L}/iu;

/** "if the window's open": behind a word of condition, and before a word of state, no possession either. */
const IS_STATE =
  /^[\p{L}]+['’]s\s+(?:not\s+|still\s+|already\s+|all\s+)?(?:open|closed|shut|on|off|locked|unlocked|running|playing|home|away|out|asleep|empty|dark|cold|hot|warm|wet|low|in|at|ajar|armed|paused|docked|cleaning|charging|above|below|over|under)\b/iu;
const CONDITIONAL = /\b(?:if|unless|whether|provided|as long as)\b[^.;]*$/iu;

/** "the tv's volume": what is measured or set belongs to the thing, whose name has no "s". */
const IS_OF = /^[\p{L}]+['’]s\s+(?:volume|brightness|sound|speed|source|input|battery|position)\b/iu;

/** Spellings that sound the same; one of them is enough everywhere. */
const SPELLINGS = new Map<string, string>(
  Object.entries({
    colour: 'color',
    colours: 'colors',
    grey: 'gray',
    centre: 'center',
    nevermind: 'never mind',
    okay: 'ok',
    celcius: 'celsius',
    degree: 'degrees',
    percentage: 'percent',
    favour: 'favor',
    noone: 'no one',
    gonna: 'going to',
    wanna: 'want to',
    gotta: 'have to',
    lemme: 'let me',
    gimme: 'give me',
    pls: 'please',
    plz: 'please',
    thx: 'thanks',
  }),
);

function wordsOfPiece(raw: string): string[] {
  const word = raw.toLowerCase().replaceAll('’', "'");
  const contraction = CONTRACTIONS.get(word);
  if (contraction !== undefined) return contraction;
  if (IS_CONTRACTION.test(word)) return [word.slice(0, -2), 'is'];
  if (word.endsWith("n't")) return [word.slice(0, -3), 'not'];
  // Accents go from Latin letters only: in other alphabets a mark is part of the letter.
  const plain = word
    .replaceAll("'", '')
    .normalize('NFKD')
    .replace(/(?<=[a-z])\p{M}+/gu, '')
    .normalize('NFC');
  if (plain === '') return [];
  return SPELLINGS.get(plain)?.split(' ') ?? [plain];
}

/**
 * The words of a text as they would be spoken: lower case, no punctuation, contractions and numbers written out
 * (`"What's 20.5°?"` → `what is twenty point five degrees`). At most 80 words.
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.slice(0, MAXIMUM_LENGTH).matchAll(PIECE)) {
    const { ordinal, number, word, sign } = match.groups!;
    const start = match.index;
    const end = start + match[0].length;
    let spoken: string[] = [];
    if (ordinal !== undefined) spoken = ordinalInWords(Number.parseInt(ordinal, 10)) ?? numberInWords(ordinal.replace(/\D/gu, ''));
    else if (number !== undefined) spoken = numbersOf(number);
    else if (word !== undefined)
      spoken =
        IS_SAID.test(text.slice(start, end + 20)) || (IS_STATE.test(text.slice(start, end + 30)) && CONDITIONAL.test(text.slice(0, start)))
          ? [...wordsOfPiece(word.slice(0, -2)), 'is']
          : IS_OF.test(text.slice(start, end + 20)) && !IS_CONTRACTION.test(word.toLowerCase())
            ? wordsOfPiece(word.slice(0, -2))
            : wordsOfPiece(word);
    else if (sign !== undefined) {
      // A dash is a minus only where a number follows it and nothing is joined to it.
      const isMinus = (sign === '-' || sign === '−') && /\d/u.test(text[end] ?? '') && !/[\p{L}\d]/u.test(text[start - 1] ?? ' ');
      spoken = isMinus ? ['minus'] : (SIGNS.get(sign) ?? []);
    }
    for (const one of spoken) words.push({ text: one, start, end });
    if (words.length >= MAXIMUM_WORDS) break;
  }
  return words.slice(0, MAXIMUM_WORDS);
}

function numbersOf(raw: string): string[] {
  // "1,000" is one number, "2,5" a decimal comma, "1.2.3" three numbers.
  const joined = raw.replace(/,(?=\d{3}(?:\D|$))/gu, '').replaceAll(',', '.');
  const parts = joined.split('.');
  return parts.length <= 2 ? numberInWords(joined) : parts.flatMap((part) => numberInWords(part));
}

export const spokenWords = (text: string): string[] => wordsOf(text).map((word) => word.text);

export const ARTICLES: ReadonlySet<string> = new Set(['the', 'a', 'an', 'teh', 'my', 'our', 'your']);

/** Words of a name or template as they are matched: articles are left out, but for a name that is nothing else or ends in one ("Light A"). */
export function withoutArticles(words: readonly string[]): string[] {
  return words.filter((word, index) => index === words.length - 1 || !ARTICLES.has(word));
}
