import type { IntentMatch } from '../../contract/intent.ts';

/** Things that are bought as one, though they have an "and" in their name. */
const PAIRS =
  /^(?:mac(?:aroni)? and cheese|fish and chips|salt and pepper|salt and vinegar crisps|bread and butter pudding|half and half|black and decker .+|m and ms|gin and tonic|oil and vinegar|ham and cheese .+|cookies and cream.*|peanut butter and (?:jelly|jam)|bangers and mash|arm and hammer.*|head and shoulders.*)$/iu;
const MOST_ITEMS = 12;

/** "eggs, milk and butter" on a list are three things: one match each. */
export function eachItem(match: IntentMatch): IntentMatch[] {
  const item = match.slots.item;
  if (typeof item !== 'string' || PAIRS.test(item)) return [match];
  const items = item
    .split(/\s*(?:,\s*(?:and\s+)?|;\s*|\s+and\s+|\s+plus\s+|\s*&\s*|\s+as well as\s+)/iu)
    .map((one) => one.replace(/^(?:some|also|a|an|the)\s+(?=\S)/iu, '').trim())
    .filter((one) => one !== '');
  if (items.length < 2 || items.length > MOST_ITEMS) return [match];
  return items.map((one) => ({ ...match, slots: { ...match.slots, item: one } }));
}
