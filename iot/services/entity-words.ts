import type { Entity } from '../../contract/home.ts';
import { plainName } from '../plain-name.ts';

/** Longest name read aloud; names come from devices and are not to be trusted. */
const longestName = 60;

/** "the kitchen light", "Anna's lamp", "the TV". */
export function theName(entity: Pick<Entity, 'name'>): string {
  const name = plainName(entity.name, longestName);
  if (/^(the|my|our) /i.test(name)) return name.charAt(0).toLowerCase() + name.slice(1);
  if (/^\S+['’]s /.test(name)) return name;
  const second = name[1];
  const acronym = second !== undefined && second === second.toUpperCase() && second !== second.toLowerCase();
  return `the ${acronym ? name : name.charAt(0).toLowerCase() + name.slice(1)}`;
}

/** The same at the start of a sentence. */
export function sentenceName(entity: Pick<Entity, 'name'>): string {
  const name = theName(entity);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

export const notAnswering = (entity: Pick<Entity, 'name'>): string => `${sentenceName(entity)} is not answering.`;

/** A finite number among the attributes; undefined for anything else. */
export function numberOf(entity: Entity, attribute: string): number | undefined {
  const value = entity.attributes[attribute];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A list of words among the attributes; undefined where the device does not say. */
export function wordsOf(entity: Entity, attribute: string): string[] | undefined {
  const value = entity.attributes[attribute];
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : undefined;
}

/** Has the device that feature? A device that does not list its features is believed to have all. */
export function hasFeature(entity: Entity, bit: number): boolean {
  const features = entity.attributes.supported_features;
  return typeof features !== 'number' || (features & bit) !== 0;
}
