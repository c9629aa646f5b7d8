import type { Entity, HomeSnapshot } from '../../contract/home.ts';
import { getOrAdd } from './get-or-add.ts';
import { ARTICLES, spokenWords, withoutArticles } from './words.ts';

/** One way to say an entity, an area or a floor. */
export interface SpokenName {
  /** Words with articles left out, as the matcher compares them. */
  words: string[];
  /** Index into the snapshot's entities, areas or floors. */
  index: number;
  /** A shortened form ("lamp" for "Bedroom Lamp" in the bedroom): good only where it is clear which one is meant. */
  partial: boolean;
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
    television: ['tv'],
    ac: ['a c'],
    pc: ['p c'],
    lr: ['living room'],
  }),
);

/** Longer names are matched by their beginning. */
const MOST_WORDS = 24;

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

/** Every spoken form of every name in the home. Names without any word (emoji alone) have none. */
export function namesOfHome(home: HomeSnapshot): HomeNames {
  const spoken = (items: readonly { name: string; aliases?: readonly string[] }[]): SpokenName[] =>
    items.flatMap(({ name, aliases = [] }, index) =>
      [name, ...aliases].flatMap((one) => formsOf(one).map((words) => ({ words, index, partial: false }))),
    );
  const areas = spoken(home.areas);
  const areaForms = new Map<string, string[][]>();
  for (const { words, index } of areas) {
    const { id } = home.areas[index]!;
    areaForms.set(id, [...(areaForms.get(id) ?? []), words]);
  }
  const places = new Map<string, string[][]>();
  const entities = spoken(home.entities).flatMap((name): SpokenName[] => {
    const entity = home.entities[name.index]!;
    const key = entity.area ?? '';
    const starts = getOrAdd(places, key, () => placesOf(entity, home, areaForms));
    const short = shortened(name.words, starts);
    return short === undefined ? [name] : [name, { words: short, index: name.index, partial: true }];
  });
  return { entities, areas, floors: spoken(home.floors) };
}
