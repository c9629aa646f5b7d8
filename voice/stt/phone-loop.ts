const phones = 'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(' ');

/** One word per phone, under names that are no word of the dictionary (`phd` is one). */
export const loopWords: readonly (readonly [word: string, phones: string])[] = phones.map((phone) => [`qq${phone.toLowerCase()}qq`, phone]);

/** Any phone after any other: what was said, whatever it was, at its best score. */
export const loopGrammar = `#JSGF V1.0;\ngrammar loop;\npublic <loop> = ( ${loopWords.map(([word]) => word).join(' | ')} )+ ;\n`;
