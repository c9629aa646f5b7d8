/**
 * Markdown that is still being written, with what its last paragraph has opened closed again: words do not jump from stars to bold when
 * the last star arrives, and half a link shows its words only. Code that is open is left alone: it counts to the end anyway.
 */
export function closeOpenMarks(markdown: string): string {
  if (openFence(markdown)) return markdown;
  const start = markdown.lastIndexOf('\n\n') + 1;
  const head = markdown.slice(0, start);
  let last = markdown.slice(start);
  // Half a link, or half a picture.
  last = last.replace(/!?\[([^\]\n]*)(?:\](?:\([^)\n]*)?)?$/u, '$1');
  const ticks = last.match(/`+/gu) ?? [];
  if (ticks.length % 2 === 1) return `${head}${last.replace(/`+$/u, '')}${last.endsWith('`') ? '' : (ticks.at(-1) ?? '')}`;
  const withoutCode = last.replaceAll(/(`+)[\s\S]*?\1/gu, '');
  for (const mark of ['**', '~~']) {
    if ((withoutCode.split(mark).length - 1) % 2 === 0) continue;
    // A mark with nothing behind it yet is no mark yet.
    last = last.trimEnd().endsWith(mark) ? last.trimEnd().slice(0, -mark.length) : `${last.trimEnd()}${mark}`;
  }
  return head + last;
}

function openFence(markdown: string): boolean {
  let fence: string | undefined;
  for (const [, mark = '', rest = ''] of markdown.matchAll(/^[ \t>]*(`{3,}|~{3,})(.*)$/gmu)) {
    if (fence === undefined) fence = mark;
    else if (mark[0] === fence[0] && mark.length >= fence.length && rest.trim() === '') fence = undefined;
  }
  return fence !== undefined;
}
