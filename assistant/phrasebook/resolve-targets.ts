import type { Entity, HomeSnapshot } from '../../contract/home.ts';
import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import type { CompiledHome } from './compiled-home.ts';
import { isSelected } from './compiled-home.ts';
import { listsMode } from './home-modes.ts';
import { isOnFloor } from './outside.ts';
import type { SourceEntry } from './phrasebook-source.ts';
import type { Capture } from './sentence-search.ts';

export interface Resolution {
  targets: Entity[];
  /** Entities of which exactly one is meant; the person has to say which. */
  which: Entity[] | undefined;
  /** The sentence before whose things are meant again. */
  meant?: IntentMatch;
}

export interface Surroundings {
  room: string | undefined;
  /** What was understood last. */
  before: IntentMatch | undefined;
  /** The words of the sentence. */
  texts: readonly string[];
  /** Does the sentence say what kind of thing it means ("the lights"), so that those before are no better than others? */
  saysKind: boolean;
}

/** A plug or switch that is called a light is one for everybody who lives there. */
const isLightSwitch = (entity: Entity): boolean => entity.domain === 'switch' && /\b(light|lights|lamp|lamps)\b/iu.test(entity.name);

const asList = (value: SlotValue | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [String(value)];

/** The entities a sentence means: by name, or by kind and place. The room decides where the sentence does not. */
export function resolveTargets(
  compiled: CompiledHome,
  entry: SourceEntry,
  slots: Record<string, SlotValue>,
  captures: readonly Capture[],
  { room, before, texts, saysKind }: Surroundings,
): Resolution {
  const { home } = compiled;
  const valuesOf = (slot: string): number[] => captures.findLast((capture) => capture.slot === slot)?.reading.values ?? [];
  const areas = new Set(valuesOf('area').map((index) => home.areas[index]!.id));
  const floors = new Set(valuesOf('floor').map((index) => home.floors[index]!.id));
  const isPlaced = areas.size > 0 || floors.size > 0;
  // A command that names no place never means the whole house for want of a word: this room comes first.
  const scope = entry.targets?.scope ?? (entry.question === undefined && !isPlaced ? 'auto' : undefined);
  const inPlace = (entity: Entity): boolean =>
    (areas.size === 0 || (entity.area !== undefined && areas.has(entity.area))) && (floors.size === 0 || isOnAny(floors, home, entity));
  const name = captures.findLast((capture) => capture.slot === 'name' && capture.kind.type === 'name');
  if (name?.reading.meant !== undefined) {
    const { meant } = name.reading;
    const found = meant.targets.flatMap((id) => compiled.entity(id) ?? []).filter(inPlace);
    return { targets: found, which: undefined, meant };
  }
  if (name !== undefined) {
    const found = [...new Set(name.reading.values.map((value) => home.entities[compiled.names.entities[value]!.index]!))];
    const others = (name.reading.others ?? []).map((value) => home.entities[compiled.names.entities[value]!.index]!);
    // "the tv in the bedroom" is the Bedroom TV, though another is called just TV.
    // And "the tv" is the one of this room, where another room has one of just that name.
    const isHere = ({ area }: Entity): boolean => area === room;
    const isNear = (isThere: (entity: Entity) => boolean): boolean => !found.some(isThere) && others.some(isThere);
    const known = isPlaced
      ? isNear(inPlace)
        ? [...new Set(others)]
        : found
      : room !== undefined && isNear(isHere)
        ? [...new Set(others.filter(isHere))]
        : found;
    const placed = scope === 'home' ? known : placedOrEverywhere(known, inPlace);
    const near = placed.length > 1 && room !== undefined ? placed.filter(({ area }) => area === room) : [];
    const targets = near.length > 0 ? near : placed;
    const meantBy = known === found ? name.reading.values : (name.reading.others ?? []);
    const isPlural = meantBy.every(
      (value) =>
        compiled.names.entities[value]!.plural === true || !targets.includes(home.entities[compiled.names.entities[value]!.index]!),
    );
    return { targets, which: targets.length > 1 && entry.question === undefined && !isPlural ? targets : undefined };
  }
  const chosen = ofSaidKind(entitiesOfKind(home, entry, slots), texts).filter((entity) => scope === 'home' || inPlace(entity));
  const able = slots.mode === undefined ? chosen : ofMode(chosen, String(slots.mode));
  const wanted = withoutExceptions(compiled, able, captures);
  if (isPlaced || scope === 'home' || scope === undefined) return { targets: wanted, which: undefined };
  const near = room === undefined ? [] : wanted.filter(({ area }) => area === room);
  // Who turned on the kitchen lights and says "turn on the lights" means others.
  const isRepeated = saysKind && before?.intent === entry.intent && (entry.intent === 'HassTurnOn' || entry.intent === 'HassTurnOff');
  if (before !== undefined && !isRepeated && (scope === 'auto' || scope === 'one') && (!saysKind || near.length === 0)) {
    const again = wanted.filter(({ id }) => before.targets.includes(id));
    if (again.length > 0 && again.length === before.targets.length) return { targets: again, which: undefined, meant: before };
  }
  if (scope === 'room' || near.length > 0) return { targets: near, which: undefined };
  return { targets: wanted, which: scope === 'one' && wanted.length > 1 ? wanted : undefined };
}

/** A device that has no area may be anywhere; one that is elsewhere is not meant. */
function placedOrEverywhere(found: readonly Entity[], inPlace: (entity: Entity) => boolean): Entity[] {
  const placed = found.filter(inPlace);
  return placed.length > 0 ? placed : found.filter(({ area }) => area === undefined);
}

function isOnAny(floors: ReadonlySet<string>, home: HomeSnapshot, entity: Entity): boolean {
  const area = entity.area === undefined ? undefined : home.areas.find(({ id }) => id === entity.area);
  return [...floors].some((floor) => isOnFloor(area, floor));
}

function entitiesOfKind(home: HomeSnapshot, entry: SourceEntry, slots: Record<string, SlotValue>): Entity[] {
  const domains = asList(slots._domain ?? slots.domain ?? entry.targets?.domain);
  const classes = asList(slots._device_class ?? slots.device_class ?? entry.targets?.device_class);
  if (domains.length === 0 && classes.length === 0) return [];
  const selectors = domains.map((domain) => ({ domain: domain.split('.')[0]!, deviceClass: domain.split('.')[1] }));
  const isSwitching = entry.intent === 'HassTurnOn' || entry.intent === 'HassTurnOff';
  return home.entities.filter((entity) => {
    if (isSwitching && domains.includes('light') && isLightSwitch(entity)) return true;
    if (selectors.length > 0 && !isSelected(entity, selectors)) return false;
    return classes.length === 0 || (entity.device_class !== undefined && classes.includes(entity.device_class));
  });
}

/** Some kinds have several words of their own; a home where nothing tells which is which has them all in one. */
const KINDS_SAID: readonly { domain: string; word: RegExp; is: (entity: Entity) => boolean }[] = [
  { domain: 'media_player', word: /^speakers?$/u, is: ({ device_class }) => device_class === 'speaker' || device_class === 'receiver' },
  { domain: 'media_player', word: /^(?:tvs?|televisions?|tellys?|tellies)$/u, is: ({ device_class }) => device_class === 'tv' },
  { domain: 'climate', word: /^(?:radiators?|heaters?)$/u, is: isCalled(/\b(?:radiators?|heaters?)\b/iu) },
  { domain: 'climate', word: /^thermostats?$/u, is: isCalled(/\bthermostats?\b/iu) },
];

function isCalled(pattern: RegExp): (entity: Entity) => boolean {
  return ({ name, aliases }) => [name, ...aliases].some((one) => pattern.test(one));
}

function ofSaidKind(entities: Entity[], texts: readonly string[]): Entity[] {
  const [first] = entities;
  if (entities.length < 2 || !entities.every(({ domain }) => domain === first?.domain)) return entities;
  const said = KINDS_SAID.find(({ domain, word }) => domain === first?.domain && texts.some((text) => word.test(text)));
  const fitting = said === undefined ? [] : entities.filter(said.is);
  return fitting.length > 0 ? fitting : entities;
}

/** Those that have a mode or source of that name, where some have. */
function ofMode(entities: Entity[], mode: string): Entity[] {
  const able = entities.filter((entity) => listsMode(entity, mode));
  return able.length > 0 ? able : entities;
}

function withoutExceptions(compiled: CompiledHome, chosen: Entity[], captures: readonly Capture[]): Entity[] {
  const names = captures.filter(({ slot }) => slot === 'except_name').flatMap(({ reading }) => reading.values);
  const areas = captures.filter(({ slot }) => slot === 'except_area').flatMap(({ reading }) => reading.values);
  if (names.length === 0 && areas.length === 0) return chosen;
  const outside = new Set(names.map((value) => compiled.home.entities[compiled.names.entities[value]!.index]!.id));
  const outsideAreas = new Set(areas.map((index) => compiled.home.areas[index]!.id));
  return chosen.filter(({ id, area }) => !outside.has(id) && !(area !== undefined && outsideAreas.has(area)));
}
