import type { Entity, HomeSnapshot } from '../../contract/home.ts';
import { getOrAdd } from './get-or-add.ts';
import { OUTSIDE } from './outside.ts';
import { ARTICLES, spokenWords, withoutArticles } from './words.ts';

/** One way to say an entity, an area or a floor. */
export interface SpokenName {
  /** Words with articles left out, as the matcher compares them. */
  words: string[];
  /** Index into the snapshot's entities, areas or floors. */
  index: number;
  /** A shortened form ("lamp" for "Bedroom Lamp" in the bedroom): good only where it is clear which one is meant. */
  partial: boolean;
  /** Said of several of that name together ("the wall lights"): all of them are meant. */
  plural?: boolean;
  /** Understood in text, but left out of the speech grammar, where rare names only hurt. */
  rare?: boolean;
}

export interface HomeNames {
  entities: SpokenName[];
  areas: SpokenName[];
  floors: SpokenName[];
}

/** Words that mean a kind of device; alone they are no name of one of them. */
export const GENERIC_WORDS: ReadonlySet<string> = new Set(
  `light lights switch switches fan fans cover covers blind blinds curtain curtains shade shades shutter shutters window windows door doors lock
  locks sensor sensors temperature humidity speaker speakers thermostat thermostats heating climate plug outlet timer timers music volume list
  on off up down here room house home all everything everyone anyone it state status time date weather brightness color`.split(/\s+/u),
);

/** Words that one hears for a word that is written. */
const SAID_FOR = new Map<string, string[]>(
  Object.entries({
    tv: ['t v', 'television', 'telly'],
    television: ['tv', 'telly'],
    telly: ['tv', 'television'],
    ac: ['a c', 'aircon', 'air con', 'air conditioning', 'air conditioner'],
    pc: ['p c'],
    lr: ['living room'],
  }),
);
/** Other words for the same thing; weaker than a thing that is really called so. */
const SYNONYMS = new Map<string, string[]>(
  Object.entries({
    lamp: ['light'],
    light: ['lamp'],
    lights: ['lamps'],
    curtains: ['drapes', 'curtain'],
    curtain: ['drape', 'curtains'],
    drapes: ['curtains'],
    blinds: ['shades', 'blind'],
    blind: ['shade', 'blinds'],
    shades: ['blinds', 'shade'],
    shade: ['blind', 'shades'],
    shutters: ['shutter'],
    shutter: ['shutters'],
    tap: ['faucet'],
    faucet: ['tap'],
    vacuum: ['hoover', 'vacuum cleaner'],
    hoover: ['vacuum'],
    fridge: ['refrigerator'],
    refrigerator: ['fridge'],
    radiator: ['heater', 'heating'],
    heater: ['radiator'],
    thermostat: ['heating'],
    heating: ['thermostat', 'heater'],
    aircon: ['ac', 'air conditioning'],
    conditioner: ['conditioning', 'con'],
    conditioning: ['conditioner', 'con'],
    hall: ['hallway', 'corridor'],
    hallway: ['hall', 'corridor'],
    corridor: ['hallway', 'hall'],
    lounge: ['living room'],
    loft: ['attic'],
    attic: ['loft'],
    cellar: ['basement'],
    basement: ['cellar'],
    garden: ['yard', 'back yard', 'backyard'],
    yard: ['garden'],
    toilet: ['bathroom'],
    washer: ['washing machine'],
    machine: ['maker'],
    maker: ['machine'],
    stove: ['cooker', 'hob'],
    cooker: ['stove'],
    couch: ['sofa'],
    sofa: ['couch'],
    drive: ['driveway'],
    driveway: ['drive'],
    nightstand: ['bedside'],
    bedside: ['nightstand'],
    sprinklers: ['sprinkler'],
    sprinkler: ['sprinklers'],
    speakers: ['speaker'],
    plug: ['socket', 'outlet'],
    socket: ['plug', 'outlet'],
    outlet: ['plug', 'socket'],
    mum: ['mom'],
    mom: ['mum'],
  }),
);

/** What a sensor is called behind the name of what it watches. */
const SENSOR_WORDS: ReadonlySet<string> = new Set(['contact', 'sensor', 'detector', 'state', 'status', 'opening']);

