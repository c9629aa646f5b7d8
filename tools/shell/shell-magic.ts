/**
 * The first sign in a command line with which the shell does more than start programs, in words; undefined where there is none. It stands beside the
 * parser, which forgives mistakes that bash might take in another way: both must find a line plain.
 */
export function shellMagic(text: string): string | undefined {
  let quote: '"' | "'" | undefined;
  let isWordStart = true;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (quote === "'") {
      if (sign === "'") quote = undefined;
      continue;
    }
    if (sign === '\\') {
      const next = text[at + 1];
      if (next === undefined || next === '\n') return 'a line that is broken';
      at += 1;
      isWordStart = false;
      continue;
    }
    if (sign === '$' || sign === '`') return 'a variable or a command within a command';
    if (quote === '"') {
      if (sign === '"') quote = undefined;
      continue;
    }
    if (sign === '"' || sign === "'") quote = sign;
    else if (/[(){}]/u.test(sign)) return 'brackets';
    else if (sign === '#' && isWordStart) return 'a remark';
    else if (sign === '<' && (text[at + 1] === '<' || text[at + 1] === '(')) return 'text that is fed in';
    isWordStart = /[\s;&|]/u.test(sign);
  }
  return quote === undefined ? undefined : 'a quotation without an end';
}
