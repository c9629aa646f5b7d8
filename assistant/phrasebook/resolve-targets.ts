import type { Entity, HomeSnapshot } from '../../contract/home.ts';
import type { IntentMatch, SlotValue } from '../../contract/intent.ts';
import type { CompiledHome } from './compiled-home.ts';
import { isSelected } from './compiled-home.ts';
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
  const scope = entry.targets?.scope;
  const valuesOf = (slot: string): number[] => captures.findLast((capture) => capture.slot === slot)?.reading.values ?? [];
  const areas = new Set(valuesOf('area').map((index) => home.areas[index]!.id));
  const floors = new Set(valuesOf('floor').map((index) => home.floors[index]!.id));
  const inPlace = (entity: Entity): boolean =>
    (areas.size === 0 || (entity.area !== undefined && areas.has(entity.area))) &&
    (floors.size === 0 || floors.has(floorOf(home, entity) ?? ''));
  const name = captures.findLast((capture) => capture.slot === 'name' && capture.kind.type === 'name');
  if (name?.reading.meant !== undefined) {
    const { meant } = name.reading;
    const found = meant.targets.flatMap((id) => compiled.entity(id) ?? []).filter(inPlace);
    return { targets: found, which: undefined, meant };
  }
  if (name !== undefined) {
    const found = [...new Set(name.reading.values.map((value) => home.entities[compiled.names.entities[value]!.index]!))];
    const isPlural = name.reading.values.every((value) => compiled.names.entities[value]!.plural === true);
    const placed = scope === 'home' ? found : placedOrEverywhere(found, inPlace);
    const near = placed.length > 1 && room !== undefined ? placed.filter(({ area }) => area === room) : [];
    const targets = near.length > 0 ? near : placed;
    return { targets, which: targets.length > 1 && entry.question === undefined && !isPlural ? targets : undefined };
  }
  const chosen = ofSaidKind(entitiesOfKind(home, entry, slots), texts).filter((entity) => scope === 'home' || inPlace(entity));
  const wanted = withoutExceptions(compiled, chosen, captures);
  if (areas.size > 0 || floors.size > 0 || scope === 'home' || scope === undefined) return { targets: wanted, which: undefined };
  const near = room === undefined ? [] : wanted.filter(({ area }) => area === room);
  if (before !== undefined && (scope === 'auto' || scope === 'one') && (!saysKind || near.length === 0)) {
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

function floorOf(home: HomeSnapshot, entity: Entity): string | undefined {
  return entity.area === undefined ? undefined : home.areas.find(({ id }) => id === entity.area)?.floor;
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

/** Players are of several kinds, with words of their own; a home where none says which it is has them all in one. */
const PLAYER_WORDS: readonly (readonly [word: RegExp, classes: readonly string[]])[] = [
  [/^speakers?$/u, ['speaker', 'receiver']],
  [/^(?:tvs?|televisions?|tellys?|tellies)$/u, ['tv']],
];

function ofSaidKind(entities: Entity[], texts: readonly string[]): Entity[] {
  if (entities.length < 2 || !entities.every(({ domain }) => domain === 'media_player')) return entities;
  const said = PLAYER_WORDS.find(([word]) => texts.some((text) => word.test(text)));
  const fitting = entities.filter((entity) => said?.[1].includes(entity.device_class ?? '') === true);
  return fitting.length > 0 ? fitting : entities;
}

function withoutExceptions(compiled: CompiledHome, chosen: Entity[], captures: readonly Capture[]): Entity[] {
  const names = captures.filter(({ slot }) => slot === 'except_name').flatMap(({ reading }) => reading.values);
  const areas = captures.filter(({ slot }) => slot === 'except_area').flatMap(({ reading }) => reading.values);
  if (names.length === 0 && areas.length === 0) return chosen;
  const outside = new Set(names.map((value) => compiled.home.entities[compiled.names.entities[value]!.index]!.id));
  const outsideAreas = new Set(areas.map((index) => compiled.home.areas[index]!.id));
  return chosen.filter(({ id, area }) => !outside.has(id) && !(area !== undefined && outsideAreas.has(area)));
}
