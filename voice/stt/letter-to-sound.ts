/** A guess at how an English word, initialism or number is said, in the acoustic model's ARPABET phones. */

const letterNames: Record<string, string> = {
  a: 'EY',
  b: 'B IY',
  c: 'S IY',
  d: 'D IY',
  e: 'IY',
  f: 'EH F',
  g: 'JH IY',
  h: 'EY CH',
  i: 'AY',
  j: 'JH EY',
  k: 'K EY',
  l: 'EH L',
  m: 'EH M',
  n: 'EH N',
  o: 'OW',
  p: 'P IY',
  q: 'K Y UW',
  r: 'AA R',
  s: 'EH S',
  t: 'T IY',
  u: 'Y UW',
  v: 'V IY',
  w: 'D AH B AH L Y UW',
  x: 'EH K S',
  y: 'W AY',
  z: 'Z IY',
};

const small = [
  'Z IH R OW',
  'W AH N',
  'T UW',
  'TH R IY',
  'F AO R',
  'F AY V',
  'S IH K S',
  'S EH V AH N',
  'EY T',
  'N AY N',
  'T EH N',
  'IH L EH V AH N',
  'T W EH L V',
  'TH ER T IY N',
  'F AO R T IY N',
  'F IH F T IY N',
  'S IH K S T IY N',
  'S EH V AH N T IY N',
  'EY T IY N',
  'N AY N T IY N',
];
const tens = [
  '',
  '',
  'T W EH N T IY',
  'TH ER T IY',
  'F AO R T IY',
  'F IH F T IY',
  'S IH K S T IY',
  'S EH V AH N T IY',
  'EY T IY',
  'N AY N T IY',
];

/** Whole numbers up to 99 as numbers, hundreds as "two hundred five", longer ones digit by digit, as people read out model names. */
function sayNumber(digits: string): string {
  const value = Number(digits);
  if (digits.length > 3 || (digits.length > 1 && digits.startsWith('0'))) return [...digits].map((digit) => small[Number(digit)]).join(' ');
  if (value < 20) return small[value] ?? '';
  if (value < 100) return [tens[Math.floor(value / 10)], value % 10 ? small[value % 10] : ''].filter(Boolean).join(' ');
  return [small[Math.floor(value / 100)], 'HH AH N D R AH D', value % 100 ? sayNumber(String(value % 100)) : ''].filter(Boolean).join(' ');
}

/**
 * Context rules, first match wins: [letters, phones, what must precede, what must follow]. `before` is tested on the text to the left (with `^` as
 * word start), `after` on the text to the right (with `$` as word end).
 */
type Rule = [letters: string, phones: string, before?: RegExp | undefined, after?: RegExp];

