/**
 * Markdown as bare words, for where an answer is only glanced at while it grows. Code that is not closed yet is left out to the end.
 */
export function plainWords(markdown: string): string {
  return markdown
    .replaceAll(/^ {0,3}(?:```|~~~)[\s\S]*?(?:^ {0,3}(?:```|~~~)[ \t]*$|$(?![\s\S]))/gmu, '(code)')
    .replaceAll(/!?\[([^\]\n]*)\](?:\([^)\n]*\)?)?/gu, '$1')
    .replaceAll(/^ {0,3}(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+/gmu, '')
    .replaceAll(/^[ \t]*\|?[ \t]*:?-{3,}.*$\n?/gmu, '')
    .replaceAll(/^\||\|[ \t]*$/gmu, '')
    .replaceAll(/[ \t]*\|[ \t]*/gu, ' – ')
    .replaceAll(/(\*\*|__|~~|`)/gu, '')
    .replaceAll(/(^|[\s(])[*_](?=\S)|(?<=\S)[*_](?=[\s).,;:!?]|$)/gmu, '$1')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}
