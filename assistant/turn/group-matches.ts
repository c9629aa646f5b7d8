import type { IntentMatch } from '../../contract/intent.ts';

/** Neighbours under the same condition or time: judged once, told once. */
export function groupsOf(matches: readonly IntentMatch[]): IntentMatch[][] {
  const groups: IntentMatch[][] = [];
  for (const match of matches) {
    const last = groups.at(-1);
    const isSame = last !== undefined && match.when !== undefined && JSON.stringify(last[0]?.when) === JSON.stringify(match.when);
    const isPlain = last !== undefined && match.when === undefined && last[0]?.when === undefined;
    if (isSame || isPlain) last.push(match);
    else groups.push([match]);
  }
  return groups;
}

/** Commands that do the same to each of their targets. */
const TOGETHER: ReadonlySet<string> = new Set([
  'HassTurnOn',
  'HassTurnOff',
  'HassLightSet',
  'HassSetPosition',
  'HassFanSetSpeed',
  'HassClimateSetTemperature',
]);

const PLACES: ReadonlySet<string> = new Set(['name', 'area', 'floor', 'domain', 'device_class', '_domain', '_device_class']);

const what = ({ intent, slots }: IntentMatch): string =>
  JSON.stringify([
    intent,
    Object.entries(slots)
      .filter(([slot]) => !PLACES.has(slot))
      .sort(([left], [right]) => left.localeCompare(right)),
  ]);

export interface Merged {
  match: IntentMatch;
  /** The first of them as it was understood: the person's own entry is found by it. */
  first: IntentMatch;
}

/** Neighbours that do the same become one command for all their targets: "turn on the kitchen light and the hall light". */
export function alike(matches: readonly IntentMatch[]): Merged[] {
  const merged: Merged[] = [];
  for (const match of matches) {
    const last = merged.at(-1);
    const isAlike = last !== undefined && match.question === undefined && TOGETHER.has(match.intent) && what(last.match) === what(match);
    if (!isAlike || last.match.targets.length === 0 || match.targets.length === 0) merged.push({ match, first: match });
    else {
      const targets = [...new Set([...last.match.targets, ...match.targets])];
      const confidence = Math.min(last.match.confidence, match.confidence);
      last.match = { ...last.match, slots: { ...match.slots, ...last.match.slots }, targets, confidence };
    }
  }
  return merged;
}