/** Said of one or of many alike. */
const UNCOUNTED: ReadonlySet<string> = new Set(['heating', 'lighting', 'aircon', 'ac']);

/** What a lock's name may end in, and need not where it is locked or unlocked. */
const LOCK_WORDS: ReadonlySet<string> = new Set(['door', 'lock', 'gate']);

/** Longer names are matched by their beginning. */
const MOST_WORDS = 24;

/** The same words with one of them said otherwise. */
function* inOtherWords(words: readonly string[]): Generator<string[]> {
  for (const [index, word] of words.entries()) {
    for (const said of SYNONYMS.get(word) ?? []) yield [...words.slice(0, index), ...said.split(' '), ...words.slice(index + 1)];
  }
}

function pluralOf(words: readonly string[]): string[] | undefined {
  const last = words.at(-1);
  if (last === undefined || last.length < 3 || last.endsWith('s') || !/^[a-z]+$/u.test(last)) return undefined;
  const plural = /(?:x|ch|sh)$/u.test(last) ? `${last}es` : /[^aeiou]y$/u.test(last) ? `${last.slice(0, -1)}ies` : `${last}s`;
  return [...words.slice(0, -1), plural];
}

/** "the fairy light" for Fairy Lights. */
function singularOf(words: readonly string[]): string[] | undefined {
  const last = words.at(-1);
  if (last === undefined || words.length < 2 || !/^[a-z]{3,}[^s]s$/u.test(last)) return undefined;
  return [...words.slice(0, -1), last.endsWith('ies') ? `${last.slice(0, -3)}y` : last.slice(0, -1)];
}

function formsOf(name: string): string[][] {
  const words = withoutArticles(spokenWords(name).slice(0, MOST_WORDS));
  // A thing called "The" would be meant by every sentence.
  if (words.every((word) => ARTICLES.has(word))) return [];
  const forms = [words];
  words.forEach((word, index) => {
    for (const said of SAID_FOR.get(word) ?? []) forms.push([...words.slice(0, index), ...said.split(' '), ...words.slice(index + 1)]);
  });
  return forms;
}

const startsWith = (words: readonly string[], start: readonly string[]): boolean => start.every((word, index) => words[index] === word);

/** "Bedroom Lamp" without the name of its area, of its floor; undefined where nothing clear is left. */
function shortened(words: readonly string[], starts: readonly (readonly string[])[]): string[] | undefined {
  for (const start of starts) {
    if (start.length === 0 || words.length <= start.length || !startsWith(words, start)) continue;
    const rest = words.slice(start.length);
    const isClear = rest.some((word) => !GENERIC_WORDS.has(word) && !ARTICLES.has(word) && Number.isNaN(Number(word)));
    return isClear ? rest : undefined;
  }
  return undefined;
}

function placesOf(entity: Entity, home: HomeSnapshot, areaForms: ReadonlyMap<string, string[][]>): string[][] {
  const area = home.areas.find(({ id }) => id === entity.area);
  return area === undefined ? [] : (areaForms.get(area.id) ?? []);
}