const vowel = 'aeiouy';
const rules: Rule[] = [
  // names and loan words whose spelling is not English
  ['siobhan', 'SH IH V AO N'],
  ['niamh', 'N IY V'],
  ['saoirse', 'S ER SH AH'],
  ['sean', 'SH AO N', /\^$/, /^\$/],
  ['aoife', 'IY F AH'],
  ['ciara', 'K IH R AH', /\^$/],
  ['caoimhe', 'K IY V AH'],
  ['eoin', 'OW AH N', /\^$/],
  ['ikea', 'AY K IY AH'],
  ['xiaomi', 'SH AW M IY'],
  ['aqara', 'AH K AA R AH'],
  ['philips', 'F IH L IH P S'],
  ['zigbee', 'Z IH G B IY'],
  ['wi', 'W AY', /\^$/, /^fi/],
  ['fi', 'F AY', /wi$/, /^\$/],
  // beginnings
  ['x', 'Z', /\^$/],
  ['kn', 'N', /\^$/],
  ['gn', 'N', /\^$/],
  ['pn', 'N', /\^$/],
  ['ps', 'S', /\^$/],
  ['wr', 'R', /\^$/],
  ['wh', 'W', /\^$/],
  ['rh', 'R', /\^$/],
  ['mc', 'M AH K', /\^$/],
  ['mac', 'M AH K', /\^$/, /^[b-df-hj-np-tv-z]/],
  ['tz', 'T S'],
  // endings
  ['tion', 'SH AH N'],
  ['ssion', 'SH AH N'],
  ['sion', 'ZH AH N', /[aeiou]$/],
  ['sion', 'SH AH N'],
  ['cian', 'SH AH N'],
  ['cious', 'SH AH S'],
  ['tious', 'SH AH S'],
  ['cial', 'SH AH L'],
  ['tial', 'SH AH L'],
  ['ture', 'CH ER', /.$/],
  ['sure', 'ZH ER', /[aeiou]$/],
  ['ology', 'AA L AH JH IY'],
  ['phone', 'F OW N'],
  ['ique', 'IY K', undefined, /^\$/],
  ['que', 'K', undefined, /^\$/],
  ['gue', 'G', /[aeiou]$/, /^\$/],
  ['ous', 'AH S', /.$/, /^\$/],
  ['ally', 'AH L IY', /.$/, /^\$/],
  ['able', 'AH B AH L', /[^^].$/, /^\$/],
  ['ible', 'AH B AH L', /.$/, /^\$/],
  ['le', 'AH L', /[bcdfgkptz]$/, /^s?\$/],
  ['er', 'ER', /[^^]$/, /^s?\$/],
  ['or', 'ER', /[a-z]{3}$/, /^s?\$/],
  ['ar', 'ER', /[a-z]{4}$/, /^\$/],
  ['ed', 'T', /[pkfsx]$|ch$|sh$/, /^\$/],
  ['ed', 'IH D', /[td]$/, /^\$/],
  ['ed', 'D', /[aeiouy][a-z]*[a-z]$/, /^\$/],
  ['es', 'IH Z', /[sxz]$|ch$|sh$/, /^\$/],
  ['es', 'Z', /[aeiouy][a-z]*[bdgvmnlrw]$/, /^\$/],
  ['es', 'S', /[aeiouy][a-z]*[ptkf]$/, /^\$/],
  ['ies', 'IY Z', /.$/, /^\$/],
  ['ey', 'IY', /.$/, /^s?\$/],
  ['ee', 'IY'],
  ['ing', 'IH NG', /[aeiouy].*$/, /^s?\$/],
  // three letters and more
  ['eigh', 'EY'],
  ['aigh', 'EY'],
  ['ough', 'AO', undefined, /^t/],
  ['ough', 'OW'],
  ['augh', 'AO'],
  ['igh', 'AY'],
  ['tch', 'CH'],
  ['dge', 'JH'],
  ['sch', 'SH', /\^$/, /^[nlmw]/],
  ['sch', 'S K'],
  ['eau', 'OW'],
  ['eer', 'IH R'],
  ['ear', 'IH R'],
  ['air', 'EH R'],
  ['are', 'EH R', /.$/, /^\$/],
  ['ire', 'AY ER', undefined, /^s?\$/],
  ['ore', 'AO R', undefined, /^s?\$/],
  ['ure', 'Y UH R', undefined, /^\$/],
  ['oor', 'AO R'],
  ['our', 'AW ER'],
  ['alk', 'AO K'],
  ['all', 'AO L', undefined, /^s?\$/],
  ['ild', 'AY L D', undefined, /^\$/],
  ['ind', 'AY N D', undefined, /^\$/],
  ['old', 'OW L D'],
  ['qu', 'K W'],
  // two letters
  ['ch', 'K', undefined, /^[rln]/],
  ['ch', 'CH'],
  ['ck', 'K'],
  ['sh', 'SH'],
  ['th', 'TH'],
  ['ph', 'F'],
  ['gh', 'G', undefined, new RegExp(`^[${vowel}]`)],
  ['gh', ''],
  ['ng', 'NG G', undefined, /^[aeiouylr]/],
  ['ng', 'NG'],
  ['nk', 'NG K'],
  ['sc', 'S', undefined, /^[eiy]/],
  ['mb', 'M', undefined, /^\$/],
  ['ai', 'EY'],
  ['ay', 'EY'],
  ['au', 'AO'],
  ['aw', 'AO'],
  ['ea', 'IY'],
  ['ei', 'IY', /c$/],
  ['ei', 'AY'],
  ['eu', 'Y UW'],
  ['ew', 'UW', /[rljd]$/],
  ['ew', 'Y UW'],
  ['ie', 'AY', /^\^[a-z]$/, /^s?\$/],
  ['ie', 'IY'],
  ['io', 'IY OW'],
  ['ia', 'IY AH'],
  ['oa', 'OW'],
  ['oe', 'OW'],
  ['oi', 'OY'],
  ['oy', 'OY'],
  ['oo', 'UH', undefined, /^k/],
  ['oo', 'UW'],
  ['ou', 'AW'],
  ['ow', 'OW', undefined, /^[sn]?\$/],
  ['ow', 'AW'],
  ['ue', 'UW', /.$/, /^s?\$/],
  ['ui', 'UW'],
  ['ar', 'AA R', undefined, new RegExp(`^[^${vowel}r]`)],
  ['er', 'ER', undefined, new RegExp(`^[^${vowel}r]`)],
  ['ir', 'ER', undefined, new RegExp(`^[^${vowel}r]`)],
  ['or', 'AO R', undefined, new RegExp(`^[^${vowel}r]`)],
  ['ur', 'ER', undefined, new RegExp(`^[^${vowel}r]`)],
  ['yr', 'ER', undefined, new RegExp(`^[^${vowel}r]`)],
  // vowels made long by a silent e
  ['a', 'EY', undefined, /^[bcdfgklmnpstvz]es?\$/],
  ['e', 'IY', /.$/, /^[bcdfgklmnpstvz]es?\$/],
  ['i', 'AY', undefined, /^[bcdfgklmnpstvz]es?\$/],
  ['y', 'AY', /.$/, /^[bcdfgklmnpstvz]es?\$/],
  ['o', 'OW', undefined, /^[bcdfgklmnpstvz]es?\$/],
  ['u', 'UW', /[rljd]$/, /^[bcdfgklmnpstvz]es?\$/],
  ['u', 'Y UW', undefined, /^[bcdfgklmnpstvz]es?\$/],
  ['e', '', /[aeiouy].*[a-z]$/, /^\$/],
  // last letters
  ['a', 'AH', /.$/, /^s?\$/],
  ['e', 'IY', undefined, /^\$/],
  ['i', 'IY', undefined, /^\$/],
  ['o', 'OW', undefined, /^s?\$/],
  ['u', 'UW', undefined, /^\$/],
  ['y', 'AY', /^\^[a-z]{1,2}$/, /^\$/],
  ['y', 'IY', /.$/, /^\$/],
  // long in an open syllable near the word's start
  ['a', 'AA', undefined, /^d[oi]\$/],
  ['o', 'OW', /^\^[a-z]{0,2}$/, /^[bcdfgklmnpstvz][aeiouy]/],
  ['y', 'AY', /^\^[a-z]{0,2}$/, /^[bcdfgklmnpstvz][aeiou]/],
  ['u', 'Y UW', /\^$/, /^[bcdfgklmnpstvz][aeiouy]/],
  // plain vowels
  ['a', 'AE'],
  ['e', 'EH'],
  ['i', 'IH'],
  ['o', 'AA'],
  ['u', 'AH'],
  ['y', 'Y', undefined, /^[aeiou]/],
  ['y', 'IH'],
  // doubled consonants sound once
  ...[...'bdfgklmnprstz'].map(
    (letter): Rule => [letter + letter, ({ g: 'G', r: 'R' } as Record<string, string>)[letter] ?? letter.toUpperCase()],
  ),
  ['cc', 'K S', undefined, /^[eiy]/],
  ['cc', 'K'],
  // consonants
  ['c', 'S', undefined, /^[eiy]/],
  ['c', 'K'],
  ['g', 'JH', undefined, /^[eiy]/],
  ['g', 'G'],
  ['h', '', undefined, /^[^aeiouy]/],
  ['h', 'HH'],
  ['j', 'JH'],
  ['q', 'K'],
  ['s', 'Z', new RegExp(`[${vowel}]$`), new RegExp(`^[${vowel}]`)],
  ['s', 'Z', /[bdgvmnlrwaeiouy]$/, /^\$/],
  ['s', 'S'],
  ['x', 'K S'],
  ['w', '', undefined, /^r/],
  ...[...'bdfklmnprtvwz'].map((letter): Rule => [letter, letter.toUpperCase()]),
  ["'", ''],
];

