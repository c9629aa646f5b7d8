import type { Entity } from '../../contract/home.ts';
import { spokenWords } from './words.ts';

/** Attributes in which Home Assistant lists what a thing can be set to, in words. */
const LISTS: readonly string[] = [
  'hvac_modes',
  'preset_modes',
  'fan_modes',
  'swing_modes',
  'available_modes',
  'operation_list',
  'fan_speed_list',
  'source_list',
  'sound_mode_list',
  'effect_list',
  'options',
];
/** What every home may say, whatever its things list: other words for the same are found when it is carried out. */
const USUAL: readonly string[] =
  'auto,automatic,heat,heating,cool,cooling,dry,fan only,heat cool,eco,economy,energy saving,away,home,comfort,boost,sleep,night,vacation,holiday,silent,quiet,turbo,low,medium,high'.split(
    ',',
  );
const MOST = 500;
const LONGEST_WORDS = 6;

/** Every mode, preset, source and option that the things of a home list. */
export function modesOf(entities: readonly Entity[]): string[] {
  const modes = new Set(USUAL);
  for (const { attributes } of entities) {
    for (const list of LISTS) {
      const listed = attributes[list];
      if (!Array.isArray(listed)) continue;
      for (const mode of listed) {
        if (modes.size >= MOST) return [...modes];
        if (typeof mode !== 'string' || mode === 'off' || mode === 'on') continue;
        const { length } = spokenWords(mode);
        if (length > 0 && length <= LONGEST_WORDS) modes.add(mode);
      }
    }
  }
  return [...modes];
}

/** Does a thing itself list that mode, source or option? */
export const listsMode = ({ attributes }: Entity, mode: string): boolean =>
  LISTS.some((list) => {
    const listed = attributes[list];
    return Array.isArray(listed) && listed.includes(mode);
  });
