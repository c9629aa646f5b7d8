import { upperFirst } from '../home/attributes.ts';

/** What may be touched, as it stands on its own: "Uses your home", "Changing files in ~/Documents". */
export function permissionChip(words: string): string {
  return /^(reading|changing) /u.test(words) ? upperFirst(words) : `Uses ${words}`;
}