function saySpelled(word: string): string {
  return [...word]
    .map((letter) => letterNames[letter] ?? '')
    .filter(Boolean)
    .join(' ');
}

/** No vowel, or a start that English does not have, is said letter by letter: `wled`, `tv`, `led2`'s neighbours. */
function isInitialism(letters: string): boolean {
  if (letters.length === 1) return true;
  if (!/[aeiouy]/.test(letters)) return true;
  return (
    letters.length <= 4 &&
    /^(?:[bcdfgklmnpqtvwz][bcdfgjkmnpqtvxz]|[bcdfgkpt]s|wl|rl|hl|ml|nl|mr|nr|hv)/.test(letters) &&
    !/^(?:kn|gn|pn|cz|ts|ps|mc)/.test(letters)
  );
}

function sayLetters(letters: string): string {
  if (letters === 'wled') return 'D AH B AH L Y UW L EH D';
  if (isInitialism(letters)) return saySpelled(letters);
  const phones: string[] = [];
  for (let position = 0; position < letters.length; ) {
    const before = `^${letters.slice(0, position)}`;
    const rest = `${letters.slice(position)}$`;
    const rule = rules.find(
      ([spelling, , left, right]) =>
        rest.startsWith(spelling) &&
        (left === undefined || left.test(before)) &&
        (right === undefined || right.test(rest.slice(spelling.length))),
    );
    if (rule?.[1]) phones.push(rule[1]);
    position += rule?.[0].length ?? 1;
  }
  return phones.join(' ');
}

/**
 * Gives the phones of one lower-case word of `[a-z0-9']`, space-separated, never empty. A run of digits is read as a number, a run of letters by
 * rules, a run without a vowel letter by letter.
 */
export function letterToSound(word: string): string {
  const runs = word.match(/[0-9]+|[a-z']+/g) ?? [];
  const phones = runs.map((run) => (/[0-9]/.test(run) ? sayNumber(run) : sayLetters(run))).filter(Boolean);
  return phones.join(' ') || 'AH';
}
