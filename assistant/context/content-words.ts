const STOP_WORDS = new Set(
  (
    'a an the and or but if so as at by for from in into of off on onto out over to up with without about after again all also am any are be been being both can could did do does ' +
    'doing done each every few get gets getting got had has have having he her hers him his how i it its just let like may me might mine more most must my no not now our ours own please ' +
    'put said same say shall she should some such tell than thank thanks that their them then there these they this those through too under until very want was we were what when where ' +
    "which while who whom whose why will would yes yet you your yours jarvis ask asks know remind wants i'm i've i'd i'll it's what's who's where's that's don't didn't doesn't can't won't isn't"
  ).split(' '),
);

/** Words of everyday life that stand for each other when somebody asks for what was said in other words. */
const KINDRED = [
  'eat food meal diet dish allergic allergy intolerant vegetarian vegan nut cook taste',
  'job work profession occupation career living employed employer earn',
  'wife husband spouse partner marry married marriage wedding wed fiance fiancee bride groom',
  'child children son daughter kid baby grandchild',
  'pet dog cat puppy hound animal breed kitten',
  'live home house address town city village flat move reside',
  'car vehicle drive van plate registration make model garage truck motor',
  'doctor gp physician surgery clinic ill sick medicine nurse hospital health',
  'birthday born birth age old year',
  'phone telephone number mobile ring call contact',
  'key lock locked door spare hide hidden',
  'paint repaint colour color decorate shade wall',
  'drink tea coffee wine beer cup',
  'sugar sweet sweetener milk',
  'heating boiler radiator furnace warm',
  'repair service serviced maintenance maintain fix mend',
  'company firm business contractor',
  'holiday trip travel vacation journey visit flight',
  'film movie cinema theatre theater musical opera stage',
  'music song band concert',
  'enjoy favourite favorite prefer fond hate dislike loathe stand adore',
  'blood group type',
  'school teacher university college pupil student',
  'money price cost pay charge salary rent fee',
  'password passcode code pin wifi network',
  'meeting appointment date calendar deadline',
  'brother sister sibling mother father parent aunt uncle cousin family relative',
  'sleep bed wake alarm',
  'sport run gym football tennis swim exercise',
  'name called surname',
  'decide decided settle settled agree agreed choose chose chosen plan',
];

/** Endings go, so that "weddings" and "wedding", "serviced" and "service" are one. Both sides of a comparison go through it. */
function stem(word: string): string {
  const bare = word.replace(/['’]s?$/u, '');
  if (bare.length <= 4) return bare.length === 4 && bare.endsWith('s') && !bare.endsWith('ss') ? bare.slice(0, -1) : bare;
  return bare.replace(/(?:ies|y)$/u, 'i').replace(/(?:ings?|ed|es|s|e)$/u, '');
}

const kindredOf = new Map<string, Set<string>>();
for (const group of KINDRED) {
  const stems = group.split(' ').map(stem);
  for (const each of stems) kindredOf.set(each, new Set([...(kindredOf.get(each) ?? []), ...stems]));
}

/** Stems of the words that mean something, in order, with repetitions. */
export function contentWords(text: string): string[] {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}][\p{L}\p{N}']*/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map(stem);
}

/** The same as they are written, for a search that stems by itself; with their kindred behind them. */
export function searchTerms(text: string): string[] {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}][\p{L}\p{N}']*/gu) ?? [];
  const meant = words.filter((word) => !STOP_WORDS.has(word));
  const kindred = KINDRED.filter((group) => group.split(' ').some((each) => meant.some((word) => stem(word) === stem(each))));
  return [...new Set([...meant, ...kindred.flatMap((group) => group.split(' '))])];
}

export function areKindred(one: string, other: string): boolean {
  return kindredOf.get(one)?.has(other) ?? false;
}
