/**
 * Whatever cannot be seen or said: controls, halves of pairs, marks that turn the direction of what follows. The two joiners stay: letters and
 * emoji are written with them.
 */
const unseen = /(?:(?!\u200C|\u200D)\p{C}|[\s\u2028\u2029])+/gu;

/** A name as a device gives it, in one line that can be shown and said, cut after so many UTF-16 units and never within a character. */
export function plainName(name: string, longest: number): string {
  const plain = name.replace(unseen, ' ').trim();
  const cut = plain
    .slice(0, longest)
    .replace(/[\uD800-\uDBFF]$/u, '')
    .trim();
  return /^(?:\u200C|\u200D| )*$/u.test(cut) ? '' : cut;
}