const OWNED = /^(.+['’]s?)\s+(?:room|bedroom|bed|place|office|study|bathroom)$/iu;

/** Who a room belongs to, as words: "ben's" of "Ben's room". */
export function ownersOf(names: readonly string[]): string[][] {
  return names.flatMap((name) => {
    const owner = OWNED.exec(name.trim())?.[1];
    return owner === undefined ? [] : [spokenWords(owner)];
  });
}

/** Of a label that more carry, nothing is said by its name: it sorts, it names no group. */
const MOST_LABELLED = 100;

/** Things that share a label are meant together by it: "turn off the Christmas things". */
function labelled(home: HomeSnapshot): SpokenName[] {
  const byLabel = new Map<string, number[]>();
  const ofAreas = new Map(home.areas.map(({ id, labels = [] }) => [id, labels]));
  for (const [index, { labels = [], area = '' }] of home.entities.entries()) {
    if (labels.length === 0 && (ofAreas.get(area)?.length ?? 0) === 0) continue;
    for (const label of new Set([...labels, ...(ofAreas.get(area) ?? [])])) getOrAdd(byLabel, label, () => []).push(index);
  }
  const names: SpokenName[] = [];
  for (const [label, indexes] of byLabel) {
    if (indexes.length > MOST_LABELLED) continue;
    for (const words of formsOf(label.replaceAll(/[_-]+/gu, ' '))) {
      if (words.length === 1 && GENERIC_WORDS.has(words[0]!)) continue;
      for (const index of indexes) {
        for (const said of [
          words,
          [...words, 'things'],
          [...words, 'devices'],
          ...(home.entities[index]!.domain === 'light' ? [[...words, 'lights']] : []),
        ])
          names.push({ words: said, index, partial: true, rare: true, plural: true });
      }
    }
  }
  return names;
}

/** Every spoken form of every name in the home. Names without any word (emoji alone) have none. */
export function namesOfHome(home: HomeSnapshot): HomeNames {
  const spoken = (items: readonly { name: string; aliases?: readonly string[] }[]): SpokenName[] =>
    items.flatMap(({ name, aliases = [] }, index) =>
      [name, ...aliases].flatMap((one) => formsOf(one).map((words) => ({ words, index, partial: false }))),
    );
  const places = (items: readonly { name: string; aliases?: readonly string[] }[]): SpokenName[] => {
    const own = spoken(items);
    const known = new Set(own.map(({ words }) => words.join(' ')));
    const others = own.flatMap(({ words, index }) =>
      [...inOtherWords(words)].map((other) => ({ words: other, index, partial: false, rare: true })),
    );
    return [...own, ...others.filter(({ words }) => !known.has(words.join(' ')))];
  };
  const areas = places(home.areas);
  const areaForms = new Map<string, string[][]>();
  for (const { words, index } of areas) {
    const { id } = home.areas[index]!;
    areaForms.set(id, [...(areaForms.get(id) ?? []), words]);
  }
  const startsByArea = new Map<string, string[][]>();
  const entities = spoken(home.entities).flatMap((name): SpokenName[] => {
    const entity = home.entities[name.index]!;
    const key = entity.area ?? '';
    const starts = getOrAdd(startsByArea, key, () => placesOf(entity, home, areaForms));
    const short = shortened(name.words, starts);
    const owner = entity.name.includes("'s ") || entity.name.includes('’s ') ? name.words.slice(0, 1) : undefined;
    const forms = [name];
    const add = (words: string[], many = false): void => {
      // "the heating upstairs" is all of it.
      const plural = many || (words.length === 1 && UNCOUNTED.has(words[0]!));
      forms.push({ words, index: name.index, partial: true, rare: true, ...(plural ? { plural } : {}) });
    };
    if (short !== undefined) forms.push({ words: short, index: name.index, partial: true });
    // "unlock the shed": only of what is locked, so that the shed itself is no door elsewhere.
    if (entity.domain === 'lock' && name.words.length > 1 && LOCK_WORDS.has(name.words.at(-1)!)) {
      const rest = name.words.slice(0, -1);
      if (rest.some((word) => !GENERIC_WORDS.has(word))) add(rest);
    }
    // A sensor is spoken of by what it watches: "is the back door open".
    if (entity.domain === 'binary_sensor' && name.words.length > 1 && SENSOR_WORDS.has(name.words.at(-1)!)) add(name.words.slice(0, -1));
    if (owner?.[0]?.endsWith('s') === true && name.words.length > 1) {
      // "Tom's" alone, of what is Tom's; "the bedside lamp", of whom there is only one: which of several has to be asked.
      add(owner);
      const rest = name.words.slice(1);
      if (rest.some((word) => !GENERIC_WORDS.has(word))) add(rest);
    }
    for (const words of [name.words, ...(short === undefined ? [] : [short])]) for (const other of inOtherWords(words)) add(other);
    for (const form of [...forms]) {
      const singular = singularOf(form.words);
      if (singular !== undefined) add(singular);
      const plural = pluralOf(form.words);
      if (plural !== undefined && (form.words.length > 1 || !GENERIC_WORDS.has(plural[0]!))) add(plural, true);
    }
    return forms;
  });
  // Of the words for outside one is enough for the ear.
  const floors = places(home.floors).map((name) =>
    home.floors[name.index]!.id === OUTSIDE && name.words.join(' ') !== 'outside' ? { ...name, rare: true } : name,
  );
  return { entities: [...entities, ...labelled(home)], areas, floors };
}
