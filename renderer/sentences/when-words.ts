import type { When } from '../../contract/intent.ts';

/** When something would be done: "in 10 minutes, for 5 minutes". */
export function whenWords({ at, delaySeconds, condition, forSeconds }: When): string {
  return [
    condition === undefined ? '' : condition.negated ? 'only if that is not so' : 'only if that is so',
    delaySeconds === undefined ? '' : `in ${spanWords(delaySeconds)}`,
    at === undefined ? '' : `at ${at}`,
    forSeconds === undefined ? '' : `for ${spanWords(forSeconds)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function spanWords(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor((seconds % 3600) / 60), 'minute'],
    [Math.round(seconds % 60), 'second'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
}
