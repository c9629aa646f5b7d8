/** Longer code in a line is looked at, not listened to; characters. */
const LONGEST_CODE = 40;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
};

/** One sentence of Markdown without its marks, links by their text. Numbers and units stay as they are written. Empty when nothing in it can be said. */
export function spokenInline(markdown: string): string {
  // Code is kept aside, or its stars and underlines would be taken for marks.
  const code: string[] = [];
  const aside = (text: string): string => `\uE000${code.push(text) - 1}\uE000`;
  const text = markdown
    .replaceAll('\uE000', ' ')
    .replaceAll(/(`+)(?!`)(.+?)(?<!`)\1(?!`)/gu, (_all, _marks, inside: string) => aside(codeWords(inside.trim())))
    .replaceAll(/\\\((.+?)\\\)|\\\[(.+?)\\\]/gu, (_all, one?: string, two?: string) => aside(formulaWords(one ?? two ?? '')))
    .replaceAll(/(?<![\\$\p{L}\p{N}])\$(?![\s$])([^$]+?)(?<!\s)\$(?![\d$])/gu, (_all, inside: string) => aside(formulaWords(inside)))
    .replaceAll(/\\([!-/:-@[-`{-~])/gu, (_all, mark: string) => aside(mark))
    .replaceAll(/!?\[([^\][]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+["'][^"']*["'])?\)/gu, '$1')
    .replaceAll(/\[([^\][]+)\]\[[^\][]*\]/gu, '$1')
    .replaceAll(/\s*\[\^?\d{1,3}\]/gu, '')
    .replaceAll(/<((?:https?:\/\/|mailto:)[^<>\s]+)>/gu, '$1')
    .replaceAll(/<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/giu, ' ')
    .replaceAll(/\bhttps?:\/\/(?:www\.)?([^\s/?#)\]"”]+?)(?:[/?#]\S*?)?(?=[.,;:!?)\]"”]*(?:\s|$))/giu, (_all, host: string) => host)
    .replaceAll(/&(\w{2,6});/gu, (all, name: string) => ENTITIES[name] ?? all)
    .replaceAll(/(?<=\d)\s*\*\*\s*(?=\d)/gu, ' to the power of ')
    .replaceAll(/(?<=[\p{L}\p{N}])\s\*\s(?=[\p{L}\p{N}])|(?<=\d)\*(?=\d)/gu, ' times ')
    .replaceAll(/\*+|~~/gu, '')
    .replaceAll(/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, '')
    .replaceAll(/\uE000(\d+)\uE000/gu, (_all, index: string) => code[Number(index)] ?? '')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/\s+(?=[.,;:!?](?:\s|$))/gu, '')
    .trim();
  return /[\p{L}\p{N}]/u.test(text) ? text : '';
}

function codeWords(code: string): string {
  return code.length > LONGEST_CODE ? 'the code on the screen' : code;
}

/** One letter or a number can be said; anything else is for the eyes. */
function formulaWords(formula: string): string {
  const plain = formula.trim();
  return /^(?:\p{L}|[\d.,]+)$/u.test(plain) ? plain : 'the formula on the screen';
}
