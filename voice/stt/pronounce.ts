import { letterToSound } from './letter-to-sound.ts';

/**
 * Phones of a word the dictionary lacks: two words of the dictionary in one (`soundbar`), else by rules. `lookUp` gives the phones of a known word.
 */
export function pronounce(word: string, lookUp: (word: string) => string | undefined): string {
  const owner = /^([a-z]+)'s?$/.exec(word)?.[1];
  if (owner !== undefined) {
    const phones = lookUp(owner) ?? pronounce(owner, lookUp);
    return word.endsWith('s')
      ? `${phones} ${/(?:[SZ]|SH|ZH|CH|JH)$/.test(phones) ? 'IH Z' : /(?:[PTKF]|TH)$/.test(phones) ? 'S' : 'Z'}`
      : phones;
  }
  // Parts of three letters and more: the dictionary also has "oo" and "ph", and would find two parts in every name.
  for (let cut = word.length - 3; cut >= 3; cut--) {
    const left = lookUp(word.slice(0, cut));
    const right = lookUp(word.slice(cut));
    if (left !== undefined && right !== undefined && /^[a-z]+$/.test(word)) return `${left} ${right}`;
  }
  return letterToSound(word);
}
