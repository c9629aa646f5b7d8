const LEFT_OUT = ' […] ';

/** Text that takes at most so many tokens: its beginning and its end, with a mark where the middle was. Empty when there is no room even for that. */
export function cutText(text: string, tokens: number, count: (text: string) => number): string {
  if (count(text) <= tokens) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (count(halves(text, middle)) <= tokens) low = middle;
    else high = middle - 1;
  }
  return low < 20 ? '' : halves(text, low);
}

function halves(text: string, characters: number): string {
  const head = Math.ceil(characters * 0.7);
  return `${text.slice(0, head).toWellFormed().trimEnd()}${LEFT_OUT}${text
    .slice(text.length - (characters - head))
    .toWellFormed()
    .trimStart()}`;
}
