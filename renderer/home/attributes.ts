import type { Entity } from '../../contract/home.ts';

/** Attributes come from devices and may be anything; these read what they are believed to be. */

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The words of a list; empty for anything else. Each once, since they become keys of a list on the page. */
export function wordsOf(value: unknown): string[] {
  return Array.isArray(value) ? [...new Set(value.filter((word): word is string => typeof word === 'string' && word !== ''))] : [];
}

/** A device that does not list its features is believed to have all. */
export function hasFeature(entity: Entity, bit: number): boolean {
  const features = entity.attributes.supported_features;
  return typeof features !== 'number' || (features & bit) !== 0;
}

/** The same, for features that a device must name itself before anybody is offered them. */
export function namesFeature(entity: Entity, bit: number): boolean {
  const features = entity.attributes.supported_features;
  return typeof features === 'number' && (features & bit) !== 0;
}

/** "fan_only" as "Fan only". */
export function capital(text: string): string {
  return upperFirst(text.replaceAll('_', ' ').trim());
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
