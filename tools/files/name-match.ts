/** How well a name fits what somebody called it: 2 = it is exactly that, 0 = not at all. */
export const nameScore = (said: string, name: string): number => nameMatcher(said)(name);

/** The same for many names. */
export function nameMatcher(said: string): (name: string) => number {
  const all = wordsIn(said);
  const telling = all.filter((word) => !NOISE.has(word));
  const words = telling.length > 0 ? telling : all;
  const wanted = all.join(' ');
  return (name) => {
    if (words.length === 0) return 0;
    const parts = wordsIn(name);
    const stem = wordsIn(name.replace(/(?<=.)\.[^.]{1,8}$/u, ''));
    if (wanted === parts.join(' ') || wanted === stem.join(' ')) return 2;
    const joined = parts.join('');
    let sum = 0;
    for (const word of words) {
      let score = word.length >= 3 && joined.includes(word) ? 0.5 : 0;
      for (const part of parts) score = Math.max(score, wordScore(word, part));
      if (score === 0) return 0;
      sum += score;
    }
    // Of two that have all the words, the one with fewer others is meant.
    return sum / words.length + 0.1 / (1 + Math.max(0, parts.length - words.length));
  };
}

const NOISE: ReadonlySet<string> = new Set('the a an my our your file files document documents folder called named'.split(' '));

function wordScore(said: string, part: string): number {
  if (said === part) return 1;
  if (said.length >= 3 && part.startsWith(said)) return 0.8;
  if (part.length >= 3 && said === `${part}s`) return 0.9;
  return said.length >= 5 && part.length >= 5 && isOneOff(said, part) ? 0.6 : 0;
}

/** One letter more, less or other. */
function isOneOff(left: string, right: string): boolean {
  const [long, short] = left.length >= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && long[at] === short[at]) at++;
  const rest = long.slice(at + 1);
  return long.length === short.length ? rest === short.slice(at + 1) : rest === short.slice(at);
}

function wordsIn(text: string): string[] {
  // Most names need no taking apart of letters and their marks.
  if (/^[ -~]*$/u.test(text))
    return (
      text
        .replace(/([a-z])([A-Z])/gu, '$1 $2')
        .toLowerCase()
        .match(/[a-z]+|[0-9]+/gu) ?? []
    );
  return (
    text
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .match(/\p{L}+|\p{N}+|\p{Extended_Pictographic}/gu) ?? []
  );
}
