import type { Entity } from '../../contract/home.ts';
import type { SkillView } from './skill.ts';

/** English for replies: names, lists, numbers. */

/** "Kitchen Light" → "kitchen light"; "TV" and "iPhone" stay. */
function lowered(name: string): string {
  return name
    .split(' ')
    .map((word) => (/^\p{Lu}\p{Ll}*(['’]s)?$/u.test(word) ? word.toLowerCase() : word))
    .join(' ');
}

/** "the kitchen light"; a name that brings its own article or owner keeps it. */
export function theName(name: string): string {
  if (/^(the|my|our|your)\b|['’]s\b/iu.test(name)) return name;
  // "Office light 1" is one of several that are told apart by number.
  return /\s\d+$/u.test(name) ? lowered(name) : `the ${lowered(name)}`;
}

/** Domains whose names are titles or names of their own: "Movie night is set", "Anna is home". */
const BARE: ReadonlySet<string> = new Set(['person', 'scene', 'script']);
/** A robot without such a word in its name has been given one of its own: "Robbie is cleaning". */
const ROBOT = /\b(vacuum|robot|mower|hoover|cleaner|sweeper|mop)\b/iu;

export function theEntity(entity: Entity): string {
  const isRobot = entity.domain === 'vacuum' || entity.domain === 'lawn_mower';
  return BARE.has(entity.domain) || (isRobot && !ROBOT.test(entity.name)) ? entity.name : theName(entity.name);
}

/** The same with its room, where another thing of that kind has the same name. */
export function theOne(entity: Entity, view: SkillView): string {
  const area = entity.area === undefined ? undefined : view.area(entity.area);
  const name = entity.name.toLowerCase();
  const isShared = (other: Entity): boolean =>
    other.id !== entity.id && other.domain === entity.domain && other.name.toLowerCase() === name;
  return area !== undefined && view.entities().some(isShared) ? `${theEntity(entity)} in ${theName(area.name)}` : theEntity(entity);
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const isPlural = (name: string): boolean => /[^s]s$/iu.test(name.trim()) && !/['’]s$/u.test(name.trim());

/** "is" or "are" after the name. */
export const isOrAre = (name: string): string => (isPlural(name) ? 'are' : 'is');

/** "a, b and c" */
export function listed(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${last} ${items[items.length - 1]}`;
}

/** "1 light", "3 lights" */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : pluralOf(noun)}`;
}

const COUNT_WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** "three", from thirteen on digits. */
export const countWord = (count: number): string => COUNT_WORDS[count] ?? String(count);

/** "three lights", "one window" */
export const countedInWords = (count: number, noun: string): string => `${countWord(count)} ${count === 1 ? noun : pluralOf(noun)}`;

export function pluralOf(noun: string): string {
  if (noun === 'person') return 'people';
  if (/(s|x|ch|sh)$/u.test(noun)) return `${noun}es`;
  return noun.endsWith('y') && !/[aeiou]y$/u.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

const DOMAIN_NOUNS: Record<string, string> = {
  light: 'light',
  switch: 'switch',
  fan: 'fan',
  cover: 'cover',
  lock: 'lock',
  climate: 'thermostat',
  media_player: 'player',
  scene: 'scene',
  script: 'script',
  vacuum: 'vacuum',
  sensor: 'sensor',
  binary_sensor: 'sensor',
  valve: 'valve',
  siren: 'siren',
  alarm_control_panel: 'alarm',
  input_boolean: 'switch',
  device_tracker: 'tracker',
  todo: 'list',
};

const CLASS_NOUNS: Record<string, string> = {
  blind: 'blind',
  curtain: 'curtain',
  shutter: 'shutter',
  shade: 'shade',
  window: 'window',
  door: 'door',
  garage: 'garage door',
  gate: 'gate',
  awning: 'awning',
  outlet: 'outlet',
  garage_door: 'garage door',
  opening: 'opening',
  motion: 'motion sensor',
  moisture: 'leak sensor',
  smoke: 'smoke detector',
  battery: 'battery',
};

/** Of a device class or a domain: `garage_door` is a garage door. */
export const nounOfKind = (kind: string): string => CLASS_NOUNS[kind] ?? DOMAIN_NOUNS[kind] ?? kind.replaceAll('_', ' ');

/** What to call one device of this kind: "light", "garage door", "device" when the kinds differ. */
export function nounFor(entities: readonly Entity[]): string {
  const nouns = new Set(entities.map(({ device_class: kind, domain }) => CLASS_NOUNS[kind ?? ''] ?? nounOfKind(domain)));
  return nouns.size === 1 ? [...nouns][0]! : 'device';
}

/** The place all of them share: "in the kitchen", "upstairs" … or nothing. */
export function sharedPlace(entities: readonly Entity[], view: SkillView): string {
  const areas = new Set(entities.map((entity) => entity.area));
  const [areaId] = areas;
  if (areas.size !== 1 || areaId === undefined) return '';
  const area = view.area(areaId);
  return area === undefined ? '' : ` in ${theName(area.name)}`;
}

/** "the kitchen light is", "the lamp and the fan are", "3 lights in the kitchen are" — subject with its verb. */
export function subjectWithVerb(entities: readonly Entity[], view: SkillView): string {
  const [only] = entities;
  if (only !== undefined && entities.length === 1) return `${theOne(only, view)} ${isOrAre(only.name)}`;
  if (entities.length === 2) return `${listed(entities.map((entity) => theOne(entity, view)))} are`;
  return `${counted(entities.length, nounFor(entities))}${sharedPlace(entities, view)} are`;
}

/** Ends with a full stop, begins with a capital. */
export function asSentence(text: string): string {
  const whole = capitalised(text.trim());
  return whole === '' || /[.!?]$/u.test(whole) ? whole : `${whole}.`;
}

/** 21 → "21", 21.46 → "21.5" */
export function rounded(value: number, digits = 1): string {
  return String(Number(value.toFixed(digits)));
}

/** 3725 s → "1 hour, 2 minutes and 5 seconds"; long spans drop the seconds. */
export function spanOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor((whole % 86_400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  const parts = [
    days > 0 ? counted(days, 'day') : '',
    hours > 0 ? counted(hours, 'hour') : '',
    minutes > 0 && days === 0 ? counted(minutes, 'minute') : '',
    rest > 0 && hours === 0 && days === 0 ? counted(rest, 'second') : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0 seconds' : listed(parts);
}
