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
  return /^(the|my|our|your)\b|['’]s\b/iu.test(name) ? name : `the ${lowered(name)}`;
}

export const theEntity = (entity: Entity): string => theName(entity.name);

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const isPlural = (name: string): boolean => /[^s]s$/iu.test(name.trim()) && !/['’]s$/u.test(name.trim());

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

function pluralOf(noun: string): string {
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
};

/** What to call one device of this kind: "light", "garage door", "device" when the kinds differ. */
export function nounFor(entities: readonly Entity[]): string {
  const nouns = new Set(
    entities.map((entity) => CLASS_NOUNS[entity.device_class ?? ''] ?? DOMAIN_NOUNS[entity.domain] ?? entity.domain.replaceAll('_', ' ')),
  );
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
  if (only !== undefined && entities.length === 1) return `${theEntity(only)} ${isOrAre(only.name)}`;
  if (entities.length === 2) return `${listed(entities.map(theEntity))} are`;
  return `${counted(entities.length, nounFor(entities))}${sharedPlace(entities, view)} are`;
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
