import type { Entity } from '../../contract/home.ts';
import { STANDING, standingOf } from './device-standing.ts';

/** What the home can be narrowed down to, in the order of the chips. */
export const FILTERS = [
  { id: 'on', label: 'On' },
  { id: 'open', label: 'Open' },
  { id: 'away', label: 'Not answering' },
  { id: 'low', label: 'Low battery' },
  { id: 'hidden', label: 'Hidden' },
] as const;
export type HomeFilter = (typeof FILTERS)[number]['id'];

/** Hidden things are shown only when they are asked for. */
export function passes(entity: Entity, filter: HomeFilter | undefined): boolean {
  return filter === undefined ? !entity.hidden : (standingOf(entity) & STANDING[filter]) !== 0;
}
